"""The library, written: changed rows only, what is gone, and what may be forgotten."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from ktv_host.db.engine.database import Database
from ktv_host.db.library.reading import LibrarySearch
from ktv_host.db.library.sync_log import SyncLogRepository
from ktv_host.db.library.writing import LibraryRepository, UpsertCount
from ktv_host.db.schedules import ScheduleRepository
from ktv_host.domain.channel import Channel
from ktv_host.domain.filter import MediaFilter
from ktv_host.domain.media import Collection, ContentType, LibraryItem, MediaId, MediaItem
from ktv_host.domain.schedule import Schedule, Slot

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
ITEM = MediaItem(
    key="a",
    title="Pilot",
    content_type=ContentType.EPISODE,
    duration_ms=1_320_999,
    series_name="Frühstück & Co",
    season_number=1,
    episode_number=2,
    year=1994,
    genres=("Comedy", "Drama"),
    tags=("night",),
    collections=("c1",),
    description="It begins.",
    rating="PG",
    air_date=date(1994, 9, 22),
    artwork=True,
)


def movie(key: str, **fields: object) -> MediaItem:
    plain = MediaItem(key=key, title=f"Movie {key}", content_type=ContentType.MOVIE, duration_ms=60_000)
    return replace(plain, **fields)  # type: ignore[arg-type]


@pytest.fixture
def library(database: Database) -> LibraryRepository:
    return LibraryRepository(database)


@pytest.fixture
def search(database: Database) -> LibrarySearch:
    return LibrarySearch(database)


async def stored(search: LibrarySearch, key: str, instance: str = "one") -> MediaItem | None:
    media_id = MediaId(instance, key)
    found = (await search.get([media_id])).get(str(media_id))
    return None if found is None else found.media


async def terms(database: Database) -> int:
    """How many terms items have."""
    found: int = await database.fetch_val("SELECT COUNT(*) FROM library_terms JOIN library_items ON term_set = set_id")
    return found


async def stored_terms(database: Database) -> int:
    found: int = await database.fetch_val("SELECT COUNT(*) FROM library_terms")
    return found


async def test_an_item_comes_back_with_every_field(library: LibraryRepository, search: LibrarySearch) -> None:
    assert await library.upsert("one", [ITEM, movie("b", duration_ms=None)], NOW) == UpsertCount(2, 0)
    assert await stored(search, "a") == ITEM
    assert await stored(search, "b") == movie("b", duration_ms=None)


async def test_only_what_changed_is_written(
    library: LibraryRepository, search: LibrarySearch, database: Database
) -> None:
    await library.upsert("one", [ITEM, movie("b")], NOW)
    changed = replace(ITEM, title="The Pilot", genres=("Comedy",))
    assert await library.upsert("one", [changed, movie("b"), movie("c")], LATER) == UpsertCount(1, 1)
    assert await stored(search, "a") == changed
    rows = await database.fetch_tuples("SELECT key, added_at, updated_at FROM library_items ORDER BY key")
    first, second = int(NOW.timestamp() * 1000), int(LATER.timestamp() * 1000)
    assert [tuple(row) for row in rows] == [("a", first, second), ("b", first, first), ("c", second, second)]


async def test_the_terms_follow_the_item(library: LibraryRepository, search: LibrarySearch, database: Database) -> None:
    await library.upsert("one", [ITEM], NOW)
    assert await terms(database) == 5
    await library.upsert("one", [replace(ITEM, genres=("Horror", "HORROR"), tags=(), collections=())], LATER)
    assert await terms(database) == 2
    assert await search.count(MediaFilter(genres=("horror",)), None) == 1
    assert await search.count(MediaFilter(genres=("comedy",)), None) == 0


async def test_two_instances_may_have_the_same_key(library: LibraryRepository, search: LibrarySearch) -> None:
    await library.upsert("one", [movie("a", title="First")], NOW)
    assert await library.upsert("two", [movie("a", title="Second")], NOW) == UpsertCount(1, 0)
    assert await search.holders("a") == ["one", "two"]
    assert await library.counts() == {"one": 1, "two": 1}


async def test_of_a_key_listed_twice_the_last_holds(library: LibraryRepository, search: LibrarySearch) -> None:
    assert await library.upsert("one", [movie("a"), movie("a", title="Last")], NOW) == UpsertCount(1, 0)
    assert await stored(search, "a") == movie("a", title="Last")


async def test_what_another_process_wrote_since_the_comparison_is_overwritten(
    library: LibraryRepository, search: LibrarySearch
) -> None:
    mine = await library.compare("one", [movie("a", title="Mine"), movie("b")])
    await library.upsert("one", [movie("a", title="Theirs")], NOW)
    await library.write(mine, LATER)
    assert await stored(search, "a") == movie("a", title="Mine")
    assert [await search.count(MediaFilter(search_term=term), None) for term in ("mine", "theirs", "movie")] == [
        1,
        0,
        1,
    ]


async def test_nothing_to_write_is_fine(library: LibraryRepository) -> None:
    assert await library.upsert("one", [], NOW) == UpsertCount(0, 0)
    assert await library.mark_gone("one", [], NOW) == 0
    await library.replace_collections("one", [])


async def test_what_is_gone_is_remembered_but_not_found(library: LibraryRepository, search: LibrarySearch) -> None:
    await library.upsert("one", [movie("a"), movie("b")], NOW)
    assert await library.mark_gone("one", {"a"}, NOW) == 1
    assert await library.mark_gone("one", {"a", "nothing"}, LATER) == 0
    assert await library.present_keys("one") == {"b"}
    assert await library.counts() == {"one": 1}
    assert await stored(search, "a") == movie("a")
    assert await search.holders("a") == []
    assert [item.id for item in await search.pool(MediaFilter(), None)] == ["one::b"]


async def test_an_item_that_is_listed_again_is_back(library: LibraryRepository, search: LibrarySearch) -> None:
    await library.upsert("one", [movie("a"), movie("b")], NOW)
    await library.mark_gone("one", ["a", "b"], NOW)
    assert await library.upsert("one", [movie("a")], LATER) == UpsertCount(0, 1)
    assert await library.revive("one", ["a", "b"]) == 1
    assert await library.present_keys("one") == {"a", "b"}
    assert await library.revive("one", ["a", "b"]) == 0


async def test_only_what_no_slot_names_is_forgotten(
    library: LibraryRepository,
    search: LibrarySearch,
    database: Database,
    make_channel: Callable[[str], Awaitable[Channel]],
) -> None:
    await library.upsert("one", [movie("a"), movie("b"), movie("c")], NOW)
    channel = await make_channel("channel")
    slot = Slot(
        id="slot",
        channel_id=channel.id,
        generation=1,
        block_id="block",
        start_at=NOW,
        end_at=LATER,
        item=LibraryItem(MediaId("one", "a"), movie("a")),
    )
    schedule = Schedule(
        id="s", channel_id=channel.id, generation=1, parent=None, valid_from=NOW, valid_until=LATER, slots=(slot,)
    )
    await ScheduleRepository(database).add_generation(schedule, drop_from=None)
    await library.mark_gone("one", ["a", "b"], NOW)
    assert await library.purge_gone(NOW) == 0
    assert await library.purge_gone(LATER) == 1
    assert await stored(search, "a") is not None
    assert await stored(search, "b") is None
    await ScheduleRepository(database).delete_slots_of(channel.id)
    assert await library.purge_gone(LATER) == 1
    assert await library.counts() == {"one": 1}


async def test_terms_nothing_has_any_more_are_purged(library: LibraryRepository, database: Database) -> None:
    await library.upsert("one", [ITEM, replace(ITEM, key="b")], NOW)
    assert await stored_terms(database) == 5
    await library.upsert("one", [replace(ITEM, genres=())], LATER)
    await library.purge_gone(LATER)
    assert await stored_terms(database) == 8
    await library.upsert("one", [replace(ITEM, key="b", genres=())], LATER)
    await library.purge_gone(LATER)
    assert await stored_terms(database) == 3


async def test_collections_are_replaced_in_their_order(library: LibraryRepository, search: LibrarySearch) -> None:
    movies, shows = Collection("m", "Movies", "movies"), Collection("s", "Shows")
    await library.replace_collections("one", [Collection("old", "Old")])
    await library.replace_collections("two", [shows])
    await library.replace_collections("one", [shows, movies])
    assert await search.collections(None) == [("one", shows), ("one", movies), ("two", shows)]
    assert await search.collections(["two"]) == [("two", shows)]
    assert await search.collections([]) == []


async def test_deleting_an_instance_leaves_nothing_of_it(
    library: LibraryRepository, search: LibrarySearch, database: Database
) -> None:
    for instance in ("one", "two"):
        await library.upsert(instance, [ITEM], NOW)
        await library.replace_collections(instance, [Collection("m", "Movies")])
        await SyncLogRepository(database).start(instance, NOW)
    await library.delete_instance("one")
    assert await library.counts() == {"two": 1}
    assert await stored_terms(database) == 5
    assert [instance for instance, _ in await search.collections(None)] == ["two"]
    assert set(await SyncLogRepository(database).latest()) == {"two"}


async def test_names_no_database_stores_are_made_readable(library: LibraryRepository, search: LibrarySearch) -> None:
    odd = movie("a", title="half \ud83d a\0name", genres=("\udcff",), series_name="x\0", description="\ud800")
    await library.upsert("one", [odd], NOW)
    assert await library.upsert("one", [odd], LATER) == UpsertCount(0, 0)
    found = await stored(search, "a")
    assert found is not None
    assert found.title == "half ? a\ufffdname"
    assert await search.count(MediaFilter(genres=("\udcff",), series_names=("X\0",), search_term="half\0"), None) == 1
    assert await search.count(MediaFilter(genres=("\udcff",), series_names=("X\0",), search_term="half"), None) == 1


async def test_a_title_of_any_length_can_be_stored(library: LibraryRepository, search: LibrarySearch) -> None:
    endless = movie("a" * 200, title="片" * 5000, series_name="名" * 5000, genres=("類" * 5000,))
    await library.upsert("one", [endless], NOW)
    assert await search.count(MediaFilter(genres=("類" * 5000,), series_names=("名" * 5000,)), None) == 1
