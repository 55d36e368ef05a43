"""Replies: what a view returns and how it becomes a response."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from quart import Response

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Reply:
    """``body`` is JSON-able (dates included); None sends no body."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def respond(reply: Reply) -> Response:
    if reply.body is None:
        response = Response(b"", status=reply.status, headers=dict(reply.headers))
        response.headers.remove("Content-Type")
        return response
    body = orjson.dumps(reply.body, option=orjson.OPT_UTC_Z)
    return Response(body, status=reply.status, headers=dict(reply.headers), content_type=JSON)
