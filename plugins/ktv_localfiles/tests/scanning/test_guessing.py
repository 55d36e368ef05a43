"""Guessing travels to the workers in batches."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from ktv_localfiles.naming.guesses import Guess
from ktv_localfiles.scanning.guessing import BATCH, Guesser

from ktv_host.hooks import Unavailable, WorkerCrashed


class Pool:
    """Answers with the path as title; a path with ``crash`` kills the worker, one with ``down`` finds no worker."""

    def __init__(self) -> None:
        self.trips: list[list[str]] = []
        self.gate: asyncio.Event | None = None

    async def run(self, fn: Callable[..., Any], paths: Sequence[str]) -> Any:
        self.trips.append(list(paths))
        if self.gate is not None:
            await self.gate.wait()
        if any("crash" in path for path in paths):
            raise WorkerCrashed("guess_names killed its worker process")
        if any("down" in path for path in paths):
            raise Unavailable("the worker pool is shutting down")
        return [Guess(title=path) for path in paths]


async def test_names_that_wait_go_together() -> None:
    pool = Pool()
    guesser = Guesser(pool)
    names = [str(number) for number in range(2 * BATCH)]
    found = await asyncio.gather(*(guesser(name) for name in names))
    assert [guess.title for guess in found] == names
    assert [len(trip) for trip in pool.trips] == [BATCH, BATCH]


async def test_a_name_that_kills_its_worker_is_found_and_gets_no_guess() -> None:
    guesser = Guesser(Pool())
    found = await asyncio.gather(*(guesser(name) for name in ("a", "crash", "b")))
    assert [guess.title for guess in found] == ["a", "", "b"]


async def test_who_gives_up_takes_nobody_along() -> None:
    pool = Pool()
    pool.gate = asyncio.Event()
    guesser = Guesser(pool)
    asked = [asyncio.ensure_future(guesser(name)) for name in "abc"]
    for _ in range(5):
        await asyncio.sleep(0)
    asked[0].cancel()
    pool.gate.set()
    assert [guess.title for guess in await asyncio.gather(*asked[1:])] == ["b", "c"]


async def test_a_pool_that_is_closed_is_told_to_everybody() -> None:
    guesser = Guesser(Pool())
    found = await asyncio.gather(*(guesser(f"down {name}") for name in "ab"), return_exceptions=True)
    assert [type(each) for each in found] == [Unavailable, Unavailable]
    with pytest.raises(Unavailable):
        await guesser("down again")
