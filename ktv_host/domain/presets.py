"""Presets: line-ups proposed for the library that is there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time

from ktv_host.domain.block import AlgorithmicContent, FillStrategy, ProgrammingBlock, ScheduleConfig
from ktv_host.domain.facets import GenreFacet, LibraryFacets
from ktv_host.domain.fields import NewId
from ktv_host.domain.filter import MediaFilter
from ktv_host.domain.media import ContentType

ENOUGH_MINUTES = 8 * 60  # less material than this repeats itself within a day
ENOUGH_SHORTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A line-up somebody may take as it is. ``items`` and ``minutes`` say how much the library has for it."""

    kind: str
    name: str
    description: str
    config: ScheduleConfig
    items: int
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Window:
    """A block before it has an id."""

    name: str
    start: int  # hour
    hours: int
    filter: MediaFilter
    strategy: FillStrategy = FillStrategy.RANDOM
    max_per_series: int | None = None


def presets(library: LibraryFacets, new_id: NewId, *, most: int = 5) -> list[Preset]:
    """At most ``most`` of each kind, those with the most material first. Every one covers the whole day.

    Where the library has shorts, they fill what is left of a block.
    """
    return [
        *list(_genres(library, new_id))[:most],
        *list(_series(library, new_id))[:most],
        *list(_collections(library, new_id))[:most],
        *_kids(library, new_id),
        *_shorts(library, new_id),
    ]


def _genres(library: LibraryFacets, new_id: NewId) -> Iterator[Preset]:
    enough = [facet for facet in library.genres if facet.decade is not None and facet.minutes >= ENOUGH_MINUTES]
    for facet in sorted(enough, key=lambda facet: -facet.minutes):
        name = f"{facet.genre} of the {facet.decade}s"
        windows = _genre_windows(facet)
        yield Preset(
            kind="genre_decade",
            name=name,
            description=f"{facet.genre} from {facet.decade} to {(facet.decade or 0) + 9}",
            config=_config(windows, library, new_id),
            items=facet.items,
            minutes=facet.minutes,
        )


def _genre_windows(facet: GenreFacet) -> list[_Window]:
    every = MediaFilter(genres=(facet.genre,), decade=facet.decade)
    films = MediaFilter(content_type=ContentType.MOVIE, genres=(facet.genre,), decade=facet.decade)
    episodes = MediaFilter(content_type=ContentType.EPISODE, genres=(facet.genre,), decade=facet.decade)
    if not facet.movies or not facet.episodes:
        return [_Window(name=f"All day {facet.genre}", start=0, hours=24, filter=every)]
    return [
        _Window(name=f"{facet.genre} by day", start=6, hours=14, filter=episodes),
        _Window(name=f"{facet.genre} films", start=20, hours=5, filter=films, strategy=FillStrategy.BEST_FIT),
        _Window(name=f"{facet.genre} at night", start=1, hours=5, filter=every),
    ]


def _series(library: LibraryFacets, new_id: NewId) -> Iterator[Preset]:
    enough = [facet for facet in library.series if facet.minutes >= ENOUGH_MINUTES]
    for facet in sorted(enough, key=lambda facet: -facet.minutes):
        chosen = MediaFilter(series_names=(facet.name,))
        window = _Window(name=facet.name, start=0, hours=24, filter=chosen, strategy=FillStrategy.SEQUENTIAL)
        yield Preset(
            kind="series_marathon",
            name=f"{facet.name} round the clock",
            description=f"All {facet.episodes} episodes in order, again and again",
            config=_config([window], library, new_id),
            items=facet.episodes,
            minutes=facet.minutes,
        )


def _collections(library: LibraryFacets, new_id: NewId) -> Iterator[Preset]:
    enough = [facet for facet in library.collections if facet.minutes >= ENOUGH_MINUTES]
    for facet in sorted(enough, key=lambda facet: -facet.minutes):
        window = _Window(name=facet.name, start=0, hours=24, filter=MediaFilter(collections=(facet.id,)))
        yield Preset(
            kind="collection",
            name=facet.name,
            description=f"Everything in {facet.name}, shuffled",
            config=_config([window], library, new_id),
            items=facet.items,
            minutes=facet.minutes,
        )


def _kids(library: LibraryFacets, new_id: NewId) -> Iterator[Preset]:
    by_day = [facet for facet in library.genres if facet.decade is None and facet.genre in library.kids_genres]
    # an item may have several of these genres: the largest is a count that is surely there
    largest = max(by_day, key=lambda facet: facet.minutes, default=None)
    if largest is None or largest.minutes < ENOUGH_MINUTES or library.movie_minutes < ENOUGH_MINUTES:
        return
    day = MediaFilter(genres=library.kids_genres)
    night = MediaFilter(content_type=ContentType.MOVIE)
    windows = [
        _Window(name="For kids", start=6, hours=14, filter=day, max_per_series=4),
        _Window(name="Films at night", start=20, hours=10, filter=night, strategy=FillStrategy.BEST_FIT),
    ]
    yield Preset(
        kind="kids_and_films",
        name="Kids by day, films by night",
        description=f"{', '.join(library.kids_genres)} until eight in the evening, then films",
        config=_config(windows, library, new_id),
        items=largest.items + library.movies,
        minutes=largest.minutes + library.movie_minutes,
    )


def _shorts(library: LibraryFacets, new_id: NewId) -> Iterator[Preset]:
    if library.shorts < ENOUGH_SHORTS:
        return
    window = _Window(name="Shorts", start=0, hours=24, filter=MediaFilter(content_type=ContentType.SHORT))
    yield Preset(
        kind="shorts",
        name="Short attention",
        description="Shorts, one after another",
        config=_config([window], LibraryFacets(), new_id),
        items=library.shorts,
        minutes=library.short_minutes,
    )


def _config(windows: list[_Window], library: LibraryFacets, new_id: NewId) -> ScheduleConfig:
    filler = MediaFilter(content_type=ContentType.SHORT) if library.shorts >= ENOUGH_SHORTS else None
    return ScheduleConfig(
        tuple(
            ProgrammingBlock(
                id=new_id(),
                name=window.name,
                start_time=time(window.start),
                duration_mins=window.hours * 60,
                content=AlgorithmicContent(filter=window.filter, strategy=window.strategy),
                max_per_series=window.max_per_series,
                filler=filler,
            )
            for window in windows
        )
    )
