"""Background jobs: one runner among all processes."""

from datetime import UTC, datetime, timedelta

import structlog

from ktv_host.db.database import Database
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
