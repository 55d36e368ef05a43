"""``/Items`` and the lists of libraries."""

import asyncio
import random

from aiohttp import web

from fake_jellyfin import dto
from fake_jellyfin.query import Asked, read
from fake_jellyfin.world import World, allowed, caller_of, json, text, world_of


async def items(request: web.Request) -> web.Response:
    world, asked = world_of(request), read(request)
    faults = world.faults
    if faults.too_much and (asked.limit or 0) > faults.too_much:
        if not faults.slow:
            return text(500)
        await asyncio.sleep(faults.slow)
    elif faults.slow and not faults.too_much:
        await asyncio.sleep(faults.slow)
    answer = _page(world, asked, request)
    if faults.truncate:
        faults.truncate -= 1
        assert isinstance(answer.body, bytes)
        answer.body = answer.body[: len(answer.body) // 2]
    return answer


def _page(world: World, asked: Asked, request: web.Request) -> web.Response:
    faults = world.faults
    found = world.library.find(asked.query, allowed(caller_of(request), asked.user_id, world))
    limit = asked.limit if asked.limit is not None else len(found)
    if faults.cap:
        limit = min(limit, faults.cap)
    window = found[asked.start : asked.start + limit]
    if faults.duplicates and asked.start and asked.start + limit < len(found) and limit > 2:
        window = [*window[:1], found[0], *window[1:-1]]
    total = len(found) if asked.count else len(window)
    if faults.drift and asked.count:
        total += random.Random(asked.start).randint(-3, 3)
    sent = [
        dto.item(record, world.server_id, asked.fields, pictures=asked.pictures, clips=world.clips) for record in window
    ]
    for number, each in enumerate(sent):
        if faults.no_runtime and number % 2:
            each.pop("RunTimeTicks", None)
        if faults.odd_ids:
            each["Id"] = f"item {each['Id'][:6]}" if number % 2 else f"x{each['Id'][:12]}"
    return json({"Items": sent, "TotalRecordCount": total, "StartIndex": asked.start})


async def virtual_folders(request: web.Request) -> web.Response:
    if not caller_of(request).elevated:
        return text(403, "")
    world = world_of(request)
    return json([dto.virtual_folder(shelf, old=world.release < (10, 9)) for shelf in world.library.shelves])


async def user_views(request: web.Request) -> web.Response:
    """For ``/UserViews`` and, before 10.9, ``/Users/{id}/Views``."""
    world, caller = world_of(request), caller_of(request)
    query = {name.lower(): value for name, value in request.query.items()}
    user_id = (request.match_info.get("user") or query.get("userid") or "").replace("-", "").lower()
    if caller.user is None and not user_id:
        return text(400)
    user = next((each for each in world.access.users if each.id == (user_id or (caller.user and caller.user.id))), None)
    if user is None:
        return text(404, "User not found")
    if caller.user is not None and caller.user is not user and not caller.elevated:
        return text(403, "")
    shelves = [shelf for shelf in world.library.shelves if user.folders is None or shelf.id in user.folders]
    views = [dto.view(shelf, world.server_id) for shelf in shelves]
    return json({"Items": views, "TotalRecordCount": len(views), "StartIndex": 0})


async def counts(request: web.Request) -> web.Response:
    return json(world_of(request).library.counts())


async def refresh(request: web.Request) -> web.Response:
    if not caller_of(request).elevated:
        return text(403, "")
    world_of(request).refreshes += 1
    return web.Response(status=204)
