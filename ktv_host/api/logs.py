"""/admin/logs: the log of this process as server-sent events."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC
from typing import Literal

import orjson
from pydantic import BaseModel, Field
from quart import Response, request
from typing_extensions import TypedDict

from ktv_host.api.guard import Admin
from ktv_host.api.route import Call, Raw, Route
from ktv_host.domain.user import Scope
from ktv_host.errors import Unauthenticated
from ktv_host.services.log_feed import Level, LogFeed, LogLine, LogReader, Lost

KEEP_ALIVE_SECS = 15.0
LevelName = Literal["debug", "info", "warning", "error", "critical"]


class LogQuery(BaseModel):
    level: LevelName = Field("debug", description="least level sent; LOG_LEVEL decides what there is")


class LogLineBody(TypedDict):
    """``target`` is the logger, for instance ktv.api."""

    level: str
    target: str
    message: str
    timestamp: str


async def logs(call: Call[LogQuery, None]) -> Response:
    async def still_admin() -> bool:
        try:
            return call.token is not None and (await call.host.identity.identify(call.token)).is_admin
        except Unauthenticated:
            return False

    feed: LogFeed = call.host.logs
    reader = feed.read(Level[call.query.level.upper()], request.headers.get("Last-Event-ID"))
    response = Response(
        stream(reader, still_admin, KEEP_ALIVE_SECS),
        content_type="text/event-stream; charset=utf-8",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
    response.timeout = None
    if request.method == "HEAD":
        response.set_data(b"")  # there is no end to wait for
    return response


async def stream(reader: LogReader, wanted: Callable[[], Awaitable[bool]], keep_alive: float) -> AsyncIterator[bytes]:
    """Events as they come, a comment when none do; ends when nobody may read any more, asked that often too."""
    loop = asyncio.get_running_loop()
    with reader:
        yield b"retry: 3000\n\n"
        asked = loop.time()
        while True:
            batch = await reader.next(keep_alive)
            if loop.time() >= asked + keep_alive:
                asked = loop.time()
                if not await wanted():
                    return
            yield b"".join(map(event, batch)) if batch else b": keep-alive\n\n"


def event(entry: LogLine | Lost) -> bytes:
    """One server-sent event. A line has an id to go on after; ``lost`` says how many are missing here."""
    if isinstance(entry, Lost):
        return b'event: lost\ndata: {"lines":%d}\n\n' % entry.lines
    body = LogLineBody(
        level=entry.level.name.lower(),
        target=entry.target,
        message=entry.message,
        timestamp=entry.timestamp.astimezone(UTC).isoformat().replace("+00:00", "Z"),
    )
    return b"id: %s\ndata: %s\n\n" % (entry.id.encode(), orjson.dumps(body))


ROUTES = (
    Route(
        "GET",
        "/admin/logs",
        logs,
        "Log lines of this process as they are written, after a short replay",
        Admin(Scope.LOGS, query_token=True),
        {200: Raw("text/event-stream", "Server-sent events; data is {level, target, message, timestamp}")},
        query=LogQuery,
        tag="admin",
    ),
)
