"""Writes docs/reference/commands.md from the commands themselves; ``make golden`` runs it."""

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from typer.core import TyperArgument, TyperGroup, TyperOption

from ktv_host.cli.main import SUB_COMMANDS

if TYPE_CHECKING:  # names of a private module, for the checker only
    from typer._click import Command

COMMANDS_PAGE = Path("docs/reference/commands.md")

_HEAD = """\
# Commands

`ktv` is installed with the host (`.venv/bin/ktv` after `make install`). It reads the same [settings](settings.md) as
the server. What a person can mend is said in one line and ends with exit code 1; a wrong call ends with 2.

This page is made from the code by `make golden`.
"""


def commands() -> Iterator[tuple[str, "Command"]]:
    """Every command by its full name, ``ktv db upgrade``, in the order ``ktv --help`` shows them."""
    for name, sub_command in SUB_COMMANDS.items():
        loaded = sub_command.load()
        if isinstance(loaded, TyperGroup):
            yield from ((f"ktv {name} {child}", command) for child, command in loaded.commands.items())
        else:
            yield f"ktv {name}", loaded


def commands_page() -> str:
    parts = [_HEAD]
    for name, command in commands():
        arguments = [each for each in command.params if isinstance(each, TyperArgument)]
        options = [each for each in command.params if isinstance(each, TyperOption)]
        call = " ".join([name, *map(_placeholder, arguments)])
        parts += [f"## `{call}`", "", inspect.cleandoc(command.help or "").replace("``", "`"), ""]
        rows = [(_placeholder(each), each.help or "") for each in arguments if each.help]
        rows += [(", ".join([*each.opts, *each.secondary_opts]), each.help or "") for each in options]
        if rows:
            parts += [f"- `{what}`" + (f": {text}" if text else "") for what, text in rows] + [""]
    return "\n".join(parts).rstrip() + "\n"


def _placeholder(argument: TyperArgument) -> str:
    name = (argument.metavar or argument.name or "").upper()
    return name if argument.required else f"[{name}]"


if __name__ == "__main__":
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path()
    (root / COMMANDS_PAGE).write_text(commands_page(), encoding="utf-8")
