"""/seg, the short way: a segment that lies in the cache goes out before the application is asked.

Most of what a server of streams sends is this one answer, and the framework costs more than the bytes. Whatever is
not plain (a segment to be made, a wrong address, HEAD, Range, a validator, nginx that sends files) goes the usual way.
"""

from typing import Any

from quart import Quart

from ktv_host.api.edge import Asgi
from ktv_host.api.live import IMMUTABLE, TRANSPORT, segment_tag
from ktv_host.api.route import HOST_KEY, PREFIX
from ktv_host.auth.signing import read_expiry
from ktv_host.host import Host
from ktv_host.streaming.hot_segments import Pieces

FOLDER = f"{PREFIX}/seg/"
SPECIAL = {b"range", b"if-none-match", b"if-match", b"if-modified-since", b"if-unmodified-since"}


def segments_first(app: Quart, inner: Asgi) -> Asgi:
    async def outer(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["method"] == "GET" and scope["path"].startswith(FOLDER):
            found = await _found(app.extensions[HOST_KEY], scope)
            if found is not None:
                await _send(send, *found)
                return
        await inner(scope, receive, send)

    return outer


async def _found(host: Host, scope: Any) -> tuple[Pieces, str] | None:
    """The segment's bytes and its tag."""
    parts = scope["path"].removeprefix(FOLDER).split("/")
    headers = dict(scope["headers"])
    if len(parts) != 3 or host.accel_redirect or SPECIAL & headers.keys():
        return None
    plan, grant, name = parts
    expires, _, signature = grant.partition("-")
    until = read_expiry(expires)
    if until is None or not name.endswith(".ts"):
        return None
    reader = host.live.watching.reader(
        (scope.get("client") or ("",))[0], headers.get(b"user-agent", b"").decode("latin-1")
    )
    stem = name.removesuffix(".ts")
    pieces = await host.live.ready(plan, stem, until, signature, reader)
    return None if pieces is None else (pieces, segment_tag(plan, stem))


async def _send(send: Any, pieces: Pieces, tag: str) -> None:
    headers = {
        "content-type": TRANSPORT,
        "content-length": str(sum(map(len, pieces))),
        "cache-control": IMMUTABLE,
        "etag": tag,
        "accept-ranges": "bytes",
        "access-control-allow-origin": "*",
    }
    encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": 200, "headers": encoded})
    left = len(pieces)
    for piece in pieces:
        left -= 1
        await send({"type": "http.response.body", "body": piece, "more_body": left > 0})
