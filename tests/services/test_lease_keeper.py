"""Work under a lease: one process at a time, also when it takes longer than the lease."""

import asyncio

import pytest

from ktv_host.db.engine.database import Database
from ktv_host.db.leases import LeaseRepository
from ktv_host.errors import Conflict
from ktv_host.services.lease_keeper import TERM, LeaseKeeper
from ktv_host.testing import FakeClock

BEAT = TERM.total_seconds() / 3


class Bench:
    """Two processes and one clock."""

    def __init__(self, database: Database, clock: FakeClock) -> None:
        self.leases = LeaseRepository(database)
        self.clock = clock
        self.first = LeaseKeeper(self.leases, "first", clock, sleep=clock.sleep)
        self.second = LeaseKeeper(self.leases, "second", clock, sleep=clock.sleep)
        self.begun, self.gate = asyncio.Event(), asyncio.Event()

    async def work(self) -> str:
        self.begun.set()
        await self.gate.wait()
        return "done"


@pytest.fixture
def bench(database: Database, clock: FakeClock) -> Bench:
    return Bench(database, clock)


async def begun(bench: Bench) -> "asyncio.Task[str]":
    task = asyncio.create_task(bench.first.run("job", bench.work))
    await bench.begun.wait()
    return task


async def test_the_second_process_is_refused_until_the_first_is_done(bench: Bench) -> None:
    task = await begun(bench)
    with pytest.raises(Conflict):
        await bench.second.run("job", bench.work)
    bench.gate.set()
    assert await task == "done"
    assert await bench.second.run("job", bench.work) == "done"


async def test_long_work_keeps_its_lease(bench: Bench) -> None:
    task = await begun(bench)
    for _ in range(6):
        await bench.clock.until_asleep(BEAT)
        bench.clock.advance(BEAT)
    await bench.clock.until_asleep(BEAT)
    with pytest.raises(Conflict):
        await bench.second.run("job", bench.work)
    bench.gate.set()
    assert await task == "done"


async def test_who_lost_the_lease_stops(bench: Bench) -> None:
    task = await begun(bench)
    await bench.clock.until_asleep(BEAT)
    await bench.leases.release("job", "first")
    await bench.leases.acquire("job", "second", TERM, bench.clock())
    bench.clock.advance(BEAT)
    with pytest.raises(Conflict):
        await task
    assert await bench.leases.holder("job", bench.clock()) == "second"


async def test_failing_and_cancelled_work_gives_the_lease_back(bench: Bench) -> None:
    async def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await bench.first.run("job", fail)
    assert not await bench.first.held("job")
    task = await begun(bench)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not await bench.first.held("job")
