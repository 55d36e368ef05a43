"""Access tokens: JWT, HS256, claims ``sub jti iat exp`` and, when set, ``iss aud``."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from ktv_host.errors import Unauthenticated

LEEWAY = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Claims:
    """What a good token says. ``epoch`` is the account's token epoch when it was issued."""

    user_id: str
    jti: str
    expires_at: datetime
    epoch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSigner:
    """``previous`` is a former secret whose tokens still verify."""

    secret: str
    previous: str = ""
    issuer: str = ""
    audience: str = ""
    lifetime: timedelta = timedelta(hours=24)

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
        """Raises Unauthenticated, never saying more than that the token does not hold."""
        for secret in filter(None, (self.secret, self.previous)):
            try:
                payload = self._decode(token, secret)
            except jwt.InvalidTokenError:
                continue
            expires_at = datetime.fromtimestamp(payload["exp"], UTC)
            issued_at = datetime.fromtimestamp(payload["iat"], UTC)
            if expires_at + LEEWAY <= now or issued_at > now + LEEWAY:
                break
            return Claims(str(payload["sub"]), str(payload["jti"]), expires_at, int(payload.get("epoch", 0)))
        raise Unauthenticated("the token is not valid or has expired")

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
