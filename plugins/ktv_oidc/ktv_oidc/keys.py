"""The provider's signing keys: kept, and asked for again when it rotates them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from joserfc.jwk import Key

from ktv_host.hooks import PluginContext, Unauthenticated, Unavailable
from ktv_oidc.signature import UnknownKey, parse_keys, verified_claims
from ktv_oidc.web import ask

FRESH = timedelta(hours=1)
PAUSE = timedelta(minutes=1)


class SigningKeys:
    """Asked for after an hour, and for a key nobody knows, but then at most once a minute."""

    def __init__(self) -> None:
        self._keys: Sequence[Key] = ()
        self._asked: datetime | None = None
        self._source = ""

    async def claims(self, ctx: PluginContext, jwks_uri: str, token: str) -> Mapping[str, Any]:
        """What a token says, when the provider signed it. Raises Unauthenticated, Unavailable."""
        if self._older_than(FRESH, ctx.clock()) or jwks_uri != self._source:
            await self._ask(ctx, jwks_uri)
        try:
            return verified_claims(token, self._keys)
        except UnknownKey:
            if self._older_than(PAUSE, ctx.clock()):
                await self._ask(ctx, jwks_uri)
                return self._last_try(token)
            raise _unknown() from None

    def _last_try(self, token: str) -> Mapping[str, Any]:
        try:
            return verified_claims(token, self._keys)
        except UnknownKey:
            raise _unknown() from None

    async def _ask(self, ctx: PluginContext, jwks_uri: str) -> None:
        answer = await ask(ctx.http, "GET", jwks_uri)
        keys = parse_keys(answer.body) if answer.ok else ()
        if not keys:
            raise Unavailable("the identity provider shows no key that could verify its tokens")
        self._keys, self._asked, self._source = keys, ctx.clock(), jwks_uri

    def _older_than(self, age: timedelta, now: datetime) -> bool:
        return self._asked is None or now - self._asked >= age


def _unknown() -> Unauthenticated:
    return Unauthenticated("the identity provider's token is signed with a key it does not show")
