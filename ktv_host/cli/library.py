"""``ktv library``: look at the library and sync it."""

import typer

from ktv_host.cli.users import with_host
from ktv_host.host import Host

app = typer.Typer(no_args_is_help=True)
OPENING_SECONDS = 30


@app.command()
def status() -> None:
    """Show every provider instance with its number of items."""
    for view in with_host(lambda host: host.providers.all()):
        typer.echo(f"{view.id}\t{view.provider_type}\t{view.item_count} items\t{view.last_error or ''}")


@app.command()
def sync(provider: str) -> None:
    """Sync one instance now and wait."""

    async def run(host: Host) -> str:
        await host.instances.wait_settled(provider, OPENING_SECONDS)
        report = await host.syncing.run(provider)
        return f"{report.seen} items: {report.added} new, {report.updated} changed, {report.gone} gone"

    typer.echo(with_host(run))
