"""``ktv users``: accounts, for when nobody can sign in."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer

from ktv_host.domain.user import Role
from ktv_host.host import Host, open_host
from ktv_host.registry.discovery import discover
from ktv_host.registry.plugins import load
from ktv_host.settings import environment, load_settings

app = typer.Typer(no_args_is_help=True)
T = TypeVar("T")
Password = Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)]


@app.command("list")
def list_users() -> None:
    """Show all accounts."""
    for user in with_host(lambda host: host.accounts.all()):
        typer.echo(f"{user.email}\t{user.role.value}\t{'disabled' if user.disabled else 'active'}\t{user.id}")


@app.command()
def create(email: str, password: Password, admin: Annotated[bool, typer.Option("--admin")] = False) -> None:
    """Make an account, also while registration is closed."""
    role = Role.ADMIN if admin else Role.USER
    user = with_host(lambda host: host.accounts.create(email, password, role))
    typer.echo(f"{user.email} is there, as {user.role.value}")


@app.command()
def password(email: str, password: Password) -> None:
    """Set a new password; every session of the account ends."""
    with_host(lambda host: host.accounts.set_password(email, password))
    typer.echo(f"{email} has a new password")


def with_host(work: Callable[[Host], Awaitable[T]]) -> T:
    """Run one piece of work on the host's services, without its background jobs."""

    async def run() -> T:
        catalog, records = load(discover())
        async with open_host(load_settings(), environment(), catalog, records, background=False) as host:
            return await work(host)

    return asyncio.run(run())
