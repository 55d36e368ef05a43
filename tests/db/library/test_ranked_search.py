"""Searches: the best first, in the same order on both databases, page by page."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ktv_host.db.engine.database import Database, open_database
from ktv_host.db.library.ranked_search import RankedSearch
from ktv_host.db.library.reading import LibrarySearch
from ktv_host.db.library.search_row import search_values
from ktv_host.db.library.word_counts import count_words
from ktv_host.db.library.writing import LibraryRepository
from ktv_host.domain.filter import MediaFilter, matches
from ktv_host.domain.media import ContentType, MediaItem
from ktv_host.domain.words import searched, spellings, words

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
VOCABULARY = (
    "star",
    "starling",
    "Stär",
    "war",
    "wars",
    "Łódź",
    "xylo",
    "x-ray",
    "o'neil",
    "進撃",
    "the",
    "ÉCLAIR",
    "II",
)
GENRES = ("Star", "War", "Drama")
SERIES = (None, None, "Star Wars", "The Star", "Drama Xylo")


def random_items(instance: str, count: int = 150) -> list[MediaItem]:
    dice = random.Random(f"ranked {instance}")
    return [
        MediaItem(
            key=f"k{number}",
            title=" ".join(dice.choices(VOCABULARY, k=dice.randrange(1, 4))),
            content_type=dice.choice((ContentType.MOVIE, ContentType.EPISODE)),
            series_name=dice.choice(SERIES),
            season_number=dice.choice((None, 1, 2)),
            episode_number=dice.choice((None, 1, 2, 10)),
            year=dice.choice((None, 1977, 1999)),
            genres=tuple(dice.sample(GENRES, dice.randrange(3))),
        )
        for number in range(count)
    ]


LIBRARY = {instance: random_items(instance) for instance in ("one", "two")}


def expected(wanted: MediaFilter, instances: Sequence[str]) -> list[str]:
    """The order in words of Python: title begins, series begins, all in the title, elsewhere."""
    search = searched(wanted.search_term or "")
    begin = " ".join(search)

    def rank(pair: tuple[str, MediaItem]) -> tuple[int, str]:
        row = search_values(*pair)
        if row["title"].startswith(begin):
            return 0, row["title"]
        if (row["series"] or "").startswith(begin):
            return 1, row["series"]
        title = list(spellings(pair[1].title))
        return (2 if all(any(w.startswith(s) for w in title) for s in search) else 3), row["title"]

    found = [(i, item) for i in instances for item in LIBRARY[i] if matches(wanted, item)]
    return [f"{instance}::{item.key}" for instance, item in sorted(found, key=rank)]


@pytest.fixture
async def search(database: Database) -> LibrarySearch:
    for instance, items in LIBRARY.items():
        await LibraryRepository(database).upsert(instance, items, NOW)
    return LibrarySearch(database)


QUERIES = st.lists(
    st.sampled_from(
        [*VOCABULARY, *GENRES, "s", "st", "19", "1977", "wa", "進", "x", '"', "*", "-star", "OR", "'", "é"]
    ),
    min_size=1,
    max_size=3,
).map(" ".join)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=QUERIES,
    kind=st.none() | st.sampled_from(ContentType),
    instances=st.sampled_from([("one", "two"), ("two",), ()]),
    few=st.sampled_from([1, 5, 10_000]),
    some=st.sampled_from([1, 50, 10_000]),
    page=st.sampled_from([1, 7, 400]),
)
async def test_every_way_of_searching_gives_the_one_order(
    search: LibrarySearch,
    database: Database,
    query: str,
    kind: ContentType | None,
    instances: tuple[str, ...],
    few: int,
    some: int,
    page: int,
) -> None:
    """``few`` and ``some`` choose between sorting and walking; all databases and all ways have to agree."""
    wanted = MediaFilter(search_term=query, content_type=kind)
    ids = expected(wanted, instances)
    search._ranked = RankedSearch(database, few=few, some=some)
    for offset in (0, page, 3 * page):
        found, total = await search.find(wanted, instances, limit=page, offset=offset)
        assert [str(item.id) for item in found] == ids[offset : offset + page]
        assert total == len(ids)


@given(st.text(max_size=30))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_nothing_a_person_types_is_an_operator(search: LibrarySearch, text: str) -> None:
    if text.strip():
        _, total = await search.find(MediaFilter(search_term=text), limit=1)
        assert total == len(expected(MediaFilter(search_term=text), ("one", "two")))


async def test_the_exact_title_comes_first(search: LibrarySearch) -> None:
    found, _ = await search.find(MediaFilter(search_term="star war"), limit=3)
    assert words(found[0].media.title) == ["star", "war"]


async def test_what_changed_is_found_as_it_is_now(search: LibrarySearch, database: Database) -> None:
    library = LibraryRepository(database)
    item = replace(LIBRARY["one"][0], title="Zebra Crossing")
    await library.upsert("one", [item], NOW)
    assert (await search.find(MediaFilter(search_term="zeb cross")))[1] == 1
    await library.upsert("one", [replace(item, title="Other")], NOW)
    assert (await search.find(MediaFilter(search_term="zebra")))[1] == 0


async def test_what_is_gone_is_not_found_until_it_is_back(search: LibrarySearch, database: Database) -> None:
    library = LibraryRepository(database)
    await library.upsert("one", [replace(LIBRARY["one"][0], key="zebra", title="Zebra")], NOW)
    await library.mark_gone("one", ["zebra"], NOW)
    assert await search.find(MediaFilter(search_term="zebra")) == ([], 0)
    await library.revive("one", ["zebra"])
    assert (await search.find(MediaFilter(search_term="zebra")))[1] == 1
    await library.delete_instance("one")
    assert await search.find(MediaFilter(search_term="zebra")) == ([], 0)


async def test_the_index_of_sqlite_is_in_step_with_its_table(sqlite_url: str) -> None:
    async with open_database(sqlite_url) as database:
        library = LibraryRepository(database)
        await library.upsert("one", LIBRARY["one"], NOW)
        await library.mark_gone("one", ["k1", "k2"], NOW)
        await library.upsert("one", [replace(item, title="Changed") for item in LIBRARY["one"][5:9]], NOW)
        await library.delete_instance("two")
        await database.execute("INSERT INTO library_fts (library_fts, rank) VALUES ('integrity-check', 1)")


async def counted(database: Database) -> set[tuple[str, str, int, int]]:
    """The word counts that are stored."""
    rows = await database.fetch_tuples("SELECT instance_id, word, items, titles FROM library_words")
    return {(instance, *counts) for instance, *counts in rows if counts[1:] != [0, 0]}


def counts_of(instance: str, items: Sequence[MediaItem]) -> set[tuple[str, str, int, int]]:
    return {(instance, *row) for row in count_words([search_values(instance, item)["words"] for item in items]).rows()}


async def test_words_are_counted_as_they_are_now_whatever_happened_to_the_items(database: Database) -> None:
    library = LibraryRepository(database)
    one, two = LIBRARY["one"], LIBRARY["two"]
    await library.upsert("two", two, NOW)
    await library.upsert("one", one[:100], NOW)
    changed = [replace(item, title="Stars and Wars", genres=()) for item in one[50:70]]
    await library.upsert("one", [*changed, *one[100:]], NOW)
    await library.mark_gone("one", [item.key for item in one[60:110]], NOW)
    await library.mark_gone("one", [item.key for item in one[60:110]], NOW)
    await library.revive("one", [item.key for item in one[65:90]])
    await library.revive("one", [item.key for item in one[65:90]])
    there = [*one[:50], *changed[:10], *changed[15:], *one[70:90], *one[110:]]
    assert await counted(database) == counts_of("one", there) | counts_of("two", two)
    await library.delete_instance("one")
    assert await counted(database) == counts_of("two", two)


async def test_words_nothing_has_any_more_are_forgotten(database: Database) -> None:
    library = LibraryRepository(database)
    await library.upsert("one", LIBRARY["one"], NOW)
    await library.mark_gone("one", [item.key for item in LIBRARY["one"]], NOW)
    await library.purge_gone(NOW)
    assert await database.fetch_val("SELECT COUNT(*) FROM library_words") == 0


async def test_two_that_write_the_same_count_it_once(database: Database, database_url: str) -> None:
    async with open_database(database_url) as other:
        writers = [LibraryRepository(database), LibraryRepository(other)]
        for titles in ("Star", "War"):
            items = [replace(item, title=f"{titles} {item.title}") for item in LIBRARY["one"]]
            ready = [await writer.compare("one", items) for writer in writers]
            await asyncio.gather(*(writer.write(changes, NOW) for writer, changes in zip(writers, ready, strict=True)))
            assert await counted(database) == counts_of("one", items)


async def test_a_search_of_some_instances_counts_theirs(search: LibrarySearch) -> None:
    for instances in (["one"], ["two"], ["one", "two"], []):
        for text in ("star", "st wa"):
            _, total = await search.find(MediaFilter(search_term=text), instances, limit=1)
            assert total == len(expected(MediaFilter(search_term=text), instances))
