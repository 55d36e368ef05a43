"""Background jobs: each runs in one process at a time, decided by a lease."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from ktv_host.db.leases import LeaseRepository
from ktv_host.hooks import Clock, Logger


@dataclass(frozen=True, slots=True)
class Job:
    """``run`` is called every ``every``. With ``shared`` each process runs it; otherwise the holder of the lease."""

    name: str
    every: timedelta
    run: Callable[[], Awaitable[object]]
    shared: bool = False


class Jobs:
    def __init__(self, leases: LeaseRepository, holder: str, clock: Clock, logger: Logger) -> None:
        self._leases = leases
        self._holder = holder
        self._clock = clock
        self._logger = logger
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, *jobs: Job) -> None:
        self._tasks += [asyncio.create_task(self._loop(job), name=f"job {job.name}") for job in jobs]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        self._tasks.clear()

    async def turn(self, job: Job) -> bool:
        """Run a job once if it is this process's turn; a failure is logged and never leaves here."""
        try:
            lease = f"job:{job.name}"
            term = max(job.every * 2, timedelta(minutes=1))
            if not job.shared and not await self._leases.acquire(lease, self._holder, term, self._clock()):
                return False
            await job.run()
        except Exception as error:  # noqa: BLE001  a job's bug must not end the loop
            self._logger.error("job failed", job=job.name, error=repr(error))
        return True

    async def _loop(self, job: Job) -> None:
        while True:
            await self.turn(job)
            await asyncio.sleep(job.every.total_seconds())
