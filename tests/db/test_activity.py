"""Activity: events in the order of their ids."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ktv_host.db.activity import ActivityRepository
from ktv_host.db.engine.database import Database
from ktv_host.domain.events import Event, EventKind

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVENT = Event(
    kind=EventKind.CHANNEL_CREATED, at=NOW, message="made", channel_id="c", actor_id="u", data={"fields": ["a"]}
)


@pytest.fixture
def activity(database: Database) -> ActivityRepository:
    return ActivityRepository(database)


async def test_an_event_gets_an_id_and_keeps_the_rest(activity: ActivityRepository) -> None:
    stored = await activity.add(EVENT)
    assert stored.id > 0
    assert replace(stored, id=0) == EVENT
    assert await activity.recent(5) == [stored]


async def test_the_recent_ones_come_newest_first(activity: ActivityRepository) -> None:
    stored = [await activity.add(replace(EVENT, message=str(n))) for n in range(4)]
    assert await activity.recent(2) == stored[:1:-1]


async def test_they_can_be_those_of_a_channel(activity: ActivityRepository) -> None:
    mine = await activity.add(EVENT)
    await activity.add(replace(EVENT, channel_id=None))
    assert await activity.recent(5, "c") == [mine]


async def test_a_reader_goes_on_after_the_last_it_saw(activity: ActivityRepository) -> None:
    stored = [await activity.add(EVENT) for _ in range(4)]
    assert await activity.after(stored[0].id, 2) == stored[1:3]
    assert await activity.after(stored[3].id, 2) == []


async def test_a_reader_misses_none_while_many_write(activity: ActivityRepository, database: Database) -> None:
    seen: list[int] = []

    async def write() -> None:
        async with database.transaction():
            await activity.add(EVENT)
            await database.fetch_val("SELECT 1")  # time between the id and the commit

    async def follow() -> None:
        while len(seen) < 40:
            seen.extend(event.id for event in await activity.after(seen[-1] if seen else 0, 50))

    async with asyncio.timeout(20):
        await asyncio.gather(follow(), *(write() for _ in range(40)))
    assert seen == sorted(event.id for event in await activity.recent(100))


async def test_an_event_is_undone_with_its_transaction(activity: ActivityRepository, database: Database) -> None:
    async with database.transaction(force_rollback=True):
        await activity.add(EVENT)
    assert await activity.recent(5) == []
