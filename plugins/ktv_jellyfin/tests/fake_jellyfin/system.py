"""What the server says about itself, and its users."""

import orjson
from aiohttp import web

from fake_jellyfin import dto
from fake_jellyfin.access import User, parts
from fake_jellyfin.world import World, caller_of, json, text, world_of


async def public_info(request: web.Request) -> web.Response:
    world = world_of(request)
    return json(
        {
            "LocalAddress": str(request.url.origin()),
            "ServerName": world.name,
            "Version": world.version,
            "ProductName": "Jellyfin Server",
            "OperatingSystem": "",
            "Id": world.server_id,
            "StartupWizardCompleted": not (world.faults.starting or world.faults.unfinished),
        }
    )


async def ping(request: web.Request) -> web.Response:
    return json("Jellyfin Server")


async def health(request: web.Request) -> web.Response:
    return web.Response(text="Healthy")


async def users(request: web.Request) -> web.Response:
    world = world_of(request)
    return json([_user(world, user) for user in world.access.users])


async def me(request: web.Request) -> web.Response:
    user = caller_of(request).user
    return text(400) if user is None else json(_user(world_of(request), user))


async def authenticate(request: web.Request) -> web.Response:
    world = world_of(request)
    device = parts(request.headers.get("Authorization", "")).get("DeviceId")
    if not device:
        return text(400)
    sent = orjson.loads(await request.read())
    user = next(
        (each for each in world.access.users if each.name.casefold() == str(sent.get("Username")).casefold()), None
    )
    if user is None or sent.get("Pw") != user.password:
        return text(401)
    token = world.access.sign_in(device, user)
    session = {"Id": device, "UserId": user.id, "UserName": user.name, "DeviceId": device, "ServerId": world.server_id}
    return json({"User": _user(world, user), "SessionInfo": session, "AccessToken": token, "ServerId": world.server_id})


async def logout(request: web.Request) -> web.Response:
    world_of(request).access.sign_out(caller_of(request).token)
    return web.Response(status=204)


def _user(world: World, user: User) -> dict[str, object]:
    folders = None if user.folders is None else list(user.folders)
    return dto.user(user.name, user.id, world.server_id, admin=user.admin, folders=folders)
