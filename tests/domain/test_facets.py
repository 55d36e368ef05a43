"""A library in numbers."""

from typing import Any

from ktv_host.domain.facets import CollectionFacet, GenreFacet, SeriesFacet, facets
from ktv_host.domain.media import Collection, ContentType, MediaItem


def item(key: str, kind: str, mins: int | None, **fields: Any) -> MediaItem:
    length = None if mins is None else mins * 60_000
    return MediaItem(key=key, title=key, content_type=ContentType(kind), duration_ms=length, **fields)


def test_genres_are_counted_by_decade_and_over_all() -> None:
    library = facets(
        [
            item("a", "movie", 100, year=1994, genres=("Comedy", "comedy")),
            item("b", "episode", 20, year=1999, genres=("COMEDY",)),
            item("c", "movie", 90, year=2001, genres=("Comedy",)),
            item("d", "movie", 80, genres=("Drama",)),
            item("e", "short", 5, year=1994, genres=("Comedy",)),
        ]
    )
    assert library.genres == (
        GenreFacet("comedy", None, 2, 1, 210),
        GenreFacet("comedy", 1990, 1, 1, 120),
        GenreFacet("comedy", 2000, 1, 0, 90),
        GenreFacet("Drama", None, 1, 0, 80),
    )


def test_series_are_counted_whatever_their_case() -> None:
    library = facets(
        [item("a", "episode", 20, series_name="Show"), item("b", "episode", 25, series_name="SHOW")],
    )
    assert library.series == (SeriesFacet("Show", 2, 45),)


def test_collections_are_those_that_hold_something() -> None:
    library = facets(
        [item("a", "movie", 90, collections=("c1", "c1"))], [Collection("c1", "Box"), Collection("c2", "Empty")]
    )
    assert library.collections == (CollectionFacet("c1", "Box", 1, 90),)


def test_genres_are_for_kids_by_name_or_by_rating() -> None:
    library = facets(
        [
            item("a", "movie", 90, genres=("Family",)),
            item("b", "movie", 90, genres=("Puppets",), rating="G"),
            item("c", "movie", 90, genres=("Puppets", "Drama"), rating="TV-Y"),
            item("d", "movie", 90, genres=("Puppets", "Drama"), rating="R"),
        ]
    )
    assert library.kids_genres == ("Family", "Puppets")


def test_films_and_shorts_are_counted() -> None:
    library = facets([item("a", "movie", 90), item("b", "short", 3), item("c", "short", 4)])
    assert (library.movies, library.movie_minutes, library.shorts, library.short_minutes) == (1, 90, 2, 7)


def test_what_never_airs_does_not_count() -> None:
    library = facets([item("a", "movie", None, genres=("Comedy",)), item("b", "short", 0)])
    assert library == facets([])
