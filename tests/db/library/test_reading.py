"""The library, read: every filter means what it says, in every order."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ktv_host.db.engine.database import Database
from ktv_host.db.library.reading import LibrarySearch, Order
from ktv_host.db.library.writing import LibraryRepository
from ktv_host.domain.filter import MediaFilter
from ktv_host.domain.media import ContentType, MediaId, MediaItem
from ktv_host.domain.pool import OrderKey, PoolItem, order_key
from ktv_host.domain.series import SeriesSummary
from ktv_host.domain.words import finds, searched, spellings

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WORDS = ("night", "Day", "ÉCLAIR", "éclair", "straße", "STRASSE", "100%", "a_b", "o'neil", "!", "Ω")
GENRES = ("Comedy", "comedy", "Drama", "SCI-FI", "sci-fi", "Été")
SERIES = ("Frasier", "FRASIER", "Ärzte", "ärzte", None, None)
INSTANCES = ("one", "two", "two-b")
MILLISECONDS = (None, 0, 400, 1000, 1999, 2000, 59_999, 60_000, 3_600_000)


def random_items(instance: str) -> list[MediaItem]:
    dice = random.Random(instance)

    def some(words: Sequence[str]) -> tuple[str, ...]:
        return tuple(dice.sample(words, dice.randrange(3)))

    return [
        MediaItem(
            key=f"k{number}",
            title=" ".join(dice.choices(WORDS, k=2)),
            content_type=dice.choice(list(ContentType)),
            duration_ms=dice.choice(MILLISECONDS),
            series_name=dice.choice(SERIES),
            season_number=dice.choice((None, 0, 1, 2, 10)),
            episode_number=dice.choice((None, 1, 2, 10)),
            year=dice.choice((None, 1989, 1990, 1999, 2000)),
            genres=some(GENRES),
            tags=some(("tag", "TAG", "other")),
            collections=some(("c1", "C1", "c2")),
        )
        for number in range(60)
    ]


LIBRARY = {f"{instance}::{item.key}": item for instance in INSTANCES for item in random_items(instance)}
GONE = {media_id for number, media_id in enumerate(LIBRARY) if number % 11 == 0}


@pytest.fixture
async def search(database: Database) -> LibrarySearch:
    library = LibraryRepository(database)
    for instance in INSTANCES:
        await library.upsert(instance, random_items(instance), NOW)
        await library.mark_gone(
            instance, [media_id.split("::")[1] for media_id in GONE if media_id.split("::")[0] == instance], NOW
        )
    return LibrarySearch(database)


def matches(item: MediaItem, wanted: MediaFilter) -> bool:
    """What DESIGN says, word by word."""

    def any_of(have: Sequence[str], want: Sequence[str]) -> bool:
        return not want or any(h.casefold() == w.casefold() for h in have for w in want)

    texts = (item.title, item.series_name or "", *item.genres, *item.tags, str(item.year or ""))
    text = [word for each in texts for word in spellings(each)]
    search = searched(wanted.search_term or "")
    known = item.duration_ms not in (None, 0)
    return (
        (wanted.content_type is None or item.content_type == wanted.content_type)
        and any_of(item.genres, wanted.genres)
        and any_of(item.tags, wanted.tags)
        and any_of(item.collections, wanted.collections)
        and any_of([item.series_name] if item.series_name else [], wanted.series_names)
        and (wanted.decade is None or (item.year is not None and wanted.decade <= item.year <= wanted.decade + 9))
        and (wanted.min_duration_secs is None or (known and item.duration_secs >= wanted.min_duration_secs))
        and (wanted.max_duration_secs is None or (known and item.duration_secs <= wanted.max_duration_secs))
        and (not (wanted.search_term or "").strip() or (bool(search) and finds(search, text)))
    )


def expected(wanted: MediaFilter, instances: Sequence[str] | None) -> list[str]:
    """Ids in library order."""
    found = [
        media_id
        for media_id, item in LIBRARY.items()
        if media_id not in GONE
        and (instances is None or media_id.split("::")[0] in instances)
        and matches(item, wanted)
    ]
    return sorted(found, key=library_order)


def library_order(media_id: str) -> OrderKey:
    item = LIBRARY[media_id]
    return order_key(item.series_name, item.season_number, item.episode_number, item.title, media_id)


def several(words: Sequence[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from([*words, "nothing"]), max_size=2).map(tuple)


FILTERS = st.builds(
    MediaFilter,
    content_type=st.none() | st.sampled_from(ContentType),
    genres=st.just(()) | several(GENRES),
    decade=st.none() | st.sampled_from([1980, 1990, 1995, 2000]),
    tags=st.just(()) | several(("tag", "Other")),
    min_duration_secs=st.none() | st.sampled_from([0, 1, 2, 59, 60]),
    max_duration_secs=st.none() | st.sampled_from([0, 1, 59, 60, 3600]),
    collections=st.just(()) | several(("c1", "C2")),
    series_names=st.just(()) | several(("frasier", "ÄRZTE")),
    search_term=st.none()
    | st.lists(st.sampled_from([*WORDS, "19", "comedy", "fra", "%", "_", "\\"]), max_size=3).map(" ".join),
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=FILTERS, instances=st.none() | st.lists(st.sampled_from(INSTANCES), unique=True))
@example(wanted=MediaFilter(), instances=None)
@example(wanted=MediaFilter(), instances=["one", "two-b"])
@example(wanted=MediaFilter(), instances=[])
async def test_a_filter_finds_what_it_says(
    search: LibrarySearch, wanted: MediaFilter, instances: list[str] | None
) -> None:
    ids = expected(wanted, instances)
    assert await search.count(wanted, instances) == len(ids)
    found = await search.items(wanted, instances=instances, order="library", limit=1000, offset=0)
    assert [str(item.id) for item in found] == ids
    pool = await search.pool(wanted, instances)
    assert [item.id for item in pool] == [i for i in ids if LIBRARY[i].duration_secs >= 1]


async def test_a_pool_item_tells_what_the_planner_needs(search: LibrarySearch) -> None:
    for item in await search.pool(MediaFilter(), None):
        media = LIBRARY[item.id]
        assert item == PoolItem(
            item.id,
            media.duration_secs,
            media.title,
            media.series_name,
            media.season_number,
            media.episode_number,
            media.episode_number_end,
        )


async def test_pool_items_can_be_asked_for_by_id(search: LibrarySearch) -> None:
    schedulable = {item.id: item for item in await search.pool(MediaFilter(), None)}
    asked = [MediaId.parse(media_id) for media_id in LIBRARY] + [MediaId("one", "nothing"), MediaId("none", "k1")]
    assert await search.pool_by_ids(asked) == schedulable
    assert await search.pool_by_ids([]) == {}


async def test_items_can_be_asked_for_by_id_also_when_gone(search: LibrarySearch) -> None:
    found = await search.get([MediaId.parse(media_id) for media_id in LIBRARY] + [MediaId("one", "nothing")])
    assert {media_id: item.media for media_id, item in found.items()} == LIBRARY


@pytest.mark.parametrize("order", ["library", "title", "added", "duration"])
async def test_pages_put_together_are_the_whole(search: LibrarySearch, order: Order) -> None:
    whole = await search.items(MediaFilter(), instances=None, order=order, limit=1000, offset=0)
    pages = [
        await search.items(MediaFilter(), instances=None, order=order, limit=50, offset=n) for n in (0, 50, 100, 150)
    ]
    assert [item for page in pages for item in page] == whole
    assert sorted(str(item.id) for item in whole) == sorted(set(LIBRARY) - GONE)


async def test_the_orders_are_what_they_are_called(search: LibrarySearch, database: Database) -> None:
    newest = MediaItem(key="newest", title="middle", content_type=ContentType.MOVIE, duration_ms=1)
    await LibraryRepository(database).upsert("one", [newest], NOW + timedelta(hours=1))

    async def ids(order: Order) -> list[MediaItem]:
        return [item.media for item in await search.items(MediaFilter(), instances=None, order=order, limit=1000)]

    titles = [item.title.casefold() for item in await ids("title")]
    assert titles == sorted(titles)
    durations = [item.duration_ms or 0 for item in await ids("duration")]
    assert durations == sorted(durations, reverse=True)
    assert (await ids("added"))[0] == newest


async def test_whether_there_is_anything(search: LibrarySearch) -> None:
    assert await search.any_items(None)
    assert await search.any_items(["one"])
    assert not await search.any_items(["nothing"])
    assert not await search.any_items([])


@pytest.mark.parametrize("kind", [None, ContentType.MOVIE])
async def test_genres_are_listed_once_in_any_case(search: LibrarySearch, kind: ContentType | None) -> None:
    found = await search.genres(kind, ["one"])
    present = [LIBRARY[i] for i in expected(MediaFilter(content_type=kind), ["one"])]
    assert [genre.casefold() for genre in found] == sorted({g.casefold() for item in present for g in item.genres})


@pytest.mark.parametrize("collection", [None, "c1"])
async def test_series_are_put_together_from_their_episodes(search: LibrarySearch, collection: str | None) -> None:
    wanted = MediaFilter(collections=(collection,) if collection else ())
    groups: dict[tuple[str, str], list[MediaItem]] = {}
    for media_id in expected(wanted, None):
        item = LIBRARY[media_id]
        if item.series_name:
            groups.setdefault((item.series_name.casefold(), media_id.split("::")[0]), []).append(item)
    found = await search.series(collection, None)
    assert [(s.name.casefold(), s.instance_id) for s in found] == sorted(groups)
    for summary, (_, episodes) in zip(found, sorted(groups.items()), strict=True):
        assert [genre.casefold() for genre in summary.genres] == sorted(
            {g.casefold() for e in episodes for g in e.genres}
        )
        assert replace(summary, genres=(), name="") == SeriesSummary(
            name="",
            instance_id=summary.instance_id,
            episode_count=len(episodes),
            season_count=len({e.season_number for e in episodes} - {None}),
            genres=(),
            year=min((e.year for e in episodes if e.year), default=None),
        )
