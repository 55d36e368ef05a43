"""The edge: what happens to a request before the application sees it."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from ktv_host.api.client_address import Client, Forwarded, TrustedProxies, client_of

_ENDED = "ktv.body_ended"
Asgi = Callable[[Any, Any, Any], Coroutine[None, None, None]]


def behind_proxies(trusted: TrustedProxies, inner: Asgi) -> Asgi:
    """Puts the client's own address, scheme and host in place of the proxy's."""

    async def outer(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] in ("http", "websocket"):
            peer = (scope.get("client") or ("",))[0]
            client = client_of(peer, _forwarded(scope) if peer in trusted else Forwarded(), trusted)
            if client != Client(peer):
                scope = as_from(scope, client)
        await inner(scope, receive, send)

    return outer


def as_from(scope: Any, client: Client) -> Any:
    """The scope of the same request as if ``client`` were connected itself."""
    port = (scope.get("client") or ("", 0))[1]
    changed = {**scope, "client": (client.address, port)}
    if client.scheme is not None:
        secure = {"http": "http", "https": "https"} if scope["type"] == "http" else {"http": "ws", "https": "wss"}
        changed["scheme"] = secure[client.scheme]
    if client.host is not None:
        kept = [(name, value) for name, value in scope["headers"] if name != b"host"]
        changed["headers"] = [*kept, (b"host", client.host.encode())]
    return changed


def below(base: str, inner: Asgi) -> Asgi:
    """Serves below a base path too, for proxies that do not strip it."""

    async def outer(scope: Any, receive: Any, send: Any) -> None:
        path = scope.get("path", "")
        if path == base or path.startswith(base + "/"):
            raw = scope.get("raw_path", b"").removeprefix(base.encode()) or b"/"
            scope = {**scope, "path": path[len(base) :] or "/", "raw_path": raw}
        await inner(scope, receive, send)

    return outer


def noting_long_bodies(most: int, inner: Asgi) -> Asgi:
    """Lets whoever refuses a body of more than ``most`` bytes wait for its end, see ``end_of_body``."""

    async def outer(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not _may_be_long(scope["headers"], most):
            await inner(scope, receive, send)
            return
        ended = asyncio.Event()

        async def noted() -> Any:
            message = await receive()
            if not message.get("more_body"):
                ended.set()
            return message

        await inner({**scope, _ENDED: ended}, noted, send)

    return outer


async def end_of_body(scope: Any, seconds: float = 10) -> None:
    """Return when the client has sent all: one that still sends does not read why it is refused."""
    ended = scope.get(_ENDED)
    if ended is not None:
        with suppress(TimeoutError):
            await asyncio.wait_for(ended.wait(), seconds)


def _may_be_long(headers: Any, most: int) -> bool:
    given = dict(headers)
    length = given.get(b"content-length", b"")
    return b"transfer-encoding" in given or (length.isdigit() and int(length[:20]) > most)


def _forwarded(scope: Any) -> Forwarded:
    values: dict[bytes, list[str]] = {}
    for name, value in scope["headers"]:
        if name.startswith(b"x-forwarded-"):
            values.setdefault(name, []).append(value.decode("latin-1"))
    return Forwarded(*(",".join(values.get(f"x-forwarded-{part}".encode(), ())) for part in ("for", "proto", "host")))
