"""Bytes of a media server as a response of ours."""

from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self

from quart import Response
from quart.wrappers.response import ResponseBody
from werkzeug.datastructures import Headers

from ktv_host.api.reply import Reply, respond
from ktv_host.outbound.relay import ASKED_FOR, Relayed

BODILESS = (304, 412)


def asked_for(headers: Headers) -> dict[str, str]:
    """What of a request goes on to the media server."""
    return {name: headers[name] for name in ASKED_FOR if name in headers}


class RelayedBody(ResponseBody):
    """Ends the reading upstream in the moment the client is gone, also when it never began."""

    def __init__(self, upstream: Relayed) -> None:
        self._upstream = upstream

    async def __aenter__(self) -> Self:
        return self

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._upstream.chunks()

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc_value: BaseException | None, tb: TracebackType | None
    ) -> None:
        self._upstream.close()


def relayed_response(upstream: Relayed, method: str, *, cache_control: str) -> Response:
    headers = {**upstream.headers, "Cache-Control": cache_control, "X-Content-Type-Options": "nosniff"}
    if upstream.status == 416:
        upstream.close()
        body = {"error": "range_not_satisfiable", "message": "the file does not reach so far", "details": None}
        kept = {name: value for name, value in headers.items() if name in ("Content-Range", "Accept-Ranges")}
        return respond(Reply(body, 416, kept))
    if method == "HEAD" or upstream.status in BODILESS:
        upstream.leave()
        return Response(None, status=upstream.status, headers=headers, content_type=upstream.media_type)
    response = Response(
        RelayedBody(upstream), status=upstream.status, headers=headers, content_type=upstream.media_type
    )
    response.timeout = None  # a film may take hours
    return response
