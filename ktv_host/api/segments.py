"""/seg, the short way: a segment that lies in the cache goes out before the application is asked.

Most of what a server of streams sends is this one answer, and the framework costs more than the bytes. Whatever is
not plain (a segment to be made, a wrong address, HEAD, Range, a validator, nginx that sends files) goes the usual way,
and what goes the short way says the same.
"""

from typing import Any

from quart import Quart, Response, request

from ktv_host.api.edge import Asgi
from ktv_host.api.headers import A_YEAR, EVERYWHERE
from ktv_host.api.live import IMMUTABLE, TRANSPORT, segment_tag
from ktv_host.api.route import HOST_KEY, PREFIX
from ktv_host.host import Host
from ktv_host.services.live.addresses import read_address

FOLDER = f"{PREFIX}/seg/"
SPECIAL = {b"range", b"if-none-match", b"if-match", b"if-modified-since", b"if-unmodified-since"}
# The address is the access, whoever's page it is on.
ANYBODY = {"Access-Control-Allow-Origin": "*"}


def anybodys(app: Quart) -> None:
    """No answer below /seg depends on who asks, or caches would keep one for each. To be installed before CORS."""

    async def shared(response: Response) -> Response:
        if request.path.startswith(FOLDER) and request.method != "OPTIONS":
            for name in [name for name, _ in response.headers if name.lower().startswith("access-control-")]:
                response.headers.remove(name)
            response.headers.update(ANYBODY)
            response.vary.discard("Origin")
        return response

    app.after_request(shared)


def segments_first(app: Quart, inner: Asgi, *, strict_transport: bool) -> Asgi:
    everywhere = {**EVERYWHERE, **ANYBODY}
    always = _encoded({"Content-Type": TRANSPORT, "Cache-Control": IMMUTABLE, "Accept-Ranges": "bytes", **everywhere})
    secure = [*always, *_encoded({"Strict-Transport-Security": A_YEAR})]

    async def outer(scope: Any, receive: Any, send: Any) -> None:
        found = await _found(app.extensions[HOST_KEY], scope) if _is_plain(scope) else None
        if found is None:
            await inner(scope, receive, send)
            return
        data, tag = found
        headers = secure if strict_transport and scope["scheme"] == "https" else always
        own = _encoded({"Content-Length": str(len(data)), "ETag": tag})
        await send({"type": "http.response.start", "status": 200, "headers": [*own, *headers]})
        await send({"type": "http.response.body", "body": data})

    return outer


def _is_plain(scope: Any) -> bool:
    return (
        scope["type"] == "http"
        and scope["method"] == "GET"
        and scope["path"].startswith(FOLDER)
        and not scope["query_string"]
        and SPECIAL.isdisjoint(name for name, _ in scope["headers"])
    )


async def _found(host: Host, scope: Any) -> tuple[bytes, str] | None:
    """The segment and its tag."""
    parts = scope["path"].removeprefix(FOLDER).split("/")
    address = read_address(*parts) if len(parts) == 3 and not host.accel_redirect else None
    if address is None:
        return None
    agent = next((value for name, value in scope["headers"] if name == b"user-agent"), b"").decode("latin-1")
    reader = host.live.watching.reader((scope.get("client") or ("",))[0], agent)
    data = await host.live.ready(address, reader)
    return None if data is None else (data, segment_tag(address.key))


def _encoded(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]
