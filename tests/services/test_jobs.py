"""Background jobs: one runner among all processes."""

import asyncio
from datetime import UTC, datetime, timedelta

import structlog

from ktv_host.db.engine.database import Database
from ktv_host.db.leases import LeaseRepository
from ktv_host.services.jobs import Job, Jobs


class Clock:
    now = datetime(2026, 11, 23, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


async def test_only_the_holder_of_the_lease_runs_and_another_takes_over(database: Database) -> None:
    clock, ran = Clock(), []
    processes = {
        name: Jobs(LeaseRepository(database), name, clock, structlog.get_logger()) for name in ("first", "second")
    }

    async def turn(name: str) -> bool:
        async def run() -> None:
            ran.append(name)

        return await processes[name].turn(Job("work", timedelta(seconds=30), run))

    assert await turn("first")
    assert not await turn("second")
    clock.now += timedelta(minutes=2)
    assert await turn("second")
    assert ran == ["first", "second"]


async def test_a_long_run_keeps_its_lease(database: Database) -> None:
    clock, leases = Clock(), LeaseRepository(database)
    jobs = Jobs(leases, "first", clock, structlog.get_logger(), heartbeat=timedelta(milliseconds=5))
    beaten = asyncio.Event()

    async def run() -> None:
        clock.now += timedelta(seconds=50)
        while await leases.holder("job:work", clock.now + timedelta(seconds=30)) is None:  # noqa: ASYNC110  no event tells
            await asyncio.sleep(0.001)  # until a heartbeat has made the lease longer
        beaten.set()

    assert await jobs.turn(Job("work", timedelta(seconds=30), run))
    assert beaten.is_set()


async def test_a_run_ends_when_another_process_took_over_while_the_machine_slept(database: Database) -> None:
    clock, leases = Clock(), LeaseRepository(database)
    jobs = Jobs(leases, "first", clock, structlog.get_logger(), heartbeat=timedelta(milliseconds=5))
    ended = asyncio.Event()

    async def run() -> None:
        clock.now += timedelta(days=3)
        assert await leases.acquire("job:work", "second", timedelta(minutes=1), clock.now)
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    await jobs.turn(Job("work", timedelta(seconds=30), run))
    assert ended.is_set()
    assert await leases.holder("job:work", clock.now) == "second"


async def test_closing_hands_the_leases_on(database: Database) -> None:
    async def nothing() -> None: ...

    job, clock = Job("work", timedelta(seconds=30), nothing), Clock()
    first, second = (Jobs(LeaseRepository(database), name, clock, structlog.get_logger()) for name in ("a", "b"))
    assert await first.turn(job)
    await first.close()
    assert await second.turn(job)


async def test_a_job_that_fails_is_logged_and_runs_again(database: Database) -> None:
    attempts = []

    async def fail() -> None:
        attempts.append(1)
        raise RuntimeError("no")

    jobs = Jobs(LeaseRepository(database), "me", Clock(), structlog.get_logger())
    job = Job("work", timedelta(seconds=30), fail, shared=True)
    await jobs.turn(job)
    await jobs.turn(job)
    assert len(attempts) == 2
