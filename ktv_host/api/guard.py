"""The guard: who may call a route. Every route names one of these rules.

``scope`` is what a personal token needs for the route; without it the answer is 403 even where anybody may come.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ktv_host.domain.access import Action
from ktv_host.domain.channel import Channel
from ktv_host.domain.user import ANONYMOUS, Caller, Scope
from ktv_host.errors import Forbidden, InsufficientScope, Unauthenticated
from ktv_host.host import Host
from ktv_host.services.channels.channel_access import ChannelKey


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the request came with. ``query_token`` is ``?token=``; few rules look at it.

    ``client`` is the address it comes from, behind trusted proxies the client's own.
    """

    client: str = ""
    bearer: str | None = None
    query_token: str | None = None
    channel_password: str | None = None
    channel_grant: str | None = None
    expires: str | None = None
    signature: str | None = None


@dataclass(frozen=True, slots=True)
class Admission:
    """``grant`` opened the channel, if one was needed: addresses made for the caller carry it."""

    caller: Caller
    channel: Channel | None = None
    grant: str | None = None


class Rule(Protocol):
    @property
    def refusals(self) -> tuple[int, ...]:
        """Statuses this rule may answer, for the documentation."""
        ...

    async def admit(self, host: Host, shown: Credentials, path: Mapping[str, str]) -> Admission: ...


@dataclass(frozen=True, slots=True)
class Open:
    """Anybody; a credential is not even looked at."""

    refusals: tuple[int, ...] = ()

    async def admit(self, host: Host, shown: Credentials, path: Mapping[str, str]) -> Admission:
        return Admission(ANONYMOUS)


@dataclass(frozen=True, slots=True)
class MaybeSignedIn:
    """Anybody, but a credential that is shown must hold."""

    scope: Scope = Scope.API
    query_token: bool = False
    refusals: tuple[int, ...] = (401, 403)

    async def admit(self, host: Host, shown: Credentials, path: Mapping[str, str]) -> Admission:
        return Admission(await identify(host, shown, self.scope, query_token=self.query_token))


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An account, or a personal token of it."""

    scope: Scope = Scope.API
    refusals: tuple[int, ...] = (401, 403)

    async def admit(self, host: Host, shown: Credentials, path: Mapping[str, str]) -> Admission:
        caller = await identify(host, shown, self.scope)
        if caller.user_id is None:
            raise Unauthenticated("sign in first")
        return Admission(caller)


@dataclass(frozen=True, slots=True)
class InPerson:
    """An account that signed in: no personal token, whatever its scopes, makes credentials."""

    refusals: tuple[int, ...] = (401, 403)

    async def admit(self, host: Host, shown: Credentials, path: Mapping[str, str]) -> Admission:
        caller = await identify(host, shown, None)
        if caller.user_id is None:
            raise Unauthenticated("sign in first")
        return Admission(caller)


@dataclass(frozen=True, slots=True)
class Admin:
    """An admin's account; with ``scope`` None no token of it."""

    scope: Scope | None = Scope.API
    query_token: bool = False
    refusals: tuple[int, ...] = (401, 403)

    async def admit(self, host: Host, shown: Credentials, path: Mapping[str, str]) -> Admission:
        caller = await identify(host, shown, self.scope, query_token=self.query_token)
        if caller.user_id is None:
            raise Unauthenticated("sign in as an admin")
        if not caller.is_admin:
            raise Forbidden("only admins may do this")
        return Admission(caller)


@dataclass(frozen=True, slots=True)
class OnChannel:
    """What domain.access says of the channel named ``channel_id`` in the path; its password or a grant may help."""

    action: Action
    scope: Scope = Scope.API
    query_token: bool = False

    @property
    def refusals(self) -> tuple[int, ...]:
        return (401, 403, 404, 429) if self.action in (Action.READ, Action.WATCH) else (401, 403, 404)

    async def admit(self, host: Host, shown: Credentials, path: Mapping[str, str]) -> Admission:
        caller = await identify(host, shown, self.scope, query_token=self.query_token)
        key = ChannelKey(shown.channel_password, shown.channel_grant, shown.client)
        entry = await host.access.admit(path["channel_id"], self.action, caller, key)
        return Admission(caller, entry.channel, entry.grant)


@dataclass(frozen=True, slots=True)
class ChannelLogo:
    """A signed address of the channel's logo, or whoever may know of the channel."""

    refusals: tuple[int, ...] = (401, 403, 404)

    async def admit(self, host: Host, shown: Credentials, path: Mapping[str, str]) -> Admission:
        if shown.signature is None:
            return await OnChannel(Action.LIST, Scope.IPTV, query_token=True).admit(host, shown, path)
        channel = await host.access.with_signed_logo(path["channel_id"], shown.expires or "", shown.signature)
        return Admission(ANONYMOUS, channel)


@dataclass(frozen=True, slots=True)
class SignedAddress:
    """A signature over ``media_id`` in the query, or an account with a channel to watch that shows the item."""

    purpose: str
    scope: Scope = Scope.IPTV
    refusals: tuple[int, ...] = (401, 403, 404)

    async def admit(self, host: Host, shown: Credentials, path: Mapping[str, str]) -> Admission:
        if shown.signature is not None:
            host.media.check_signed(self.purpose, path["media_id"], shown.expires or "", shown.signature)
            return Admission(ANONYMOUS)
        caller = await identify(host, shown, self.scope, query_token=True)
        if caller.user_id is None:
            raise Unauthenticated("this address needs a signature or an account")
        if not await host.access.may_watch(caller, path["media_id"]):
            raise Forbidden("no channel that you may watch shows this item")
        return Admission(caller)


async def identify(host: Host, shown: Credentials, scope: Scope | None, *, query_token: bool = False) -> Caller:
    """Who shows what; nobody when nothing is shown. ``scope`` None: no personal token reaches so far."""
    token = shown.bearer or (shown.query_token if query_token else None)
    if token is None:
        return ANONYMOUS
    caller = await host.identity.identify(token)
    if not (caller.signed_in if scope is None else caller.may_use(scope)):
        raise InsufficientScope(_too_narrow(scope))
    return caller


def _too_narrow(scope: Scope | None) -> str:
    if scope is None:
        return "no token may do this; sign in"
    scopes = " or ".join(dict.fromkeys((scope.value, Scope.API.value)))
    return f"this needs a token with the scope {scopes}"
