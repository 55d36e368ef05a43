"""Markers and chapters beside the items."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from ktv_host.db.engine.database import Database
from ktv_host.db.library.details import DetailsRepository
from ktv_host.db.library.writing import LibraryRepository
from ktv_host.domain.details import Chapter, ItemDetails, Marker, MarkerKind
from ktv_host.domain.media import ContentType, MediaId, MediaItem

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
OLD = NOW - timedelta(days=7)
FOUND = ItemDetails((Marker(MarkerKind.OUTRO, 1, 2**40),), (Chapter(0, "Ä"), Chapter(5)))


def item(key: str, title: str = "T") -> MediaItem:
    return MediaItem(key=key, title=title, content_type=ContentType.MOVIE, duration_ms=1000)


@pytest.fixture
async def details(database: Database) -> DetailsRepository:
    await LibraryRepository(database).upsert("one", [item("a"), item("b"), item("c")], NOW)
    return DetailsRepository(database)


async def due(details: DetailsRepository, now: datetime = LATER, stale: datetime = OLD) -> list[str]:
    return await details.due("one", stale=stale, now=now, limit=10)


async def test_details_come_back_as_they_were_saved(details: DetailsRepository) -> None:
    await details.save("one", {"a": FOUND}, NOW)
    assert await details.get(MediaId("one", "a")) == FOUND
    assert await details.get(MediaId("one", "b")) == ItemDetails()


async def test_what_was_asked_is_not_due_until_it_is_stale_or_changes(
    details: DetailsRepository, database: Database
) -> None:
    assert await due(details) == ["a", "b", "c"]
    await details.save("one", {"a": FOUND, "b": ItemDetails()}, NOW)
    assert await due(details) == ["c"]
    assert await due(details, stale=LATER) == ["a", "b", "c"]
    await LibraryRepository(database).upsert("one", [item("b", "Other")], LATER)
    assert await due(details) == ["b", "c"]


async def test_what_is_gone_is_not_due(details: DetailsRepository, database: Database) -> None:
    await LibraryRepository(database).mark_gone("one", ["a"], NOW)
    assert await due(details) == ["b", "c"]


async def test_details_leave_with_their_item(details: DetailsRepository, database: Database) -> None:
    await details.save("one", {"a": FOUND, "never-there": FOUND}, NOW)
    await LibraryRepository(database).delete_instance("one")
    assert await details.get(MediaId("one", "a")) == ItemDetails()


async def test_what_will_be_on_air_is_due_first(
    details: DetailsRepository, database: Database, make_channel: Callable[[str], Awaitable[object]]
) -> None:
    await make_channel("channel")
    for slot_id, key, end in (("past", "b", 0), ("coming", "c", 2 * 10**13)):
        await database.execute(
            "INSERT INTO slots (id, channel_id, schedule_id, generation, block_id, start_at, end_at, item_id, title,"
            " item, reason, filler) VALUES (:id, 'channel', 's', 1, 'b', 0, :end, :item, 't', '{}', '{}', FALSE)",
            {"id": slot_id, "end": end, "item": f"one::{key}"},
        )
    assert await due(details) == ["c", "a", "b"]
