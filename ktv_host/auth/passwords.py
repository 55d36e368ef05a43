"""Passwords: argon2id, hashed in threads of low priority and a few at a time, so that logins do not stall streams."""

import asyncio
import base64
import os
import secrets
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ktv_host.errors import Unavailable

NICE = 10
WAITING_MOST = 500

T = TypeVar("T")


class Passwords:
    """Hashes and verifies. ``verify`` takes as long for a missing account (hash None) as for a wrong password."""

    def __init__(self, *, hasher: PasswordHasher | None = None) -> None:
        # one lane: a hash of several would take every core of a small machine at once
        self._hasher = hasher or PasswordHasher(parallelism=1)
        # a core stays free: Linux lets also a thread of low priority finish its turn of milliseconds
        at_once = max(1, ((os.cpu_count() or 1) - 1) // self._hasher.parallelism)
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="password", initializer=_give_way)
        self._decoy = decoy(self._hasher)
        self._waiting = 0

    async def hash(self, password: str) -> str:
        """Raises Unavailable when too many wait already."""
        return await self._run(self._hasher.hash, password)

    async def verify(self, hashed: str | None, password: str) -> bool:
        """Raises Unavailable when too many wait already."""
        against = self._decoy if hashed is None else hashed
        return await self._run(self._matches, against, password) and hashed is not None

    def outdated(self, hashed: str) -> bool:
        """Whether a new hash of the same password would be stronger."""
        return self._hasher.check_needs_rehash(hashed)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[..., T], *arguments: str) -> T:
        if self._waiting >= WAITING_MOST:
            raise Unavailable("too many passwords are being checked at the moment", retry_after=10)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)
        finally:
            self._waiting -= 1

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
