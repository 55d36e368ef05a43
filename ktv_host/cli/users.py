"""``ktv users``: accounts, for when nobody can sign in."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer

from ktv_host.domain.user import Role, User
from ktv_host.host import Host, open_host
from ktv_host.registry.discovery import discover
from ktv_host.registry.plugins import load
from ktv_host.settings import environment, load_settings

app = typer.Typer(no_args_is_help=True)
T = TypeVar("T")
Password = Annotated[
    str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for when it is not given.")
]
PAGE = 200


@app.command("list")
def list_users(search: Annotated[str, typer.Argument(help="Part of the e-mail address.")] = "") -> None:
    """Show accounts: e-mail address, role, state, id."""
    for user in with_host(lambda host: _all(host, search)):
        typer.echo(f"{user.email}\t{user.role.value}\t{'disabled' if user.disabled else 'active'}\t{user.id}")


@app.command()
def create(email: str, password: Password, admin: Annotated[bool, typer.Option("--admin")] = False) -> None:
    """Make an account, also while registration is closed."""
    role = Role.ADMIN if admin else Role.USER
    user = with_host(lambda host: host.users.create(email, password, role))
    typer.echo(f"{user.email} is there, as {user.role.value}")


@app.command()
def role(email: str, role: Role) -> None:
    """Make an account admin, or user again; an admin must remain."""
    user = with_host(lambda host: _change(host, email, role=role))
    typer.echo(f"{user.email} is {user.role.value} now")


@app.command()
def disable(email: str) -> None:
    """Refuse an account from now on, with every sign-in and token; its channels stay on the air."""
    user = with_host(lambda host: _change(host, email, disabled=True))
    typer.echo(f"{user.email} is disabled")


@app.command()
def enable(email: str) -> None:
    """Let a disabled account in again; its earlier sign-ins stay ended."""
    user = with_host(lambda host: _change(host, email, disabled=False))
    typer.echo(f"{user.email} is enabled")


@app.command("reset-password")
def reset_password(
    email: str,
    password: Annotated[str, typer.Option(help="Default: a random one, shown once.")] = "",
) -> None:
    """Give an account a new password; every sign-in of it ends."""
    chosen = password or secrets.token_urlsafe(12)
    with_host(lambda host: _reset(host, email, chosen))
    typer.echo(f"{email} has a new password" + ("" if password else f": {chosen}  (shown once)"))


@app.command("sign-out")
def sign_out(
    email: str, tokens: Annotated[bool, typer.Option("--tokens", help="Revoke its personal tokens as well.")] = False
) -> None:
    """End every sign-in and IPTV grant of an account."""
    with_host(lambda host: _sign_out(host, email, tokens=tokens))
    typer.echo(f"{email} is signed out everywhere")


@app.command()
def delete(
    email: str,
    channels_to: Annotated[str, typer.Option(help="E-mail address of the account that gets its channels.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete an account; one that owns channels needs --channels-to."""
    if not yes:
        typer.confirm(f"Delete the account {email}?", abort=True)
    with_host(lambda host: _delete(host, email, channels_to))
    typer.echo(f"{email} is deleted")


def with_host(work: Callable[[Host], Awaitable[T]]) -> T:
    """Run one piece of work on the host's services, without its background jobs."""

    async def run() -> T:
        catalog, records = load(discover())
        async with open_host(load_settings(), environment(), catalog, records, background=False) as host:
            return await work(host)

    return asyncio.run(run())


async def _all(host: Host, search: str) -> list[User]:
    found: list[User] = []
    while True:
        page = await host.users.page(search, limit=PAGE, offset=len(found))
        found += page.users
        if not page.users or len(found) >= page.total:
            return found


async def _change(host: Host, email: str, *, role: Role | None = None, disabled: bool | None = None) -> User:
    user = await host.users.by_email(email)
    return await host.users.change(user.id, role=role, disabled=disabled)


async def _reset(host: Host, email: str, password: str) -> None:
    user = await host.users.by_email(email)
    await host.users.set_password(user.id, password)


async def _sign_out(host: Host, email: str, *, tokens: bool) -> None:
    user = await host.users.by_email(email)
    await host.users.end_sessions(user.id, tokens=tokens)


async def _delete(host: Host, email: str, channels_to: str) -> None:
    user = await host.users.by_email(email)
    heir = (await host.users.by_email(channels_to)).id if channels_to else None
    await host.users.delete(user.id, channels_to=heir)
