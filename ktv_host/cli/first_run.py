"""The first run: an admin, and a demo when nobody configured media, so that something is on the air."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

import typer

from ktv_host.cli.demo import demo_folder
from ktv_host.cli.demo_channels import DEMO_CHANNELS
from ktv_host.db.engine.peek import is_new
from ktv_host.domain.user import Caller, Role
from ktv_host.host import Host
from ktv_host.registry.catalog import Catalog
from ktv_host.services.channels.channels import ChannelDraft
from ktv_host.settings import Settings

ADMIN = "admin@ktv.local"
DEMO_TYPE = "local_files"
SYNC_PATIENCE = 120


@dataclass(frozen=True, slots=True)
class Newcomer:
    """The login that was made; shown once."""

    email: str
    password: str


async def demo_wanted(settings: Settings, env: Mapping[str, str], catalog: Catalog) -> bool:
    """The database is new, no media source is configured, and nobody said DEMO=false."""
    return settings.demo and not _media_configured(env, catalog) and await is_new(settings.database_url)


async def first_run(host: Host, settings: Settings) -> Newcomer | None:
    """On a database without accounts: make the admin and, over the demo library, the demo's channels."""
    if settings.production or not await host.accounts.empty():
        return None
    newcomer = Newcomer(ADMIN, secrets.token_urlsafe(12))
    admin = await host.users.create(newcomer.email, newcomer.password, Role.ADMIN)
    folder = demo_folder(settings.data_dir)
    if settings.demo and folder.is_dir() and not await host.providers.all():
        caller = Caller(admin.id, Role.ADMIN)
        view = await host.providers.create(
            DEMO_TYPE, {"roots": [str(folder.absolute())]}, name="Demo library", actor_id=admin.id
        )
        async with asyncio.timeout(SYNC_PATIENCE):
            await host.syncing.run(view.id)
        for body in DEMO_CHANNELS:
            channel = await host.channels.create(caller, ChannelDraft(body))
            await host.scheduling.generate(channel, admin.id)
    return newcomer


def announce(settings: Settings, newcomer: Newcomer | None) -> None:
    """Say where everything is."""
    base = settings.public_url
    typer.echo(f"K-TV is on the air at {base}")
    typer.echo(f"  Watch  {base}/watch/")
    typer.echo(f"  M3U    {base}/api/v1/iptv/playlist.m3u")
    typer.echo(f"  XMLTV  {base}/api/v1/iptv/epg.xml")
    typer.echo(f"  API    {base}/api/v1/openapi.json")
    if newcomer is not None:
        typer.echo(f"  Login  {newcomer.email}  password {newcomer.password}  (shown once)")


def _media_configured(env: Mapping[str, str], catalog: Catalog) -> bool:
    return any(kind.from_environment(env) is not None for kind in catalog.provider_types.values())
