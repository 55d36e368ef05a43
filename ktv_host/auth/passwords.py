"""Passwords: argon2id, hashed in threads of low priority and a few at a time, so that logins do not stall streams."""

import asyncio
import base64
import os
import secrets
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

NICE = 5


class Passwords:
    """Hashes and verifies. ``verify`` takes as long for a missing account (hash None) as for a wrong password."""

    def __init__(self, *, at_once: int = 2, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="password", initializer=_give_way)
        self._decoy = decoy(self._hasher)

    async def hash(self, password: str) -> str:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._hasher.hash, password)

    async def verify(self, hashed: str | None, password: str) -> bool:
        against = self._decoy if hashed is None else hashed
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._matches, against, password) and hashed is not None

    def outdated(self, hashed: str) -> bool:
        """Whether a new hash of the same password would be stronger."""
        return self._hasher.check_needs_rehash(hashed)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _matches(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False


def decoy(hasher: PasswordHasher) -> str:
    """A hash no password has, which costs as much to verify as one of the hasher's."""
    salt, digest = (_base64(secrets.token_bytes(size)) for size in (hasher.salt_len, hasher.hash_len))
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2{hasher.type.name.lower()}$v=19${cost}${salt}${digest}"


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=")


def _give_way() -> None:
    """On Linux a thread has a priority of its own, and argon2's lanes inherit it; elsewhere nothing happens."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
