"""The pass under way, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ktv_host.db.engine.database import Database
from ktv_host.db.library.sync_passes import SyncPassRepository
from ktv_host.db.library.writing import LibraryRepository
from ktv_host.domain.media import ContentType, MediaItem
from ktv_host.domain.sync import PassState, SyncPhase

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
STATE = PassState(started_at=NOW, phase=SyncPhase.LISTING, since="t", cursor="c", pages=1, seen=2, added=1, total=9)


@pytest.fixture
def passes(database: Database) -> SyncPassRepository:
    return SyncPassRepository(database)


async def test_a_pass_is_found_as_far_as_it_came(passes: SyncPassRepository) -> None:
    assert await passes.get("one") is None
    await passes.begin("one", replace(STATE, cursor=None))
    assert await passes.advance("one", STATE, ["a", "b"])
    assert await passes.get("one") == STATE
    assert await passes.all() == {"one": STATE}


async def test_a_pass_that_was_dropped_does_not_go_on(passes: SyncPassRepository) -> None:
    await passes.begin("one", STATE)
    await passes.drop("one")
    assert not await passes.advance("one", STATE, ["a"])
    assert await passes.get("one") is None
    assert await passes.seen("one") == 0


async def test_missing_is_what_no_page_listed(passes: SyncPassRepository, database: Database) -> None:
    items = [MediaItem(key=key, title=key, content_type=ContentType.MOVIE) for key in "abcde"]
    await LibraryRepository(database).upsert("one", items, NOW)
    await LibraryRepository(database).upsert("two", items, NOW)
    await LibraryRepository(database).mark_gone("one", ["e"], NOW)
    await passes.begin("one", STATE)
    await passes.advance("one", replace(STATE, pages=1), ["a", "b"])
    await passes.advance("one", replace(STATE, pages=2), ["b", "c", "new"])
    assert await passes.missing("one") == {"d"}
    assert await passes.seen("one") == 4


async def test_a_new_pass_has_listed_nothing(passes: SyncPassRepository) -> None:
    await passes.begin("one", STATE)
    await passes.advance("one", STATE, ["a"])
    await passes.begin("one", STATE)
    assert await passes.seen("one") == 0
