"""``ktv openapi``: prints the OpenAPI document of this installation."""

import orjson
import typer

from ktv_host.api.openapi import document
from ktv_host.app import all_routes
from ktv_host.host import VERSION
from ktv_host.registry.discovery import discover
from ktv_host.registry.plugins import load

app = typer.Typer()


@app.command()
def openapi() -> None:
    """Print the OpenAPI document, plugins' documents included."""
    catalog, _ = load(discover())
    typer.echo(orjson.dumps(document(all_routes(catalog), VERSION), option=orjson.OPT_INDENT_2).decode())
