"""Identity: whose credential it is, whatever kind it has."""

from ktv_host.auth.grants import GrantSigner, is_grant
from ktv_host.auth.personal_tokens import is_personal_token
from ktv_host.auth.tokens import TokenSigner
from ktv_host.db.users import UserRepository
from ktv_host.domain.user import Caller, Scope, User
from ktv_host.errors import Unauthenticated
from ktv_host.hooks import Clock
from ktv_host.services.accounts.personal_tokens import PersonalTokens

IPTV_ONLY = frozenset({Scope.IPTV})


class Identity:
    """Nothing is remembered between requests: what was revoked, disabled or deleted is refused at once."""

    def __init__(
        self, users: UserRepository, tokens: TokenSigner, grants: GrantSigner, personal: PersonalTokens, clock: Clock
    ) -> None:
        self._users = users
        self._tokens = tokens
        self._grants = grants
        self._personal = personal
        self._clock = clock

    async def identify(self, token: str) -> Caller:
        """Who shows this JWT, personal token or IPTV grant, in one statement. Raises Unauthenticated."""
        if is_personal_token(token):
            caller = await self._personal.caller(token)
        elif is_grant(token):
            caller = await self._granted(token)
        else:
            caller = await self._signed_in(token)
        if caller is None:
            raise Unauthenticated("the token is not valid or has expired")
        return caller

    async def link_token(self, caller: Caller, token: str | None) -> str | None:
        """What addresses made for the caller carry: their own token, but for a sign-in an IPTV grant."""
        if not caller.signed_in:
            return token if caller.user_id else None
        user = await self._users.get(caller.user_id or "")
        return self._grants.sign(user.id, user.token_epoch) if user else None

    async def _signed_in(self, token: str) -> Caller | None:
        claims = self._tokens.verify(token, self._clock())
        user = await self._users.identify(claims.user_id, claims.jti)
        return _caller(user, claims.epoch, None)

    async def _granted(self, token: str) -> Caller | None:
        grant = self._grants.read(token)
        user = await self._users.identify(grant.user_id, token) if grant else None
        return _caller(user, grant.epoch if grant else 0, IPTV_ONLY)


def _caller(user: User | None, epoch: int, scopes: frozenset[Scope] | None) -> Caller | None:
    return Caller(user.id, user.role, scopes) if user is not None and user.token_epoch == epoch else None
