"""A media server for tests: a film with ranges, a film without an end, and every trouble one can have."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ssl import SSLContext

from aiohttp import web

FILM = bytes(range(256)) * 8192  # 2 MiB
SHORT = 1000
MOVED = {"moved": "/film", "away": "http://media.invalid/film", "round": "/round"}
HALF = {"broken": (1000, True), "broken-late": (3 << 20, True), "stalled": (3 << 20, False)}
Answer = Callable[[], web.Response]


@dataclass
class MediaServer:
    """``sent`` counts the bytes of the endless films; ``ended`` is set when nobody reads one any more."""

    answers: Mapping[str, Answer] = field(default_factory=dict)  # by path, besides those every server gives
    url: str = ""
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    peers: set[object] = field(default_factory=set)
    sent: int = 0
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path_qs)
        self.headers.append(dict(request.headers))
        self.peers.add(request.transport.get_extra_info("peername") if request.transport else None)
        name = request.path.removeprefix("/")
        if request.path in self.answers:
            return self.answers[request.path]()
        if name in MOVED:
            raise web.HTTPFound(MOVED[name])
        if name in HALF:
            return await _breaking_off(request, *HALF[name])
        match name:
            case "film":
                return _film(request)
            case "short":
                return web.Response(body=FILM[:SHORT], content_type="video/mp4")
            case "endless":
                return await self._endless(request, {})
            case "long":
                return await self._endless(request, {"Content-Length": str(1 << 40)})
        return web.Response(status=int(name))

    async def _endless(self, request: web.Request, length: Mapping[str, str]) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "video/mp4", **length})
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x" * 65536)
                self.sent += 65536
        finally:
            self.ended.set()


@asynccontextmanager
async def serving(server: MediaServer, tls: SSLContext | None = None) -> AsyncIterator[MediaServer]:
    """It listens on this machine until the end."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.answer)
    runner = web.AppRunner(app, shutdown_timeout=0, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
    server.url = f"{'http' if tls is None else 'https'}://127.0.0.1:{runner.addresses[0][1]}"
    yield server
    await runner.cleanup()


def _film(request: web.Request) -> web.Response:
    cut = request.http_range
    start = cut.start or 0
    start = max(len(FILM) + start, 0) if start < 0 else start
    if start >= len(FILM):
        return web.Response(status=416, headers={"Content-Range": f"bytes */{len(FILM)}"}, text="no")
    part = FILM[cut]
    headers = {"ETag": '"1"', "Accept-Ranges": "bytes", "Connection": "keep-alive", "Set-Cookie": "a=b"}
    if "Range" not in request.headers:
        return web.Response(body=part, headers=headers, content_type="video/mp4")
    headers["Content-Range"] = f"bytes {start}-{start + len(part) - 1}/{len(FILM)}"
    return web.Response(body=part, status=206, headers=headers, content_type="video/mp4")


async def _breaking_off(request: web.Request, length: int, ends: bool) -> web.StreamResponse:
    """Nine tenths of what is told, then the end or nothing."""
    response = web.StreamResponse(headers={"Content-Length": str(length)})
    await response.prepare(request)
    await response.write(b"x" * (length * 9 // 10))
    if not ends:
        await asyncio.Event().wait()
    assert request.transport is not None
    request.transport.close()
    return response
