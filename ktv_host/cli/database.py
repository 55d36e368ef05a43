"""``ktv db``: bring the database up to date, or look whether it is."""

import asyncio

import typer

from ktv_host.db.migrate import migrate_host, migrate_store
from ktv_host.db.peek import is_new, revision
from ktv_host.registry.discovery import discover
from ktv_host.registry.plugins import load
from ktv_host.settings import load_settings

app = typer.Typer(no_args_is_help=True)


@app.command()
def upgrade() -> None:
    """Run every migration of the host and of the installed plugins. ``ktv serve`` does this by itself."""
    asyncio.run(_upgrade())
    typer.echo("the database is up to date")


@app.command()
def check() -> None:
    """Say which revision the database has."""
    url = load_settings().database_url
    if asyncio.run(is_new(url)):
        typer.echo("the database is new")
    else:
        typer.echo(f"revision {asyncio.run(revision(url))}")


async def _upgrade() -> None:
    url = load_settings().database_url
    await migrate_host(url)
    catalog, _ = load(discover())
    for kind in catalog.provider_types.values():
        if kind.store is not None:
            await migrate_store(url, kind.store)
