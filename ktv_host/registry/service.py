"""Service: a provider in use, and how it is taken out of use without hurting who is using it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress

from ktv_host.hooks import Provider

DRAIN_SECONDS = 20.0


class Service:
    def __init__(self, provider: Provider, provider_type: str) -> None:
        self.provider = provider
        self.provider_type = provider_type
        self._users = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @contextmanager
    def use(self) -> Iterator[Provider]:
        """While this is held the provider stays open, for at most ``DRAIN_SECONDS`` after it left service."""
        self._users += 1
        self._idle.clear()
        try:
            yield self.provider
        finally:
            self._users -= 1
            if not self._users:
                self._idle.set()

    async def drained(self, sleep: Callable[[float], Awaitable[None]]) -> bool:
        """True once nobody uses it; False when somebody still does after ``DRAIN_SECONDS``."""
        if self._idle.is_set():
            return True
        waits = [asyncio.ensure_future(self._idle.wait()), asyncio.ensure_future(sleep(DRAIN_SECONDS))]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
                with suppress(asyncio.CancelledError):
                    await wait
        return self._idle.is_set()
