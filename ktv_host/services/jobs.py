"""Background jobs: each runs in one process at a time, decided by a lease."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from ktv_host.db.leases import LeaseRepository
from ktv_host.hooks import Clock, Logger

SHORTEST_TERM = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Job:
    """``run`` is called every ``every``. With ``shared`` each process runs it; otherwise the holder of the lease."""

    name: str
    every: timedelta
    run: Callable[[], Awaitable[object]]
    shared: bool = False


class Jobs:
    """``heartbeat`` is how often a run that takes long holds on to its lease."""

    def __init__(
        self,
        leases: LeaseRepository,
        holder: str,
        clock: Clock,
        logger: Logger,
        *,
        heartbeat: timedelta = SHORTEST_TERM / 3,
    ) -> None:
        self._leases = leases
        self._holder = holder
        self._clock = clock
        self._logger = logger
        self._heartbeat = heartbeat
        self._tasks: list[asyncio.Task[None]] = []
        self._held: set[str] = set()

    def start(self, *jobs: Job) -> None:
        self._tasks += [asyncio.create_task(self._loop(job), name=f"job {job.name}") for job in jobs]

    async def close(self) -> None:
        """End what runs and hand its leases on, so that another process need not wait for them to run out."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        self._tasks.clear()
        try:
            for lease in sorted(self._held):
                await self._leases.release(lease, self._holder)
        except Exception as error:  # noqa: BLE001  the job loop: a lease that cannot be handed on runs out by itself
            self._logger.warning("leases not released", error=repr(error))
        self._held.clear()

    async def turn(self, job: Job) -> bool:
        """Run a job once if it is this process's turn; a failure is logged and never leaves here."""
        try:
            if job.shared:
                await job.run()
            elif await self._acquire(job):
                await self._run_holding(job)
            else:
                return False
        except Exception as error:  # noqa: BLE001  a job's bug must not end the loop
            self._logger.error("job failed", job=job.name, error=repr(error))
        return True

    async def _acquire(self, job: Job) -> bool:
        lease, term = f"job:{job.name}", max(job.every * 2, SHORTEST_TERM)
        got = await self._leases.acquire(lease, self._holder, term, self._clock())
        if got:
            self._held.add(lease)
        else:
            self._held.discard(lease)
        return got

    async def _run_holding(self, job: Job) -> None:
        """A run that outlives its lease, as when the machine slept, ends as soon as another process has it."""
        running = asyncio.ensure_future(job.run())
        try:
            while not (await asyncio.wait({running}, timeout=self._heartbeat.total_seconds()))[0]:
                if not await self._acquire(job):
                    self._logger.warning("job taken over by another process", job=job.name)
                    return
            await running
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    async def _loop(self, job: Job) -> None:
        while True:
            await self.turn(job)
            await asyncio.sleep(job.every.total_seconds())
