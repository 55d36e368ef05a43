"""Presets: line-ups proposed for the library that is there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from itertools import islice

from ktv_host.domain.block import WEEK, AlgorithmicContent, Day, FillStrategy, ProgrammingBlock, ScheduleConfig
from ktv_host.domain.facets import GenreFacet, LibraryFacets
from ktv_host.domain.fields import NewId
from ktv_host.domain.filter import MediaFilter
from ktv_host.domain.media import ContentType

ENOUGH_MINUTES = 8 * 60  # less material than this repeats itself within a day …
ENOUGH_SHARE = 8  # … but an eighth of a small library is what there is
WEEK_HOURS = 7 * 24
ENOUGH_SHORTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A line-up somebody may take as it is. ``items`` and ``minutes`` say how much the library has for it.

    ``id`` names it as long as the library has what it is made of.
    """

    id: str
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
    days: frozenset[Day] = frozenset(WEEK)


def presets(library: LibraryFacets, new_id: NewId, *, most: int | None = 5) -> list[Preset]:
    """At most ``most`` of each kind (None: all), those with the most material first. Each covers the whole day.

    Where the library has shorts, they fill what is left of a block.
    """
    return [
        *islice(_genres(library, new_id), most),
        *islice(_series(library, new_id), most),
        *islice(_collections(library, new_id), most),
        *_kids(library, new_id),
        *_shorts(library, new_id),
        *_everything(library, new_id),
    ]


def _enough(library: LibraryFacets) -> int:
    return min(ENOUGH_MINUTES, max(1, library.everything.minutes // ENOUGH_SHARE))


def _round_the_clock(name: str, chosen: MediaFilter, strategy: FillStrategy = FillStrategy.RANDOM) -> _Window:
    """One occurrence a week: a programme that does not fit its end leaves a hole once a week, not every midnight."""
    return _Window(name=name, start=6, hours=WEEK_HOURS, filter=chosen, strategy=strategy, days=frozenset({Day.MONDAY}))


def _genres(library: LibraryFacets, new_id: NewId) -> Iterator[Preset]:
    least = _enough(library)
    enough = [facet for facet in library.genres if facet.decade is not None and facet.minutes >= least]
    for facet in sorted(enough, key=lambda facet: -facet.minutes):
        name = f"{facet.genre} of the {facet.decade}s"
        windows = _genre_windows(facet)
        yield Preset(
            id=f"genre_decade/{facet.genre.casefold()}/{facet.decade}",
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
        return [_round_the_clock(f"All day {facet.genre}", every)]
    return [
        _Window(name=f"{facet.genre} by day", start=6, hours=14, filter=episodes),
        _Window(name=f"{facet.genre} films", start=20, hours=5, filter=films, strategy=FillStrategy.BEST_FIT),
        _Window(name=f"{facet.genre} at night", start=1, hours=5, filter=every),
    ]


def _series(library: LibraryFacets, new_id: NewId) -> Iterator[Preset]:
    least = _enough(library)
    enough = [facet for facet in library.series if facet.minutes >= least]
    for facet in sorted(enough, key=lambda facet: -facet.minutes):
        window = _round_the_clock(facet.name, MediaFilter(series_names=(facet.name,)), FillStrategy.SEQUENTIAL)
        yield Preset(
            id=f"series_marathon/{facet.name.casefold()}",
            kind="series_marathon",
            name=f"{facet.name} round the clock",
            description=f"All {facet.episodes} episodes in order, again and again",
            config=_config([window], library, new_id),
            items=facet.episodes,
            minutes=facet.minutes,
        )


def _collections(library: LibraryFacets, new_id: NewId) -> Iterator[Preset]:
    least = _enough(library)
    enough = [facet for facet in library.collections if facet.minutes >= least]
    for facet in sorted(enough, key=lambda facet: -facet.minutes):
        window = _round_the_clock(facet.name, MediaFilter(collections=(facet.id,)))
        yield Preset(
            id=f"collection/{facet.id}",
            kind="collection",
            name=facet.name,
            description=f"Everything in {facet.name}, shuffled",
            config=_config([window], library, new_id),
            items=facet.items,
            minutes=facet.minutes,
        )


def _kids(library: LibraryFacets, new_id: NewId) -> Iterator[Preset]:
    if min(library.kids.minutes, library.movies.minutes) < _enough(library):
        return
    day = MediaFilter(genres=library.kids_genres)
    night = MediaFilter(content_type=ContentType.MOVIE)
    windows = [
        _Window(name="For kids", start=6, hours=14, filter=day, max_per_series=4),
        _Window(name="Films at night", start=20, hours=10, filter=night, strategy=FillStrategy.BEST_FIT),
    ]
    yield Preset(
        id="kids_and_films",
        kind="kids_and_films",
        name="Kids by day, films by night",
        description=f"{', '.join(library.kids_genres)} until eight in the evening, then films",
        config=_config(windows, library, new_id),
        items=library.kids.items + library.movies.items,
        minutes=library.kids.minutes + library.movies.minutes,
    )


def _shorts(library: LibraryFacets, new_id: NewId) -> Iterator[Preset]:
    if library.shorts.items < ENOUGH_SHORTS:
        return
    window = _round_the_clock("Shorts", MediaFilter(content_type=ContentType.SHORT))
    yield Preset(
        id="shorts",
        kind="shorts",
        name="Short attention",
        description="Shorts, one after another",
        config=_config([window], LibraryFacets(), new_id),
        items=library.shorts.items,
        minutes=library.shorts.minutes,
    )


def _everything(library: LibraryFacets, new_id: NewId) -> Iterator[Preset]:
    if not library.everything.items:
        return
    window = _round_the_clock("Anything", MediaFilter())
    yield Preset(
        id="everything",
        kind="everything",
        name="Anything goes",
        description="The whole library, shuffled",
        config=_config([window], LibraryFacets(), new_id),
        items=library.everything.items,
        minutes=library.everything.minutes,
    )


def _config(windows: list[_Window], library: LibraryFacets, new_id: NewId) -> ScheduleConfig:
    filler = MediaFilter(content_type=ContentType.SHORT) if library.shorts.items >= ENOUGH_SHORTS else None
    return ScheduleConfig(
        tuple(
            ProgrammingBlock(
                id=new_id(),
                name=window.name,
                start_time=time(window.start),
                duration_mins=window.hours * 60,
                content=AlgorithmicContent(filter=window.filter, strategy=window.strategy),
                days=window.days,
                max_per_series=window.max_per_series,
                filler=filler,
            )
            for window in windows
        )
    )
