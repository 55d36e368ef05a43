"""The hooks of this plugin."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ktv_host.hooks import (
    Capabilities,
    CheckReport,
    EnvironmentVariable,
    PluginContext,
    ProviderType,
    Store,
    hookimpl,
)
from ktv_localfiles.check import check_roots
from ktv_localfiles.config import LOCAL_FILES_DIR, LocalFilesConfig, from_environment, walk_rules
from ktv_localfiles.provider import LocalFilesProvider
from ktv_localfiles.scanning.roots import Roots


class LocalFiles(ProviderType[LocalFilesConfig]):
    key = "local_files"
    name = "Local files"
    description = "Folders of video on this machine."
    config_model = LocalFilesConfig
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
    store = Store(Path(__file__).parent / "migrations" / "versions", "alembic_version_ktv_localfiles")
    environment = (
        EnvironmentVariable(LOCAL_FILES_DIR, "Folder of videos; several are separated as in PATH, by ':' on Linux."),
    )

    def from_environment(self, env: Mapping[str, str]) -> Mapping[str, Any] | None:
        return from_environment(env)

    async def open(self, ctx: PluginContext, config: LocalFilesConfig) -> LocalFilesProvider:
        await asyncio.to_thread(Roots(tuple(config.roots)).require)
        return LocalFilesProvider(ctx, config)

    async def check(self, ctx: PluginContext, config: LocalFilesConfig) -> CheckReport:  # noqa: ARG002  folders need none
        return await asyncio.to_thread(check_roots, Roots(tuple(config.roots)), walk_rules(config))


@hookimpl
def register_providers() -> Sequence[ProviderType[Any]]:
    return [LocalFiles()]
