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


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the request came with. ``query_token`` is ``?token=``; few rules look at it.

    ``client`` is the address it comes from, behind trusted proxies the client's own.
    """

    client: str = ""
    bearer: str | None = None
    query_token: str | None = None
    channel_password: str | None = None
    expires: str | None = None
    signature: str | None = None


@dataclass(frozen=True, slots=True)
class Admission:
    caller: Caller
    channel: Channel | None = None


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
    """An admin's account."""

    scope: Scope = Scope.API
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
    """What domain.access says of the channel named ``channel_id`` in the path."""

    action: Action
    scope: Scope = Scope.API
    query_token: bool = False
    refusals: tuple[int, ...] = (401, 403, 404)

    async def admit(self, host: Host, shown: Credentials, path: Mapping[str, str]) -> Admission:
        caller = await identify(host, shown, self.scope, query_token=self.query_token)
        channel = await host.channels.admit(path["channel_id"], self.action, caller, shown.channel_password)
        return Admission(caller, channel)


@dataclass(frozen=True, slots=True)
class SignedAddress:
    """A signature over ``media_id`` in the query, or an account."""

    purpose: str
    scope: Scope = Scope.IPTV
    refusals: tuple[int, ...] = (401, 403, 404)

    async def admit(self, host: Host, shown: Credentials, path: Mapping[str, str]) -> Admission:
        if shown.signature is not None and (shown.expires or "").isdecimal():
            if host.media.signed(self.purpose, path["media_id"], int(shown.expires or 0), shown.signature):
                return Admission(ANONYMOUS)
            raise Unauthenticated("this address has expired or was changed; ask for a new one")
        caller = await identify(host, shown, self.scope, query_token=True)
        if caller.user_id is None:
            raise Unauthenticated("this address needs a signature or an account")
        return Admission(caller)


async def identify(host: Host, shown: Credentials, scope: Scope | None, *, query_token: bool = False) -> Caller:
    """Who shows what; nobody when nothing is shown. ``scope`` None: no personal token reaches so far."""
    token = shown.bearer or (shown.query_token if query_token else None)
    if token is None:
        return ANONYMOUS
    caller = await host.identity.identify(token)
    if not (caller.signed_in if scope is None else caller.may_use(scope)):
        needed = "a sign-in, not a token" if scope is None else f"a token with the scope {scope.value} or api"
        raise InsufficientScope(f"this needs {needed}")
    return caller
