"""Personal tokens: made, listed and revoked by their owner, and who shows one."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from ktv_host.auth.personal_tokens import hash_of, hint_of, new_personal_token
from ktv_host.db.personal_tokens import PersonalTokenRepository
from ktv_host.domain.limits import token_buckets
from ktv_host.domain.personal_token import PersonalToken
from ktv_host.domain.user import Caller, Scope
from ktv_host.errors import Conflict, FieldError, Invalid, NotFound
from ktv_host.hooks import Clock
from ktv_host.services.accounts.rate_limits import RateLimits

MOST = 100


@dataclass(frozen=True, slots=True)
class NewToken:
    """``secret`` is the token itself: shown once, kept nowhere."""

    token: PersonalToken
    secret: str


class PersonalTokens:
    def __init__(self, tokens: PersonalTokenRepository, limits: RateLimits, clock: Clock) -> None:
        self._tokens = tokens
        self._limits = limits
        self._clock = clock
        self._used: dict[str, datetime] = {}

    async def create(
        self, user_id: str, name: str, scopes: Collection[Scope], expires_at: datetime | None = None
    ) -> NewToken:
        """Raises Invalid for an expiry that has passed, Conflict when the account has too many; RateLimited."""
        await self._limits.attempt(*token_buckets(user_id))
        now = self._clock()
        if expires_at is not None and expires_at <= now:
            raise Invalid("the token would have expired already", [FieldError("expires_at", "must be in the future")])
        secret = new_personal_token()
        token = PersonalToken(
            id=str(uuid.uuid4()),
            user_id=user_id,
            name=name,
            hint=hint_of(secret),
            scopes=frozenset(scopes),
            created_at=now,
            expires_at=expires_at,
        )
        if not await self._tokens.add(token, hash_of(secret), most=MOST):
            raise Conflict(f"an account can have {MOST} tokens; delete one you do not use")
        return NewToken(token, secret)

    async def owned_by(self, user_id: str) -> list[PersonalToken]:
        return await self._tokens.owned_by(user_id)

    async def delete(self, user_id: str, token_id: str) -> None:
        """It is refused from now on. Raises NotFound."""
        if not await self._tokens.delete(token_id, user_id):
            raise NotFound(f"you have no token {token_id}")

    async def caller(self, secret: str) -> Caller | None:
        """The account behind a token, in one statement; that it was used is written later, by ``write_use``."""
        now = self._clock()
        found = await self._tokens.identify(hash_of(secret), now)
        if found is None:
            return None
        user, token = found
        self._used[token.id] = now
        return Caller(user.id, user.role, token.scopes)

    async def write_use(self) -> None:
        """Store when tokens were used since the last call: once per token, however often it was."""
        used, self._used = self._used, {}
        await self._tokens.used(used)
