"""Handles for a person or a test to change the fake while it runs, below ``/_fake``."""

import asyncio
from datetime import timedelta

import orjson
from aiohttp import web

from fake_jellyfin.records import make_id
from fake_jellyfin.socket import library_changed
from fake_jellyfin.world import json, text, world_of


async def show_faults(request: web.Request) -> web.Response:
    return json(vars(world_of(request).faults))


async def set_faults(request: web.Request) -> web.Response:
    """``{"starting": true}``; ``{}`` clears all."""
    faults = world_of(request).faults
    faults.clear()
    try:
        faults.set(orjson.loads(await request.read() or b"{}"))
    except ValueError as error:
        return text(400, str(error))
    return json(vars(faults))


async def edit(request: web.Request) -> web.Response:
    """``{"rename": {id: name}, "remove": [id], "add": name, "recreate": …}``: changes the library, and tells of it."""
    world = world_of(request)
    wanted = orjson.loads(await request.read())
    updated, removed, added = [], [], []
    for item_id, name in (wanted.get("rename") or {}).items():
        world.library.change(item_id, lambda record, name=name: setattr(record, "name", name), world.now())  # type: ignore[misc]
        updated.append(item_id)
    for item_id in wanted.get("remove") or ():
        world.library.remove(item_id)
        removed.append(item_id)
    for name in wanted.get("add") or ():
        film = next(record for record in world.library.by_id.values() if record.type == "Movie" and record.clip)
        now = world.now()
        copy = type(film)(make_id(world.name, name), "Movie", name, film.library, film.parents)
        copy.fields, copy.extra, copy.clip = dict(film.fields), dict(film.extra), film.clip
        copy.created, copy.saved = now + timedelta(seconds=1), now
        added.append(world.library.add(copy).id)
    await asyncio.sleep(0)
    await library_changed(world, ItemsAdded=added, ItemsUpdated=updated, ItemsRemoved=removed)
    return json({"added": added, "updated": updated, "removed": removed})


async def requests(request: web.Request) -> web.Response:
    return json([f"{each.method} {each.path} {each.status}" for each in world_of(request).exchanges])
