"""Spent ids: exactly one use, whoever asks at the same moment."""

import asyncio
from datetime import UTC, datetime, timedelta

from ktv_host.db.engine.database import Database
from ktv_host.db.spent_ids import SpentIds
from ktv_host.db.users import UserRepository

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def test_an_id_is_good_once(database: Database) -> None:
    spent = SpentIds(database)
    assert await spent.spend("a", NOW)
    assert not await spent.spend("a", NOW)
    assert await spent.spend("b", NOW)


async def test_of_many_at_once_one_is_the_first(database: Database) -> None:
    spent = SpentIds(database)
    assert sum(await asyncio.gather(*(spent.spend("a", NOW) for _ in range(8)))) == 1


async def test_a_spent_id_is_forgotten_with_the_revoked_tokens(database: Database) -> None:
    spent = SpentIds(database)
    await spent.spend("a", NOW)
    assert await UserRepository(database).purge_revoked(NOW) == 0
    assert await UserRepository(database).purge_revoked(NOW + timedelta(seconds=1)) == 1
