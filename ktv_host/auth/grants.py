"""IPTV grants: what an M3U made for a sign-in carries, so that players go on when the sign-in has expired."""

import base64
import hmac
import re
from dataclasses import dataclass, field

PREFIX = "iptv."
EPOCH = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Grant:
    user_id: str
    epoch: int


@dataclass(frozen=True, slots=True)
class GrantSigner:
    """``iptv.{user}.{epoch}.{signature}``: no expiry; it ends with the account's token epoch.

    The same account gets the same grant, so its playlist stays the same. ``previous`` still verifies.
    """

    secret: str = field(repr=False)
    previous: str = field(default="", repr=False)

    def sign(self, user_id: str, epoch: int) -> str:
        return _signed(self.secret, user_id, epoch)

    def read(self, grant: str) -> Grant | None:
        """Whose grant it is and of which epoch; None when it was not signed here."""
        user_id, _, epoch = grant.removeprefix(PREFIX).rpartition(".")[0].rpartition(".")
        if not EPOCH.fullmatch(epoch):
            return None
        for secret in filter(None, (self.secret, self.previous)):
            if hmac.compare_digest(_signed(secret, user_id, int(epoch)).encode(), grant.encode()):
                return Grant(user_id, int(epoch))
        return None


def is_grant(token: str) -> bool:
    return token.startswith(PREFIX)


def _signed(secret: str, user_id: str, epoch: int) -> str:
    key = hmac.digest(secret.encode(), b"iptv grant", "sha256")
    signature = base64.urlsafe_b64encode(hmac.digest(key, f"{user_id}.{epoch}".encode(), "sha256")).decode()
    return f"{PREFIX}{user_id}.{epoch}.{signature.rstrip('=')}"
