"""A library in numbers."""

from ktv_host.domain.facets import (
    Amount,
    CollectionFacet,
    GenreFacet,
    ItemGroup,
    SeriesFacet,
    collection_facets,
    facets,
    series_facets,
)
from ktv_host.domain.media import Collection, ContentType


def group(
    kind: str, items: int, mins: int, *genres: str, year: int | None = None, for_all: bool | None = None
) -> ItemGroup:
    return ItemGroup(ContentType(kind), genres, year, for_all, items, mins * 60)


def test_genres_are_counted_by_decade_and_over_all() -> None:
    library = facets(
        [
            group("movie", 2, 200, "Comedy", "comedy", year=1994),
            group("episode", 3, 60, "COMEDY", year=1999),
            group("movie", 1, 90, "Comedy", year=2001),
            group("movie", 1, 80, "Drama"),
            group("short", 9, 45, "Comedy", year=1994),
        ]
    )
    assert library.genres == (
        GenreFacet("COMEDY", None, 3, 3, 350),
        GenreFacet("COMEDY", 1990, 2, 3, 260),
        GenreFacet("COMEDY", 2000, 1, 0, 90),
        GenreFacet("Drama", None, 1, 0, 80),
    )


def test_series_are_the_same_whatever_their_case() -> None:
    assert series_facets([("Show", 1, 1200), ("SHOW", 2, 1510), ("Another", 1, 60)]) == (
        SeriesFacet("Another", 1, 1),
        SeriesFacet("SHOW", 3, 45),
    )


def test_collections_are_those_that_hold_something_in_their_order() -> None:
    listed = [Collection("c3", "Third"), Collection("c1", "Box"), Collection("c2", "Empty")]
    assert collection_facets([(["c1", "c1"], 1, 5400), (["c1", "c3"], 2, 600)], listed) == (
        CollectionFacet("c3", "Third", 2, 10),
        CollectionFacet("c1", "Box", 3, 100),
    )


def test_genres_are_for_kids_by_name_or_by_rating() -> None:
    library = facets(
        [
            group("movie", 1, 90, "Family"),
            group("movie", 1, 90, "Puppets", for_all=True),
            group("movie", 1, 90, "Puppets", "Drama", for_all=True),
            group("movie", 1, 90, "Puppets", "Drama", for_all=False),
        ]
    )
    assert library.kids_genres == ("Family", "Puppets")


def test_an_item_of_several_kids_genres_counts_once() -> None:
    library = facets([group("movie", 4, 360, "Family", "Animation"), group("movie", 1, 90, "Drama")])
    assert library.kids == Amount(4, 360)


def test_films_shorts_and_everything_are_counted() -> None:
    library = facets([group("movie", 1, 90), group("short", 2, 7), group("episode", 1, 20)])
    assert (library.movies, library.shorts, library.everything) == (Amount(1, 90), Amount(2, 7), Amount(4, 117))
