"""The websocket: signs of life, and news of the library for those with a user."""

from typing import Any
from uuid import uuid4

import orjson
from aiohttp import WSMsgType, web

from fake_jellyfin.world import World, caller_of, world_of


async def connect(request: web.Request) -> web.StreamResponse:
    world = world_of(request)
    caller = caller_of(request)
    if world.faults.no_socket:
        return web.Response(status=400)
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    await socket.send_str(_message("ForceKeepAlive", 60))
    if caller.user is not None:
        world.sockets.add(socket)
        world.joined.set()
    try:
        async for message in socket:
            if message.type is WSMsgType.TEXT and not world.faults.deaf:
                said = orjson.loads(message.data)
                world.heard.set()
                if said.get("MessageType") == "KeepAlive":
                    await socket.send_str(_message("KeepAlive", None))
    finally:
        world.sockets.discard(socket)
    return socket


async def library_changed(world: World, **changed: list[str]) -> None:
    """``ItemsAdded``, ``ItemsUpdated``, ``ItemsRemoved``."""
    names = ("FoldersAddedTo", "FoldersRemovedFrom", "ItemsAdded", "ItemsRemoved", "ItemsUpdated", "CollectionFolders")
    data: dict[str, Any] = {name: changed.get(name, []) for name in names}
    data["IsEmpty"] = not any(changed.values())
    for socket in list(world.sockets):
        await socket.send_str(_message("LibraryChanged", data))


def _message(kind: str, data: Any) -> str:
    return orjson.dumps({"MessageType": kind, "MessageId": uuid4().hex, "Data": data}).decode()
