""" "Test connection": what is wrong in words, or what there is."""

from ktv_host.hooks import CheckReport, PluginContext, ProviderAuthFailed, ProviderConfigInvalid, ProviderUnavailable
from ktv_jellyfin.config import JellyfinConfig
from ktv_jellyfin.connection import QUICK, Connection, connect, make_login, make_wire
from ktv_jellyfin.libraries import choose
from ktv_jellyfin.queries import listing, page
from ktv_jellyfin.server import recognise

_COUNTED = {"Movie": ("film", "films"), "Episode": ("episode", "episodes"), "MusicVideo,Video": ("video", "videos")}


async def check_connection(ctx: PluginContext, config: JellyfinConfig) -> CheckReport:
    wire = make_wire(ctx, config)
    login = await make_login(ctx, config, wire, lasting=False)
    try:
        connection = await connect(ctx, config, wire, login)
        await recognise(ctx.state, connection.server, config.server_id, config.base_url, remember=False)
        return await _found(connection, config)
    except (ProviderUnavailable, ProviderAuthFailed, ProviderConfigInvalid) as error:
        return CheckReport(False, error.message)
    finally:
        await login.close()


async def _found(connection: Connection, config: JellyfinConfig) -> CheckReport:
    server = connection.server
    chosen = choose(connection.libraries, config.libraries)
    details = {"Server": server.name, "Version": server.version_text, "Server id": server.id}
    total = 0
    for library in (each for each in connection.libraries if each in chosen):
        said = []
        for kinds, names in _COUNTED.items():
            query = listing(kinds, view=connection.view, parent_id=library.id)
            _, number = await connection.client.items(page(query, 0, 1, count=True), patience=QUICK)
            total += number
            if number:
                said.append(f"{number:,} {names[number != 1]}")
        details[library.name] = ", ".join(said) or "no video yet"
    left_out = [library.name for library in connection.libraries if library not in chosen]
    if left_out:
        details["Not read"] = ", ".join(left_out)
    if not total:
        return CheckReport(True, f"{server.name} answers, but there is no video in its libraries yet", details)
    videos = "1 video" if total == 1 else f"{total:,} videos"
    shelves = "1 library" if len(chosen) == 1 else f"{len(chosen)} libraries"
    return CheckReport(True, f"{server.name}, Jellyfin {server.version_text}: {videos} in {shelves}", details)
