"""Passwords: argon2id, hashed in threads and a few at a time, so that logins do not stall streams."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Passwords:
    """Hashes and verifies. ``verify`` takes as long for a missing account (hash None) as for a wrong password."""

    def __init__(self, *, at_once: int = 2, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._slots = asyncio.Semaphore(at_once)
        self._decoy: str | None = None

    async def hash(self, password: str) -> str:
        async with self._slots:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def verify(self, hashed: str | None, password: str) -> bool:
        if hashed is None and self._decoy is None:
            self._decoy = await self.hash("a password nobody has")
        against = hashed if hashed is not None else self._decoy
        async with self._slots:
            matched = await asyncio.to_thread(self._matches, against or "", password)
        return matched and hashed is not None

    def _matches(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False
