"""Several writers of one library at once: whatever order they come in, nobody fails and nothing is left over."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from ktv_host.db.engine.database import Database, open_database
from ktv_host.db.library.ranked_search import RankedSearch
from ktv_host.db.library.reading import LibrarySearch
from ktv_host.db.library.search_row import search_for
from ktv_host.db.library.writing import LibraryRepository
from ktv_host.domain.filter import MediaFilter
from ktv_host.domain.media import ContentType, MediaItem

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
STEADY = ("one", "two", "three")
COMING_AND_GOING = "four"  # deleted again and again while it is synced
KEYS = [f"k{number:02}" for number in range(48)]
GENRES = ("Crime", "Drama", "Horror", "Western")
ROUNDS = 40


class Storm:
    """Writers as the processes of a host have them, and what each instance was told last."""

    def __init__(self, processes: Sequence[Database]) -> None:
        self._libraries = [LibraryRepository(database) for database in processes]
        self.told: dict[tuple[str, str], MediaItem] = {}
        self._storming = True

    async def rage(self) -> None:
        async with asyncio.TaskGroup() as removers:
            for number, work in enumerate((self._purge, self._delete)):
                removers.create_task(work(self._libraries[number % len(self._libraries)]))
            async with asyncio.TaskGroup() as syncs:
                for number, instance in enumerate((*STEADY, COMING_AND_GOING)):
                    syncs.create_task(self._sync(self._libraries[number % len(self._libraries)], instance, number))
            self._storming = False

    async def _sync(self, library: LibraryRepository, instance: str, seed: int) -> None:
        chance = random.Random(seed)
        for number in range(ROUNDS):
            items = [_item(key, number, chance) for key in chance.sample(KEYS, 24)]
            self.told |= {(instance, item.key): item for item in items}
            await library.upsert(instance, items, NOW)
            await library.mark_gone(instance, chance.sample(KEYS, 16), NOW)
            await library.revive(instance, chance.sample(KEYS, 16))

    async def _purge(self, library: LibraryRepository) -> None:
        while self._storming:
            await library.purge_gone(LATER)

    async def _delete(self, library: LibraryRepository) -> None:
        while self._storming:
            await library.delete_instance(COMING_AND_GOING)


def _item(key: str, number: int, chance: random.Random) -> MediaItem:
    """Some of a few term sets, which all instances have in common; some are new in each round."""
    return MediaItem(
        key=key,
        title=f"Film {key} {number}",
        content_type=ContentType.MOVIE,
        duration_ms=60_000,
        genres=tuple(chance.sample(GENRES, 2)),
        tags=chance.choice([(), ("night",), (f"round {number}",)]),
    )


@pytest.fixture
async def processes(database_url: str) -> AsyncIterator[list[Database]]:
    async with open_database(database_url, max_size=6) as first, open_database(database_url, max_size=6) as second:
        yield [first, second]


async def assert_counted_as_found(database: Database) -> None:
    """Word counts are kept by adding and taking away: nothing may be lost or be there twice."""
    for text in ("film", "k0", "dr", "night", "round", "3"):
        search = search_for(text, database.dialect)
        assert search is not None
        totals = [
            (await RankedSearch(database, few=few).find(search, None, None, limit=0, offset=0)).total
            for few in (0, 1000)  # counted, and found one by one
        ]
        assert totals[0] == totals[1] > 0, (text, totals)


async def test_nobody_fails_and_nothing_is_left_over(processes: list[Database]) -> None:
    storm = Storm(processes)
    await storm.rage()
    database = processes[0]
    library, search = LibraryRepository(database), LibrarySearch(database)
    await library.delete_instance(COMING_AND_GOING)

    items = {(item.id.instance, item.media.key): item.media for item in await search.items(MediaFilter(), limit=1000)}
    assert len(items) > len(KEYS)
    assert items == {place: storm.told[place] for place in items}
    for genre in GENRES:
        with_genre = await search.items(MediaFilter(genres=(genre,)), limit=1000)
        assert {(item.id.instance, item.media.key) for item in with_genre} == {
            place for place, item in items.items() if genre in item.genres
        }
    found, total = await search.find(MediaFilter(search_term="film"), limit=1000)
    assert total == len(found) == len(items)
    assert {(item.id.instance, item.media.key) for item in found} == items.keys()
    await assert_counted_as_found(database)

    await library.purge_gone(LATER)
    orphans = "SELECT COUNT(*) FROM library_terms WHERE set_id NOT IN (SELECT term_set FROM library_items)"
    assert await database.fetch_val(orphans) == 0
    for instance in STEADY:
        await library.delete_instance(instance)
    assert await database.fetch_val("SELECT COUNT(*) FROM library_terms") == 0
