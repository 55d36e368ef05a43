"""Leases: one holder at a time, on both databases."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from ktv_host.db.engine.database import Database
from ktv_host.db.leases import LeaseRepository

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def leases(database: Database) -> LeaseRepository:
    return LeaseRepository(database)


async def test_the_first_gets_it_and_the_second_does_not(leases: LeaseRepository) -> None:
    assert await leases.acquire("sync", "a", MINUTE, NOW)
    assert not await leases.acquire("sync", "b", MINUTE, NOW)
    assert await leases.holder("sync", NOW) == "a"


async def test_its_holder_may_extend_it(leases: LeaseRepository) -> None:
    await leases.acquire("sync", "a", MINUTE, NOW)
    assert await leases.acquire("sync", "a", MINUTE, NOW + MINUTE / 2)
    assert await leases.holder("sync", NOW + MINUTE * 1.4) == "a"


async def test_an_expired_one_goes_to_who_asks(leases: LeaseRepository) -> None:
    await leases.acquire("sync", "a", MINUTE, NOW)
    later = NOW + 2 * MINUTE
    assert await leases.holder("sync", later) is None
    assert await leases.acquire("sync", "b", MINUTE, later)
    assert not await leases.acquire("sync", "a", MINUTE, later)


async def test_a_released_one_is_free(leases: LeaseRepository) -> None:
    await leases.acquire("sync", "a", MINUTE, NOW)
    await leases.release("sync", "a")
    assert await leases.acquire("sync", "b", MINUTE, NOW)


async def test_only_its_holder_can_release_it(leases: LeaseRepository) -> None:
    await leases.acquire("sync", "a", MINUTE, NOW)
    await leases.release("sync", "b")
    assert await leases.holder("sync", NOW) == "a"


async def test_different_names_do_not_meet(leases: LeaseRepository) -> None:
    assert await leases.acquire("sync", "a", MINUTE, NOW)
    assert await leases.acquire("renewal", "b", MINUTE, NOW)


async def test_of_many_at_once_one_gets_it(leases: LeaseRepository) -> None:
    won = await asyncio.gather(*(leases.acquire("sync", f"process {n}", MINUTE, NOW) for n in range(20)))
    assert sum(won) == 1


async def test_one_taken_before_clocks_were_put_back_is_free(leases: LeaseRepository) -> None:
    await leases.acquire("sync", "a", MINUTE, NOW + timedelta(days=3))
    assert await leases.acquire("sync", "b", MINUTE, NOW)


async def test_clocks_of_machines_may_differ_a_little(leases: LeaseRepository) -> None:
    await leases.acquire("sync", "a", MINUTE, NOW + 4 * MINUTE)
    assert not await leases.acquire("sync", "b", MINUTE, NOW)
