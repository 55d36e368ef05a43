"""Rate limits as rows: exact under concurrency, the same on both databases."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from ktv_host.db.engine.database import Database, open_database
from ktv_host.db.rate_limits import RateLimitRepository
from ktv_host.domain.limits import Limit

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
NARROW = Limit("narrow", 3, timedelta(seconds=10))
WIDE = Limit("wide", 5, timedelta(seconds=10))
ANN, BOB, ALL = NARROW.of("ann"), NARROW.of("bob"), WIDE.of("all")


@pytest.fixture
def limits(database: Database) -> RateLimitRepository:
    return RateLimitRepository(database)


async def taken(limits: RateLimitRepository, *seconds: float) -> list[bool]:
    return [await limits.take([ANN], NOW + timedelta(seconds=s)) for s in seconds]


async def test_a_burst_is_free_and_then_one_comes_at_a_time(limits: RateLimitRepository) -> None:
    assert await taken(limits, 0, 0, 0, 0) == [True, True, True, False]
    assert await taken(limits, 9.9, 10, 10, 19.9, 20) == [False, True, False, False, True]


async def test_a_pause_gives_the_whole_burst_back_and_no_more(limits: RateLimitRepository) -> None:
    await taken(limits, 0, 0, 0)
    assert await taken(limits, 3600, 3600, 3600, 3600) == [True, True, True, False]


async def test_asking_while_refused_does_not_make_it_longer(limits: RateLimitRepository) -> None:
    await taken(limits, 0, 0, 0, *[1] * 20)
    assert await limits.wait_ms([ANN], NOW + timedelta(seconds=4)) == 6000
    assert await taken(limits, 10) == [True]


async def test_one_full_bucket_refuses_the_attempt(limits: RateLimitRepository) -> None:
    assert [await limits.take([ANN, ALL], NOW) for _ in range(4)] == [True, True, True, False]
    assert [await limits.take([BOB, ALL], NOW) for _ in range(2)] == [True, False]


async def test_an_attempt_given_back_can_be_made_again(limits: RateLimitRepository) -> None:
    await taken(limits, 0, 0, 0)
    await limits.give_back([ANN])
    assert await taken(limits, 0, 0) == [True, False]


async def test_attempts_at_once_over_two_processes_are_counted_exactly(database_url: str) -> None:
    async with open_database(database_url, max_size=4) as one, open_database(database_url, max_size=4) as other:
        processes = [RateLimitRepository(one), RateLimitRepository(other)]
        answers = await asyncio.gather(*(processes[n % 2].take([ANN, ALL], NOW) for n in range(20)))
    assert answers.count(True) == 3


async def test_only_empty_buckets_are_forgotten(limits: RateLimitRepository) -> None:
    await limits.take([ANN], NOW)
    await limits.take([BOB], NOW + timedelta(seconds=5))
    assert await limits.purge(NOW + timedelta(seconds=10)) == 1
    assert await limits.wait_ms([ANN], NOW) == 0
    assert await limits.purge(NOW + timedelta(seconds=15)) == 1
