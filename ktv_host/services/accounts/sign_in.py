"""Sign-in through an identity provider: there, back, and to a token. Nothing is stored between the steps."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from ktv_host.auth.sealing import TimedSeal
from ktv_host.db.spent_ids import SpentIds
from ktv_host.db.users import UserRepository
from ktv_host.domain.limits import sign_in_buckets
from ktv_host.domain.return_address import return_address
from ktv_host.errors import KtvError, NotFound, Unauthenticated, Unavailable
from ktv_host.hooks import AuthBackend, Clock, PluginContext
from ktv_host.services.accounts.accounts import AccessToken, Accounts
from ktv_host.services.accounts.external_accounts import ExternalAccounts
from ktv_host.services.accounts.rate_limits import RateLimits
from ktv_host.services.contexts import ContextFactory

PATIENCE = 20.0  # seconds a backend may take for one step
CALLBACK = "/api/v1/auth/callback"


@dataclass(frozen=True, slots=True)
class Departure:
    """Where the browser goes, and what its cookie holds until it is back."""

    redirect_url: str
    cookie: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """A token, or where the browser goes on to when the sign-in began in a web app."""

    token: AccessToken | None = None
    redirect_url: str | None = None


class SignIns:
    """``pending`` seals what a browser carries through the sign-in, ``codes`` what a web app changes for a token.

    Each is good once: its id is spent before anything else happens.
    """

    def __init__(
        self,
        *,
        backends: Mapping[str, AuthBackend],
        contexts: ContextFactory,
        external: ExternalAccounts,
        accounts: Accounts,
        users: UserRepository,
        spent: SpentIds,
        pending: TimedSeal,
        codes: TimedSeal,
        public_url: str,
        origins: Sequence[str],
        limits: RateLimits,
        clock: Clock,
    ) -> None:
        self._backends = backends
        self._contexts = contexts
        self._external = external
        self._accounts = accounts
        self._users = users
        self._spent = spent
        self._pending = pending
        self._codes = codes
        self._public_url = public_url
        self._origins = origins
        self._limits = limits
        self._clock = clock

    @property
    def backends(self) -> tuple[str, ...]:
        """Keys of those that are installed and configured."""
        return tuple(sorted(self._backends))

    async def depart(self, key: str, return_to: str | None) -> Departure:
        """Raises NotFound, Invalid for a ``return_to`` that is not ours, Unavailable."""
        backend = self._backend(key)
        back_to = return_address(return_to, self._public_url, self._origins) if return_to is not None else None
        async with _deadline(backend):
            sign_in = await backend.begin(self._context(key), self._public_url + CALLBACK)
        carried = {"id": uuid.uuid4().hex, "backend": key, "state": dict(sign_in.state), "return_to": back_to}
        return Departure(sign_in.redirect_url, self._pending.seal(carried, self._clock()))

    async def arrive(self, cookie: str | None, params: Mapping[str, str], client: str) -> Arrival:
        """``client`` is the address somebody comes from: what fails is counted by it.

        Raises NotFound, RateLimited, Unauthenticated, Forbidden, Unavailable. Once it is known that a web app began the
        sign-in nothing is raised: its redirect says it.
        """
        if not self._backends:
            raise NotFound("nobody signs in through an identity provider here")
        await self._limits.attempt(*sign_in_buckets(client))
        carried = await self._open(self._pending, cookie or "", "this sign-in")
        back_to: str | None = carried["return_to"]
        try:
            backend = self._backend(carried["backend"])
            async with _deadline(backend):
                who = await backend.complete(self._context(backend.key), params, carried["state"])
            user = await self._external.account_of(backend.key, who)
        except KtvError as error:
            if back_to is None:
                raise
            return Arrival(redirect_url=_with(back_to, sign_in_error=error.code, message=error.message))
        await self._limits.give_back(*sign_in_buckets(client))
        if back_to is None:
            return Arrival(token=self._accounts.issue(user))
        code = {"id": uuid.uuid4().hex, "user": user.id, "epoch": user.token_epoch}
        return Arrival(redirect_url=_with(back_to, sign_in_code=self._codes.seal(code, self._clock())))

    async def exchange(self, code: str, client: str) -> AccessToken:
        """The token for a one-time code. Raises RateLimited, Unauthenticated."""
        await self._limits.attempt(*sign_in_buckets(client))
        carried = await self._open(self._codes, code, "this code")
        user = await self._users.get(carried["user"])
        if user is None or user.disabled or user.token_epoch != carried["epoch"]:
            raise Unauthenticated("this code no longer holds; sign in again")
        await self._limits.give_back(*sign_in_buckets(client))
        return self._accounts.issue(user)

    async def _open(self, seal: TimedSeal, sealed: str, what: str) -> dict[str, Any]:
        now = self._clock()
        try:
            carried = seal.open(sealed, now)
        except Unauthenticated:
            minutes = seal.lifetime.total_seconds() / 60
            raise Unauthenticated(
                f"{what} is not of this browser or older than {minutes:g} minutes; sign in again"
            ) from None
        if not await self._spent.spend(carried["id"], now + seal.lifetime):
            raise Unauthenticated(f"{what} was used already; sign in again")
        return carried

    def _backend(self, key: str) -> AuthBackend:
        if key not in self._backends:
            raise NotFound(f"there is no sign-in through {key!r} here; it needs its plugin and its variables")
        return self._backends[key]

    def _context(self, key: str) -> PluginContext:
        return self._contexts.make(f"auth:{key}")


@asynccontextmanager
async def _deadline(backend: AuthBackend) -> AsyncIterator[None]:
    """Turns the end of a backend's time into Unavailable."""
    try:
        async with asyncio.timeout(PATIENCE):
            yield
    except TimeoutError:
        raise Unavailable(f"{backend.name} does not answer") from None


def _with(address: str, **values: str) -> str:
    """In the fragment: it is sent to no server and stands in no log."""
    return f"{address}#{urlencode(values)}"
