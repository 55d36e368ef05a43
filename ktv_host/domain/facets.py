"""Facets: a library in numbers, what line-ups are proposed from."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ktv_host.domain.media import Collection, ContentType, MediaItem

KIDS_GENRES = frozenset({"animation", "children", "children's", "family", "kids"})
KIDS_RATINGS = frozenset({"g", "tv-g", "tv-y", "tv-y7", "tv-y7-fv", "u", "fsk-0", "fsk-6", "0", "6"})


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


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryFacets:
    """Counts of what can be scheduled. ``genres`` has a line per genre and decade and one per genre."""

    genres: tuple[GenreFacet, ...] = ()
    series: tuple[SeriesFacet, ...] = ()
    collections: tuple[CollectionFacet, ...] = ()
    kids_genres: tuple[str, ...] = ()
    movies: int = 0
    movie_minutes: int = 0
    shorts: int = 0
    short_minutes: int = 0


def facets(items: Iterable[MediaItem], collections: Sequence[Collection] = ()) -> LibraryFacets:
    """Count a library. Items of unknown length are left out: they never air.

    A genre is for kids when its name says so, or when most of its rated items are rated for all ages.
    """
    known = [item for item in items if item.duration_secs]
    movies = [item for item in known if item.content_type is ContentType.MOVIE]
    shorts = [item for item in known if item.content_type is ContentType.SHORT]
    genres = _genres(item for item in known if item.content_type is not ContentType.SHORT)
    return LibraryFacets(
        genres=genres,
        series=_series(known),
        collections=_collections(known, collections),
        kids_genres=_kids(known, [facet.genre for facet in genres if facet.decade is None]),
        movies=len(movies),
        movie_minutes=_minutes(movies),
        shorts=len(shorts),
        short_minutes=_minutes(shorts),
    )


def _minutes(items: Iterable[MediaItem]) -> int:
    return sum(item.duration_secs for item in items) // 60


def _genres(items: Iterable[MediaItem]) -> tuple[GenreFacet, ...]:
    groups: defaultdict[tuple[str, int | None], list[MediaItem]] = defaultdict(list)
    labels: dict[str, str] = {}
    for item in items:
        for genre in {genre.casefold(): genre for genre in item.genres}.values():
            folded = genre.casefold()
            labels.setdefault(folded, genre)
            groups[folded, None].append(item)
            if item.year is not None:
                groups[folded, item.year // 10 * 10].append(item)
    found = []
    for (folded, decade), members in groups.items():
        films = sum(item.content_type is ContentType.MOVIE for item in members)
        found.append(GenreFacet(labels[folded], decade, films, len(members) - films, _minutes(members)))
    return tuple(sorted(found, key=lambda facet: (facet.genre.casefold(), facet.decade or 0)))


def _series(items: Iterable[MediaItem]) -> tuple[SeriesFacet, ...]:
    groups: defaultdict[str, list[MediaItem]] = defaultdict(list)
    for item in items:
        if item.series_name:
            groups[item.series_name.casefold()].append(item)
    return tuple(
        SeriesFacet(members[0].series_name or "", len(members), _minutes(members))
        for _, members in sorted(groups.items())
    )


def _collections(items: Sequence[MediaItem], collections: Sequence[Collection]) -> tuple[CollectionFacet, ...]:
    groups: defaultdict[str, list[MediaItem]] = defaultdict(list)
    for item in items:
        for collection in set(item.collections):
            groups[collection].append(item)
    return tuple(
        CollectionFacet(collection.id, collection.name, len(groups[collection.id]), _minutes(groups[collection.id]))
        for collection in collections
        if collection.id in groups
    )


def _kids(items: Iterable[MediaItem], genres: Sequence[str]) -> tuple[str, ...]:
    rated, for_all = Counter[str](), Counter[str]()
    for item in items:
        if item.rating:
            folded = {genre.casefold() for genre in item.genres}
            rated.update(folded)
            if item.rating.casefold() in KIDS_RATINGS:
                for_all.update(folded)
    return tuple(
        genre
        for genre in genres
        if genre.casefold() in KIDS_GENRES or for_all[genre.casefold()] * 2 > rated[genre.casefold()]
    )
