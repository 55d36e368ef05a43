"""``ktv plugins``: what is installed, and why something is not in use."""

import json
import sys
from contextlib import redirect_stdout
from dataclasses import asdict
from typing import Annotated

import structlog
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from ktv_host.registry.catalog import PluginRecord
from ktv_host.registry.discovery import discover
from ktv_host.registry.plugins import load
from ktv_host.settings import load_settings

COLUMNS = ("Plugin", "Distribution", "Version", "State", "Brings", "Reason")

app = typer.Typer(no_args_is_help=True)


@app.callback()
def plugins() -> None:
    """Show the plugins, broken ones too."""


@app.command("list")
def list_plugins(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Show every installed plugin: its version, state, hooks and, if it failed, the reason."""
    records = _records()
    if as_json:
        typer.echo(json.dumps([asdict(record) for record in records], indent=2))
    else:
        Console().print(table(records))


def _records() -> tuple[PluginRecord, ...]:
    """What a plugin prints while it is imported goes to stderr: it is no part of the answer."""
    with redirect_stdout(sys.stderr):
        trace = structlog.wrap_logger(structlog.PrintLogger(sys.stderr)) if load_settings().ktv_trace_hooks else None
        return load(discover(), trace=trace)[1]


def table(records: tuple[PluginRecord, ...]) -> Table:
    rows = Table(*(Column(title, overflow="fold") for title in COLUMNS))
    for record in records:
        colour = "green" if record.state == "loaded" else "red"
        rows.add_row(
            escape(record.name),
            escape(record.distribution),
            record.version,
            f"[{colour}]{record.state}[/]",
            "\n".join(hook.removeprefix("register_") for hook in record.hooks),
            escape(record.reason or ""),
        )
    return rows
