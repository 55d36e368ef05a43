"""The hooks of this plugin."""

from collections.abc import Mapping, Sequence
from typing import Any

from ktv_host.hooks import Capabilities, CheckReport, EnvironmentVariable, PluginContext, ProviderType, hookimpl
from ktv_jellyfin.check import check_connection
from ktv_jellyfin.config import API_KEY, BASE_URL, USER_ID, JellyfinConfig, from_environment
from ktv_jellyfin.connection import connect, make_login, make_wire
from ktv_jellyfin.libraries import choose
from ktv_jellyfin.pages import Pacing
from ktv_jellyfin.provider import JellyfinProvider
from ktv_jellyfin.server import recognise


class Jellyfin(ProviderType[JellyfinConfig]):
    key = "jellyfin"
    name = "Jellyfin"
    description = "A Jellyfin server, 10.8 or newer."
    config_model = JellyfinConfig
    capabilities = Capabilities(
        collections=True,
        series=True,
        genres=True,
        tags=True,
        decade=True,
        search=True,
        streaming_protocol="direct_file",
        rescan=True,
    )
    environment = (
        EnvironmentVariable(BASE_URL, "Address of a Jellyfin server, e.g. http://192.168.1.10:8096."),
        EnvironmentVariable(API_KEY, "API key of that server, made in its dashboard under API Keys."),
        EnvironmentVariable(USER_ID, "Id or name of a user: with an API key, read only what this user sees."),
    )

    def __init__(self, pacing: Pacing | None = None) -> None:
        self._pacing = pacing or Pacing()

    def from_environment(self, env: Mapping[str, str]) -> Mapping[str, Any] | None:
        return from_environment(env)

    async def open(self, ctx: PluginContext, config: JellyfinConfig) -> JellyfinProvider:
        wire = make_wire(ctx, config)
        connection = await connect(ctx, config, wire, await make_login(ctx, config, wire))
        choose(connection.libraries, config.libraries)
        await recognise(ctx.state, connection.server, config.server_id, config.base_url)
        return JellyfinProvider(ctx, config, connection, self._pacing)

    async def check(self, ctx: PluginContext, config: JellyfinConfig) -> CheckReport:
        return await check_connection(ctx, config)


@hookimpl
def register_providers() -> Sequence[ProviderType[Any]]:
    return [Jellyfin()]
