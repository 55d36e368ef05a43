"""``ktv db``: bring the database up to date, or look whether it is."""

import asyncio

import typer

from ktv_host.db.engine.database import open_database
from ktv_host.db.engine.migrate import migrate_host, migrate_store
from ktv_host.db.engine.peek import is_new, revision
from ktv_host.db.provider_configs import ProviderConfigRepository
from ktv_host.db.sealed import SealedColumns
from ktv_host.registry.discovery import discover
from ktv_host.registry.plugins import load
from ktv_host.services.secret_rotation import RotationReport, SecretRotation
from ktv_host.settings import load_settings
from ktv_host.wiring.keys import keys_of

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


@app.command("rotate-secrets")
def rotate_secrets() -> None:
    """Seal every stored secret with the present JWT_SECRET; JWT_SECRET_PREVIOUS opens what is older.

    It can be run again and beside a running server.
    """
    report = asyncio.run(_rotate())
    typer.echo(f"{report.renewed} sealed anew, {report.current} up to date already")
    for name in report.unreadable:
        typer.echo(f"no key opens a secret of {name}; enter it anew", err=True)
    if report.unreadable:
        raise typer.Exit(1)


async def _rotate() -> RotationReport:
    settings = load_settings()
    await migrate_host(settings.database_url)
    catalog, _ = load(discover())
    async with open_database(settings.database_url) as database:
        box = keys_of(settings).at_rest
        rotation = SecretRotation(SealedColumns(database), ProviderConfigRepository(database), box, catalog)
        return await rotation.run()


async def _upgrade() -> None:
    url = load_settings().database_url
    await migrate_host(url)
    catalog, _ = load(discover())
    for kind in catalog.provider_types.values():
        if kind.store is not None:
            await migrate_store(url, kind.store)
