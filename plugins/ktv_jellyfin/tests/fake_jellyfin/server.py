"""The server: which paths there are, who may ask, what goes wrong, and its life."""

import secrets
import ssl
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from aiohttp import web

from fake_jellyfin import control, items, media, socket, system
from fake_jellyfin.access import Access, User
from fake_jellyfin.clips import make_clips
from fake_jellyfin.library import Library
from fake_jellyfin.records import make_id
from fake_jellyfin.seed import small
from fake_jellyfin.world import CALLER, WORLD, Exchange, World, text, world_of

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_OPEN = ("/system/info/public", "/system/ping", "/health", "/users/authenticatebyname", "/_fake")
_LOADING = "<html><body>Jellyfin is starting up</body></html>"
_PROXY = "<html><body>Please sign in</body></html>"


class FakeJellyfin:
    """``async with FakeJellyfin(version="10.11.11") as fake``: it runs at ``fake.url``.

    ``fake.world`` is everything in it: library, faults, users, and what was asked.
    """

    def __init__(
        self,
        *,
        name: str = "Fake",
        version: str = "10.11.11",
        prefix: str = "",
        port: int = 0,
        library: Library | None = None,
        clips: dict[str, Path] | None = None,
        api_key: str | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        legacy = tuple(int(part) for part in version.split(".")[:2]) < (12, 0)
        users = [
            User("admin", "secret-admin", make_id(name, "admin"), admin=True),
            User("viewer", "secret-viewer", make_id(name, "viewer")),
        ]
        access = Access(api_key or secrets.token_hex(16), users, legacy)
        self.world = World(name, version, library or small(name), access, clips or {})
        self._prefix = prefix
        self._port = port
        self._tls = tls
        self._stack = AsyncExitStack()
        self.url = ""

    @property
    def api_key(self) -> str:
        return self.world.access.api_key

    async def __aenter__(self) -> Self:
        runner = web.AppRunner(self._app(), shutdown_timeout=0, handler_cancellation=True, access_log=None)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, "127.0.0.1", self._port, ssl_context=self._tls)
        await site.start()
        self._port = runner.addresses[0][1]
        self.url = f"{'https' if self._tls else 'http'}://127.0.0.1:{self._port}{self._prefix}"
        return self

    async def __aexit__(self, *_: object) -> None:
        """It can be started again, at the same address."""
        await self._stack.aclose()

    def with_clips(self, folder: Path | None = None) -> None:
        """Make films to play. Without a ``folder`` to keep them in they are gone with the server."""
        kept = folder or Path(self._stack.enter_context(TemporaryDirectory(prefix="fake-jellyfin-")))
        self.world.clips = make_clips(kept)

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[_watched, _faulty, _guarded], client_max_size=1 << 20)
        app[WORLD] = self.world
        for method, path, handler in _routes(self.world.release):
            app.router.add_route(method, self._prefix + path, handler)
        return app


def _routes(release: tuple[int, ...]) -> list[tuple[str, str, Handler]]:
    routes: list[tuple[str, str, Handler]] = [
        ("GET", "/System/Info/Public", system.public_info),
        ("GET", "/System/Info", system.public_info),
        ("GET", "/System/Ping", system.ping),
        ("GET", "/health", system.health),
        ("GET", "/Users", system.users),
        ("GET", "/Users/Me", system.me),
        ("POST", "/Users/AuthenticateByName", system.authenticate),
        ("POST", "/Sessions/Logout", system.logout),
        ("GET", "/Library/VirtualFolders", items.virtual_folders),
        ("GET", "/Users/{user}/Views", items.user_views),
        ("GET", "/Items", items.items),
        ("GET", "/Items/Counts", items.counts),
        ("POST", "/Library/Refresh", items.refresh),
        ("*", "/Videos/{item}/stream", media.stream),
        ("*", "/Items/{item}/Images/{kind}", media.image),
        ("POST", "/Items/{item}/PlaybackInfo", media.playback_info),
        ("DELETE", "/Videos/ActiveEncodings", media.stop_encoding),
        ("GET", "/videos/{item}/master.m3u8", media.master),
        ("GET", "/videos/{item}/main.m3u8", media.variant),
        ("GET", "/videos/{item}/hls1/main/0.ts", media.segment),
        ("GET", "/socket", socket.connect),
        ("GET", "/_fake/faults", control.show_faults),
        ("POST", "/_fake/faults", control.set_faults),
        ("POST", "/_fake/library", control.edit),
        ("GET", "/_fake/requests", control.requests),
    ]
    if release >= (10, 9):
        routes.append(("GET", "/UserViews", items.user_views))
    if release >= (10, 10):
        routes.append(("GET", "/MediaSegments/{item}", media.segments))
    return routes


@web.middleware
async def _watched(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Keeps what was asked and answered."""
    world = world_of(request)
    counted = not request.path.endswith("/socket")
    world.busy += counted
    world.most_at_once = max(world.most_at_once, world.busy)
    try:
        response = await handler(request)
    except web.HTTPException as error:
        response = web.Response(status=error.status, text=error.text or "")
    finally:
        world.busy -= counted
    if "/_fake" in request.path or not world.keep_exchanges:
        return response
    body = response.body if isinstance(response, web.Response) and isinstance(response.body, bytes) else b""
    exchange = Exchange(
        request.method,
        request.path,
        list(request.query.items()),
        dict(request.headers),
        await request.read() if request.can_read_body else b"",
        response.status,
        response.content_type,
        body,
    )
    world.exchanges.append(exchange)
    for observe in world.observers:
        observe(exchange)
    return response


@web.middleware
async def _faulty(request: web.Request, handler: Handler) -> web.StreamResponse:
    world = world_of(request)
    faults, path = world.faults, request.path.lower()
    if "/_fake" in path:
        return await handler(request)
    if faults.starting and not (world.release >= (10, 11) and path.endswith("/system/info/public")):
        return web.Response(status=503, text=_LOADING, content_type="text/html", headers={"Retry-After": "005"})
    if faults.html:
        return web.Response(text=_PROXY, content_type="text/html")
    if faults.status:
        return text(faults.status)
    return await handler(request)


@web.middleware
async def _guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    world, path = world_of(request), request.path.lower()
    is_socket = path.endswith("/socket")
    if any(part in path for part in _OPEN) or "/images/" in path or path.endswith("/stream"):
        return await handler(request)
    caller = None if world.faults.refuse else world.access.caller(request)
    if caller is None:
        return web.Response(status=403 if is_socket else 401)
    request[CALLER] = caller
    return await handler(request)
