"""Signed URLs: an HMAC bound to a purpose, a subject and an expiry, short enough for a path."""

import base64
import hmac
from dataclasses import dataclass, field
from datetime import datetime

LENGTH = 22  # base64url characters: 132 bits


@dataclass(frozen=True, slots=True)
class UrlSigner:
    """One key per purpose, derived from the host's secret. A guide signs an address per programme: kept quick."""

    secret: bytes
    _keys: dict[str, bytes] = field(default_factory=dict, repr=False, compare=False)

    def sign(self, purpose: str, subject: str, expires: int) -> str:
        """``expires`` is a Unix time in seconds."""
        key = self._keys.get(purpose)
        if key is None:
            key = self._keys[purpose] = hmac.digest(self.secret, f"url:{purpose}".encode(), "sha256")
        digest = hmac.digest(key, f"{subject}\n{expires}".encode(), "sha256")
        return base64.urlsafe_b64encode(digest).decode()[:LENGTH]

    def holds(self, purpose: str, subject: str, expires: int, signature: str, now: datetime) -> bool:
        good = hmac.compare_digest(self.sign(purpose, subject, expires).encode(), signature.encode())
        return good and now.timestamp() < expires


def hour_after(moment: datetime, hours: int) -> int:
    """Unix time ``hours`` later, rounded up to the hour: the same for everybody who asks within it."""
    later = int(moment.timestamp()) + hours * 3600
    return -(-later // 3600) * 3600
