"""Everything the handlers of the fake share."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from aiohttp import web

from fake_jellyfin.access import Access, Caller
from fake_jellyfin.faults import Faults
from fake_jellyfin.library import Library
from fake_jellyfin.records import Record, make_id


@dataclass(frozen=True)
class Exchange:
    """A request and its answer, for whoever watches. ``answered`` is empty for media."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    sent: bytes
    status: int
    content_type: str
    answered: bytes


@dataclass
class World:
    """``version`` as the server tells it; ``now`` is the server's clock."""

    name: str
    version: str
    library: Library
    access: Access
    clips: dict[str, Path] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)
    exchanges: list[Exchange] = field(default_factory=list)
    observers: list[Callable[[Exchange], None]] = field(default_factory=list)
    sockets: set[web.WebSocketResponse] = field(default_factory=set)
    encodings: dict[str, str] = field(default_factory=dict)  # play session → device
    refreshes: int = 0
    joined: asyncio.Event = field(default_factory=asyncio.Event)  # somebody with a user listens on a websocket
    heard: asyncio.Event = field(default_factory=asyncio.Event)  # somebody on a websocket said that they live
    busy: int = 0
    most_at_once: int = 0
    keep_exchanges: bool = True
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    @property
    def server_id(self) -> str:
        return make_id(self.name, "another server" if self.faults.other_server else "server")

    @property
    def release(self) -> tuple[int, ...]:
        return tuple(int(part) for part in self.version.split(".")[:2])


WORLD = web.AppKey("world", World)
CALLER = web.RequestKey("caller", Caller)


def world_of(request: web.Request) -> World:
    return request.app[WORLD]


def caller_of(request: web.Request) -> Caller:
    return request[CALLER]


def allowed(caller: Caller, user_id: str | None, world: World) -> Callable[[Record], bool] | None:
    """What a caller may see; an API key may look through a user's eyes. Raises 403 for somebody else's."""
    user = caller.user
    if user is not None and user_id is not None and user_id != user.id and not user.admin:
        raise web.HTTPForbidden
    if user is None and user_id is not None:
        user = next((each for each in world.access.users if each.id == user_id), None)
        if user is None:
            raise web.HTTPNotFound(text="User not found")
    if user is None or user.folders is None:
        return None
    folders = user.folders
    return lambda record: record.library is None or record.library in folders


def text(status: int, body: str = "Error processing request.") -> web.Response:
    return web.Response(status=status, text=body)


def json(value: Any) -> web.Response:
    """As Jellyfin sends JSON: the charset is named."""
    return web.Response(body=orjson.dumps(value), headers={"Content-Type": "application/json; charset=utf-8"})
