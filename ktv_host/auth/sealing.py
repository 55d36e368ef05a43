"""Seals: small values that travel through somebody else's hands, encrypted, and hold for a while."""

import base64
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.fernet import Fernet, InvalidToken

from ktv_host.errors import Unauthenticated


@dataclass(frozen=True, slots=True)
class TimedSeal:
    """One key per purpose, derived from the secret: what was sealed for one purpose opens for no other."""

    secret: str
    purpose: str
    lifetime: timedelta

    def seal(self, value: Mapping[str, Any], now: datetime) -> str:
        """``value`` has to survive JSON. The result is made of characters that cookies and fragments take."""
        text = json.dumps(dict(value), separators=(",", ":"))
        return self._fernet.encrypt_at_time(text.encode(), int(now.timestamp())).decode().rstrip("=")

    def open(self, sealed: str, now: datetime) -> dict[str, Any]:
        """Raises Unauthenticated when it is too old, was changed or was never ours."""
        padded = sealed + "=" * (-len(sealed) % 4)
        try:
            if base64.urlsafe_b64encode(base64.urlsafe_b64decode(padded)).decode().rstrip("=") != sealed:
                raise InvalidToken  # base64 has several spellings of the same bytes: one of them is ours
            text = self._fernet.decrypt_at_time(
                padded.encode(), int(self.lifetime.total_seconds()), int(now.timestamp())
            )
        except (InvalidToken, ValueError):
            raise Unauthenticated("it has expired or was changed") from None
        value: dict[str, Any] = json.loads(text)
        return value

    @property
    def _fernet(self) -> Fernet:
        key = hmac.digest(self.secret.encode(), f"seal:{self.purpose}".encode(), "sha256")
        return Fernet(base64.urlsafe_b64encode(key))
