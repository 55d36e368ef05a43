"""A library counted by the database."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from ktv_host.db.engine.database import Database
from ktv_host.db.library.census import LibraryCensus
from ktv_host.db.library.writing import LibraryRepository
from ktv_host.domain.facets import Amount, CollectionFacet, GenreFacet, LibraryFacets, SeriesFacet
from ktv_host.domain.media import Collection, ContentType, MediaItem


def item(key: str, kind: str, mins: float | None, **fields: Any) -> MediaItem:
    length = None if mins is None else int(mins * 60_000)
    return MediaItem(key=key, title=key, content_type=ContentType(kind), duration_ms=length, **fields)


@pytest.fixture
async def census(database: Database, now: datetime) -> LibraryCensus:
    library = LibraryRepository(database)
    await library.upsert(
        "one",
        [
            item("a", "movie", 100, year=1994, genres=("Comedy", "Family"), rating="PG", collections=("c1",)),
            item("b", "episode", 20.5, year=1999, genres=("comedy",), series_name="Show"),
            item("c", "episode", 21.5, genres=("Drama",), series_name="SHOW", rating="TV-Y"),
            item("d", "short", 5, year=1994, genres=("Comedy",)),
            item("e", "movie", None, year=1994, genres=("Comedy",), collections=("c1",)),
            item("f", "movie", 0.01, genres=("Horror",)),
            item("gone", "movie", 90, genres=("Western",)),
        ],
        now,
    )
    await library.mark_gone("one", ["gone"], now)
    await library.replace_collections("one", [Collection("c1", "Box"), Collection("c2", "Empty")])
    await library.upsert("two", [item("a", "movie", 60, genres=("Noir",))], now)
    return LibraryCensus(database)


async def test_what_can_be_scheduled_is_counted(census: LibraryCensus) -> None:
    assert await census.take(["one"]) == LibraryFacets(
        genres=(
            GenreFacet("Comedy", None, 1, 1, 120),
            GenreFacet("Comedy", 1990, 1, 1, 120),
            GenreFacet("Drama", None, 0, 1, 21),
            GenreFacet("Family", None, 1, 0, 100),
            GenreFacet("Family", 1990, 1, 0, 100),
        ),
        series=(SeriesFacet("SHOW", 2, 42),),
        collections=(CollectionFacet("c1", "Box", 1, 100),),
        kids_genres=("Drama", "Family"),
        kids=Amount(2, 121),
        movies=Amount(1, 100),
        shorts=Amount(1, 5),
        everything=Amount(4, 147),
    )


async def test_only_the_instances_asked_for_count(census: LibraryCensus) -> None:
    assert [facet.genre for facet in (await census.take(["two"])).genres] == ["Noir"]
    assert await census.take([]) == LibraryFacets()


async def test_the_mark_changes_with_whatever_a_census_would_count(
    census: LibraryCensus, database: Database, now: datetime
) -> None:
    library, marks = LibraryRepository(database), [await census.mark(["one"])]
    assert await census.mark(["one"]) == marks[0]
    later = now + timedelta(seconds=1)

    async def noted() -> None:
        marks.append(await census.mark(["one"]))

    await library.upsert("one", [item("f", "movie", 0.01, genres=("Noir",))], later)
    await noted()
    await library.mark_gone("one", ["f"], later)
    await noted()
    await library.replace_collections("one", [Collection("c1", "Another name")])
    await noted()
    marks.append(await census.mark(["one", "two"]))
    assert len(set(marks)) == 5
