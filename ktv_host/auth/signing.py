"""Signed URLs: an HMAC bound to a purpose, a subject and an expiry, short enough for a path."""

import base64
import hmac
import re
from dataclasses import dataclass, field
from datetime import datetime

LENGTH = 22  # base64url characters: 132 bits
_EXPIRY = re.compile(r"[1-9][0-9]{0,11}")  # one moment has one spelling


@dataclass(frozen=True, slots=True)
class UrlSigner:
    """One key per purpose, derived from the host's secret. A guide signs an address per programme: kept quick.

    Addresses signed with ``previous``, the secret before this one, hold until they expire.
    """

    secret: bytes = field(repr=False)
    previous: bytes = field(default=b"", repr=False)
    _keys: dict[tuple[bytes, str], bytes] = field(default_factory=dict, repr=False, compare=False)

    def sign(self, purpose: str, subject: str, expires: int) -> str:
        """``expires`` is a Unix time in seconds."""
        return self._signed(self.secret, purpose, subject, expires)

    def holds(self, purpose: str, subject: str, expires: int, signature: str, now: datetime) -> bool:
        """Takes as long for every wrong signature."""
        given = signature.encode("utf-8", "surrogatepass")
        good = hmac.compare_digest(self.sign(purpose, subject, expires).encode(), given)
        if not good and self.previous:
            good = hmac.compare_digest(self._signed(self.previous, purpose, subject, expires).encode(), given)
        return good and now.timestamp() < expires

    def _signed(self, secret: bytes, purpose: str, subject: str, expires: int) -> str:
        key = self._keys.get((secret, purpose))
        if key is None:
            key = self._keys[secret, purpose] = hmac.digest(secret, f"url:{purpose}".encode(), "sha256")
        digest = hmac.digest(key, f"{subject}\n{expires}".encode(), "sha256")
        return base64.urlsafe_b64encode(digest).decode()[:LENGTH]


def hour_after(moment: datetime, hours: int) -> int:
    """Unix time ``hours`` later, rounded up to the hour: the same for everybody who asks within it."""
    later = int(moment.timestamp()) + hours * 3600
    return -(-later // 3600) * 3600


def read_expiry(text: str) -> int | None:
    """The Unix time an address says; None for what no address of ours says."""
    return int(text) if _EXPIRY.fullmatch(text) else None
