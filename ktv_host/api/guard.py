"""The guard: who may call a route. Every route names one of these rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ktv_host.domain.access import Action
from ktv_host.domain.channel import Channel
from ktv_host.domain.user import ANONYMOUS, Caller
from ktv_host.errors import Forbidden, Unauthenticated
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

    query_token: bool = False
    refusals: tuple[int, ...] = (401,)

    async def admit(self, host: Host, shown: Credentials, path: Mapping[str, str]) -> Admission:
        return Admission(await identify(host, shown, query_token=self.query_token))


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An account."""

    refusals: tuple[int, ...] = (401,)

    async def admit(self, host: Host, shown: Credentials, path: Mapping[str, str]) -> Admission:
        caller = await identify(host, shown)
        if caller.user_id is None:
            raise Unauthenticated("sign in first")
        return Admission(caller)


@dataclass(frozen=True, slots=True)
class Admin:
    """An admin's account."""

    refusals: tuple[int, ...] = (401, 403)

    async def admit(self, host: Host, shown: Credentials, path: Mapping[str, str]) -> Admission:
        caller = await identify(host, shown)
        if caller.user_id is None:
            raise Unauthenticated("sign in as an admin")
        if not caller.is_admin:
            raise Forbidden("only admins may do this")
        return Admission(caller)


@dataclass(frozen=True, slots=True)
class OnChannel:
    """What domain.access says of the channel named ``channel_id`` in the path."""

    action: Action
    query_token: bool = False

    @property
    def refusals(self) -> tuple[int, ...]:
        return (401, 403, 404) if self.action is Action.EDIT else (401, 404)

    async def admit(self, host: Host, shown: Credentials, path: Mapping[str, str]) -> Admission:
        caller = await identify(host, shown, query_token=self.query_token)
        channel = await host.channels.admit(path["channel_id"], self.action, caller, shown.channel_password)
        return Admission(caller, channel)


@dataclass(frozen=True, slots=True)
class SignedAddress:
    """A signature over ``media_id`` in the query, or an account."""

    purpose: str
    refusals: tuple[int, ...] = (401, 404)

    async def admit(self, host: Host, shown: Credentials, path: Mapping[str, str]) -> Admission:
        if shown.signature is not None and (shown.expires or "").isdecimal():
            if host.media.signed(self.purpose, path["media_id"], int(shown.expires or 0), shown.signature):
                return Admission(ANONYMOUS)
            raise Unauthenticated("this address has expired or was changed; ask for a new one")
        caller = await identify(host, shown, query_token=True)
        if caller.user_id is None:
            raise Unauthenticated("this address needs a signature or an account")
        return Admission(caller)


async def identify(host: Host, shown: Credentials, *, query_token: bool = False) -> Caller:
    token = shown.bearer or (shown.query_token if query_token else None)
    return await host.accounts.identify(token) if token else ANONYMOUS
