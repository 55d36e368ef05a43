"""Facets: a library in numbers, what line-ups are proposed from."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ktv_host.domain.media import Collection, ContentType

KIDS_GENRES = frozenset({"animation", "children", "children's", "family", "kids"})
KIDS_RATINGS = frozenset({"g", "tv-g", "tv-y", "tv-y7", "tv-y7-fv", "u", "fsk-0", "fsk-6", "0", "6"})


@dataclass(frozen=True, slots=True)
class ItemGroup:
    """Items that are alike: how many there are and how long they last together.

    ``year`` is any of their decade, ``for_all`` whether their rating suits all ages (None: not rated).
    """

    content_type: ContentType
    genres: tuple[str, ...]
    year: int | None
    for_all: bool | None
    items: int
    seconds: int


@dataclass(frozen=True, slots=True)
class GenreFacet:
    """The films and episodes of one genre and one decade (None: of any year)."""

    genre: str
    decade: int | None
    movies: int
    episodes: int
    minutes: int

    @property
    def items(self) -> int:
        return self.movies + self.episodes


@dataclass(frozen=True, slots=True)
class SeriesFacet:
    name: str
    episodes: int
    minutes: int


@dataclass(frozen=True, slots=True)
class CollectionFacet:
    id: str
    name: str
    items: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Amount:
    """How much there is of something."""

    items: int = 0
    minutes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryFacets:
    """Counts of what can be scheduled. ``genres`` has a line per genre and decade and one per genre.

    ``kids`` is what has one of ``kids_genres``, each item once.
    """

    genres: tuple[GenreFacet, ...] = ()
    series: tuple[SeriesFacet, ...] = ()
    collections: tuple[CollectionFacet, ...] = ()
    kids_genres: tuple[str, ...] = ()
    kids: Amount = Amount()
    movies: Amount = Amount()
    shorts: Amount = Amount()
    everything: Amount = Amount()


def facets(
    groups: Sequence[ItemGroup],
    series: tuple[SeriesFacet, ...] = (),
    collections: tuple[CollectionFacet, ...] = (),
) -> LibraryFacets:
    """Put a library's numbers together. Genres are those of films and episodes, not of shorts.

    A genre is for kids when its name says so, or when most of its rated items are rated for all ages.
    """
    programmes = [group for group in groups if group.content_type is not ContentType.SHORT]
    genres = _genres(programmes)
    kids_genres = _kids_genres(groups, [facet.genre for facet in genres if facet.decade is None])
    kids = {genre.casefold() for genre in kids_genres}
    return LibraryFacets(
        genres=genres,
        series=series,
        collections=collections,
        kids_genres=kids_genres,
        kids=_amount(group for group in groups if not kids.isdisjoint(_folded(group.genres))),
        movies=_amount(group for group in groups if group.content_type is ContentType.MOVIE),
        shorts=_amount(group for group in groups if group.content_type is ContentType.SHORT),
        everything=_amount(groups),
    )


def series_facets(named: Iterable[tuple[str, int, int]]) -> tuple[SeriesFacet, ...]:
    """From (name, episodes, seconds), in order of name; a series is the same whatever its case."""
    labels: dict[str, str] = {}
    episodes, seconds = Counter[str](), Counter[str]()
    for name, number, length in named:
        folded = name.casefold()
        labels[folded] = min(labels.get(folded, name), name)
        episodes[folded] += number
        seconds[folded] += length
    return tuple(SeriesFacet(labels[name], episodes[name], seconds[name] // 60) for name in sorted(labels))


def collection_facets(
    held: Iterable[tuple[Sequence[str], int, int]], collections: Iterable[Collection]
) -> tuple[CollectionFacet, ...]:
    """From (the collections some items are in, how many, seconds): each collection that holds something, as listed."""
    items, seconds = Counter[str](), Counter[str]()
    for ids, number, length in held:
        for collection_id in set(ids):
            items[collection_id] += number
            seconds[collection_id] += length
    names = {collection.id: collection.name for collection in reversed(list(collections))}
    return tuple(
        CollectionFacet(each, name, items[each], seconds[each] // 60)
        for each, name in reversed(names.items())
        if items[each]
    )


def _amount(groups: Iterable[ItemGroup]) -> Amount:
    items = seconds = 0
    for group in groups:
        items += group.items
        seconds += group.seconds
    return Amount(items, seconds // 60)


@lru_cache(maxsize=8192)
def _folded(genres: tuple[str, ...]) -> Mapping[str, str]:
    """Each genre once, by what makes it the same; many groups have the same list."""
    return {genre.casefold(): genre for genre in genres}


def _genres(groups: Iterable[ItemGroup]) -> tuple[GenreFacet, ...]:
    labels: dict[str, str] = {}
    tallies: defaultdict[tuple[str, int | None], list[int]] = defaultdict(lambda: [0, 0, 0])  # films, episodes, seconds
    for group in groups:
        place = 0 if group.content_type is ContentType.MOVIE else 1
        decades = (None,) if group.year is None else (None, group.year // 10 * 10)
        for folded, genre in _folded(group.genres).items():
            labels[folded] = min(labels.get(folded, genre), genre)
            for decade in decades:
                tally = tallies[folded, decade]
                tally[place] += group.items
                tally[2] += group.seconds
    return tuple(
        GenreFacet(labels[folded], decade, films, episodes, seconds // 60)
        for (folded, decade), (films, episodes, seconds) in sorted(
            tallies.items(), key=lambda t: (t[0][0], t[0][1] or 0)
        )
    )


def _kids_genres(groups: Iterable[ItemGroup], genres: Sequence[str]) -> tuple[str, ...]:
    rated, for_all = Counter[str](), Counter[str]()
    for group in groups:
        if group.for_all is not None:
            for folded in _folded(group.genres):
                rated[folded] += group.items
                for_all[folded] += group.items if group.for_all else 0
    return tuple(
        genre
        for genre in genres
        if genre.casefold() in KIDS_GENRES or for_all[genre.casefold()] * 2 > rated[genre.casefold()]
    )
