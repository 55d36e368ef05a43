"""Passwords that matched a moment ago, so that a player's every request need not hash one again."""

import hmac
import secrets
from collections import OrderedDict
from datetime import datetime, timedelta

from ktv_host.hooks import Clock

LIFETIME = timedelta(minutes=10)
CAPACITY = 4096


class KnownPasswords:
    """Keeps a digest under a key of this process, never the password; a changed hash is another password."""

    def __init__(self, clock: Clock, *, lifetime: timedelta = LIFETIME, capacity: int = CAPACITY) -> None:
        self._clock = clock
        self._lifetime = lifetime
        self._capacity = capacity
        self._key = secrets.token_bytes(32)
        self._until: OrderedDict[bytes, datetime] = OrderedDict()

    def knows(self, hashed: str, password: str) -> bool:
        until = self._until.get(self._digest(hashed, password))
        return until is not None and self._clock() < until

    def learn(self, hashed: str, password: str) -> None:
        digest = self._digest(hashed, password)
        self._until[digest] = self._clock() + self._lifetime
        self._until.move_to_end(digest)
        while len(self._until) > self._capacity:
            self._until.popitem(last=False)

    def _digest(self, hashed: str, password: str) -> bytes:
        return hmac.digest(self._key, f"{hashed}\n{password}".encode("utf-8", "surrogatepass"), "sha256")
