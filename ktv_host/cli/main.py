"""``ktv``: the one command. Each sub-command is a module of this package with a typer ``app``."""

import os
import sys
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from ktv_host.errors import KtvError

if TYPE_CHECKING:  # names of a private module, for the checker only
    from typer._click import Command, Context


@dataclass(frozen=True, slots=True)
class SubCommand:
    """``group`` says that the module holds commands of its own (``ktv db upgrade``), not one (``ktv serve``)."""

    module: str
    help: str
    group: bool = False

    def load(self) -> "Command":
        commands = get_group(import_module(self.module).app)
        commands.help = commands.help or self.help
        return commands if self.group else next(iter(commands.commands.values()))


SUB_COMMANDS = {
    "serve": SubCommand("ktv_host.cli.serve", "Run the server."),
    "demo": SubCommand("ktv_host.cli.demo", "Make the demo library."),
    "db": SubCommand("ktv_host.cli.database", "Migrate the database, look at it, rotate its secrets.", group=True),
    "plugins": SubCommand("ktv_host.cli.plugins", "Show the plugins, broken ones too.", group=True),
    "users": SubCommand("ktv_host.cli.users", "Make and change accounts.", group=True),
    "library": SubCommand("ktv_host.cli.library", "Look at the library and sync it.", group=True),
    "openapi": SubCommand("ktv_host.cli.openapi", "Print the OpenAPI document."),
}


class LazyGroup(TyperGroup):
    """Imports a sub-command's module when it is invoked; listing them imports nothing."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for name, sub_command in SUB_COMMANDS.items():
            self.add_command(TyperCommand(name, help=sub_command.help))

    def resolve_command(self, ctx: "Context", args: list[str]) -> "tuple[str | None, Command | None, list[str]]":
        if args[0] in SUB_COMMANDS:
            self.add_command(SUB_COMMANDS[args[0]].load(), args[0])
        return super().resolve_command(ctx, args)


app = typer.Typer(cls=LazyGroup, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"ktv {version('ktv-host')}")
        raise typer.Exit


@app.callback()
def ktv(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Television from your own media: channels with a schedule that is already running."""


def main() -> None:
    """Run ``ktv``. What a person can mend is said in one line, without a traceback."""
    # Pydantic would look for plugins of its own in every distribution: one with unreadable metadata would end the host.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        app()
    except KtvError as error:
        typer.echo(f"ktv: {error.message}", err=True)
        sys.exit(1)
