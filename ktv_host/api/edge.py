"""The edge: what happens to a request before the application sees it."""

from collections.abc import Callable, Coroutine
from typing import Any

from ktv_host.api.client_address import Client, Forwarded, TrustedProxies, client_of

Asgi = Callable[[Any, Any, Any], Coroutine[None, None, None]]


def behind_proxies(trusted: TrustedProxies, inner: Asgi) -> Asgi:
    """Puts the client's own address, scheme and host in place of the proxy's."""

    async def outer(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] in ("http", "websocket"):
            scope = as_from(scope, client_of((scope.get("client") or ("",))[0], _forwarded(scope), trusted))
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


def _forwarded(scope: Any) -> Forwarded:
    values: dict[bytes, list[str]] = {}
    for name, value in scope["headers"]:
        if name.startswith(b"x-forwarded-"):
            values.setdefault(name, []).append(value.decode("latin-1"))
    return Forwarded(*(",".join(values.get(f"x-forwarded-{part}".encode(), ())) for part in ("for", "proto", "host")))
