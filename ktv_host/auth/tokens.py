"""Access tokens: JWT, HS256, claims ``sub jti iat exp`` and, when set, ``iss aud``."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from ktv_host.errors import Unauthenticated

LEEWAY = timedelta(seconds=30)
KNOWN_MOST = 4096
REFUSAL = "the token is not valid or has expired"


@dataclass(frozen=True, slots=True)
class Claims:
    """What a good token says. ``epoch`` is the account's token epoch when it was issued."""

    user_id: str
    jti: str
    issued_at: datetime
    expires_at: datetime
    epoch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSigner:
    """``previous`` is a former secret whose tokens still verify."""

    secret: str = field(repr=False)
    previous: str = field(default="", repr=False)
    issuer: str = ""
    audience: str = ""
    lifetime: timedelta = timedelta(hours=24)
    _known: dict[str, Claims] = field(default_factory=dict, init=False, repr=False, compare=False)

    def issue(self, user_id: str, epoch: int, now: datetime) -> str:
        payload: dict[str, Any] = {
            "sub": user_id,
            "jti": uuid.uuid4().hex,
            "iat": int(now.timestamp()),
            "exp": int((now + self.lifetime).timestamp()),
            "epoch": epoch,
        }
        if self.issuer:
            payload["iss"] = self.issuer
        if self.audience:
            payload["aud"] = self.audience
        return jwt.encode(payload, self.secret, algorithm="HS256")

    def verify(self, token: str, now: datetime) -> Claims:
        """Raises Unauthenticated, never saying more than that the token does not hold.

        What a signature covers stays as it is, so each token is decoded once.
        """
        claims = self._known.get(token)
        if claims is None:
            claims = self._read(token)
            if len(self._known) >= KNOWN_MOST:
                self._known.clear()
            self._known[token] = claims
        if not claims.issued_at - LEEWAY <= now < claims.expires_at + LEEWAY:
            raise Unauthenticated(REFUSAL)
        return claims

    def _read(self, token: str) -> Claims:
        for secret in filter(None, (self.secret, self.previous)):
            try:
                return _claims(self._decode(token, secret))
            except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError):
                continue
        raise Unauthenticated(REFUSAL)

    def _decode(self, token: str, secret: str) -> dict[str, Any]:
        return jwt.decode(
            token,
            secret,
            algorithms=["HS256"],
            issuer=self.issuer or None,
            audience=self.audience or None,
            # exp and iat are compared with the clock that was handed in
            options={"require": ["sub", "jti", "iat", "exp"], "verify_exp": False, "verify_iat": False},
        )


def _claims(payload: Mapping[str, Any]) -> Claims:
    return Claims(
        user_id=str(payload["sub"]),
        jti=str(payload["jti"]),
        issued_at=datetime.fromtimestamp(payload["iat"], UTC),
        expires_at=datetime.fromtimestamp(payload["exp"], UTC),
        epoch=int(payload.get("epoch", 0)),
    )
