"""Work that only the holder of a lease may do, for as long as it takes."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from datetime import timedelta
from typing import Any, TypeVar

from ktv_host.db.leases import LeaseRepository
from ktv_host.errors import Conflict
from ktv_host.hooks import Clock

TERM = timedelta(minutes=1)  # after a crash somebody else waits this long
T = TypeVar("T")


class LeaseKeeper:
    def __init__(
        self,
        leases: LeaseRepository,
        holder: str,
        clock: Clock,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._leases = leases
        self._holder = holder
        self._clock = clock
        self._sleep = sleep

    async def held(self, name: str) -> bool:
        """Whether anybody holds it now."""
        return await self._leases.holder(name, self._clock()) is not None

    async def run(self, name: str, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Do the work and keep the lease meanwhile. Raises Conflict when somebody else has it, or gets it."""
        if not await self._take(name):
            raise Conflict(f"another process does this at the moment: {name}")
        working, keeping = asyncio.create_task(work(), name=name), asyncio.create_task(self._keep(name))
        try:
            await asyncio.wait((working, keeping), return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                raise Conflict(f"another process does this by now: {name}")
            return working.result()
        finally:
            for task in (working, keeping):
                task.cancel()
            await asyncio.gather(working, keeping, return_exceptions=True)
            with suppress(asyncio.CancelledError):
                await asyncio.shield(self._leases.release(name, self._holder))

    async def _keep(self, name: str) -> None:
        """Ends when the lease is lost."""
        while True:
            await self._sleep(TERM.total_seconds() / 3)
            if not await self._take(name):
                return

    async def _take(self, name: str) -> bool:
        return await self._leases.acquire(name, self._holder, TERM, self._clock())
