"""The prober: several files to a trip, and each with its own answer."""

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from ktv_host.domain.media import LocalFile
from ktv_host.errors import InvalidMedia, Unavailable, WorkerCrashed
from ktv_host.streaming.prober import Prober
from ktv_host.streaming.workers import WorkerPool


class CountingWorkers:
    """A real pool that counts trips; a file named ``deadly`` kills the worker that is sent it."""

    def __init__(self, pool: WorkerPool) -> None:
        self._pool = pool
        self.trips = 0

    async def run(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        self.trips += 1
        if "deadly" in repr(args):
            return await self._pool.run(_die)
        return await self._pool.run(fn, *args, **kwargs)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Clock:
    """Every trip takes so long, however many travel."""

    def __init__(self, trip_secs: float) -> None:
        self.now = 0.0
        self._trip_secs = trip_secs

    def __call__(self) -> float:
        self.now += self._trip_secs
        return self.now


@pytest.mark.parametrize(
    ("trip_secs", "trips"),
    [
        (0.000_1, 1 + 2),  # four at first; 32 of what is left, and the rest
        (0.019, 15),
        (1.0, 1 + 56),
    ],
)
async def test_files_that_wait_together_travel_together_as_long_as_it_is_quick(
    films: dict[str, Path], trip_secs: float, trips: int
) -> None:
    async with WorkerPool(1) as pool:
        workers = CountingWorkers(pool)
        probe = Prober(workers, trips=1, clock=Clock(trip_secs))
        found = await asyncio.gather(*(probe(LocalFile(str(films["closed.mp4"]))) for _ in range(60)))
    assert workers.trips == trips
    assert len({answer.duration_ms for answer in found}) == 1


async def test_a_bad_file_does_not_spoil_its_neighbours(films: dict[str, Path], tmp_path: Path) -> None:
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(b"no media")
    async with WorkerPool(2) as pool:
        probe = Prober(pool)
        good, wrong = await asyncio.gather(
            probe(LocalFile(str(films["closed.mp4"]))), probe(LocalFile(str(bad))), return_exceptions=True
        )
    assert not isinstance(good, BaseException)
    assert isinstance(wrong, InvalidMedia)


async def test_the_one_that_kills_its_worker_is_named(films: dict[str, Path], tmp_path: Path) -> None:
    async with WorkerPool(2) as pool:
        probe = Prober(CountingWorkers(pool))
        good, deadly = await asyncio.gather(
            probe(LocalFile(str(films["closed.mp4"]))), probe(LocalFile("/deadly.mp4")), return_exceptions=True
        )
    assert not isinstance(good, BaseException)
    assert isinstance(deadly, WorkerCrashed)


async def test_who_gives_up_does_not_hold_up_the_others(films: dict[str, Path]) -> None:
    async with WorkerPool(2) as pool:
        probe = Prober(pool)
        source = LocalFile(str(films["closed.mp4"]))
        tasks = [asyncio.create_task(probe(source)) for _ in range(6)]
        await asyncio.sleep(0)
        tasks[1].cancel()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(answers[1], asyncio.CancelledError)
    assert all(not isinstance(answer, BaseException) for n, answer in enumerate(answers) if n != 1)


async def test_a_closed_pool_is_an_error_for_each(films: dict[str, Path]) -> None:
    pool = WorkerPool(1)
    probe = Prober(pool)
    with pytest.raises(Unavailable):
        await probe(LocalFile(str(films["closed.mp4"])))
