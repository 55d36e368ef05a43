"""From a path, what opening it told, a guess and the .nfo files to a media item. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ktv_host.hooks import ContentType, MediaItem, MediaProbe
from ktv_localfiles.embedded import Embedded, read_tags
from ktv_localfiles.naming.folders import Place
from ktv_localfiles.naming.genres import unique
from ktv_localfiles.naming.guesses import Guess, with_guess
from ktv_localfiles.naming.name import Name
from ktv_localfiles.naming.reading import Reading
from ktv_localfiles.naming.release import fold, same_name, same_series
from ktv_localfiles.sidecars.nfo import Nfo

RULES = 4  # raise it when these rules change: every item is then described anew, without opening a file

_SHORT_MS = 15 * 60 * 1000
_GENERIC = re.compile(
    r"^(?:(?:movie|video|film|feature|untitled|index|output|stream)[ _-]*\d*"
    r"|(?:title|track|disc|episode|vts|t)[ _-]*[\dt _-]+)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All that is known about a file. ``ambiguous`` holds folded names of series that only their year tells apart."""

    key: str
    reading: Reading
    probe: MediaProbe
    collections: Sequence[str] = ()
    artwork: bool = False
    ambiguous: frozenset[str] = field(default_factory=frozenset)
    guess: Guess | None = None
    nfo: Nfo | None = None


def duration_of(probe: MediaProbe, nfo: Nfo | None) -> int | None:
    """In milliseconds. What an .nfo says counts only where the container says nothing."""
    return probe.duration_ms or (nfo.duration_ms if nfo is not None else None)


def describe(known: Known) -> MediaItem:
    """Describe a file: its .nfo wins over its name, the name over what is inside the file."""
    duration_ms = duration_of(known.probe, known.nfo)
    embedded = read_tags(known.probe.tags)
    name = _with_embedded(with_guess(known.reading, known.guess, duration_ms), embedded)
    item = _from_name(known, name, embedded, duration_ms)
    return _with_nfo(item, known.nfo) if known.nfo is not None else item


def _from_name(known: Known, name: Name, embedded: Embedded, duration_ms: int | None) -> MediaItem:
    reading, place = known.reading, known.reading.place
    kind = _content_type(reading, name, duration_ms)
    episode = kind is ContentType.EPISODE
    named, series_year = _series(name, place) if episode else ("", None)
    title = _title(reading, name, embedded, episode=episode)
    several = series_year is not None and fold(named) in known.ambiguous
    themes = [tag for tag in place.tags if not (same_name(tag, title) or same_name(tag, named))]
    kinds = [reading.extra.kind] if reading.extra and reading.extra.kind not in themes else []
    return MediaItem(
        key=known.key,
        title=title,
        content_type=kind,
        duration_ms=duration_ms,
        series_name=(f"{named} ({series_year})" if several else named) or None,
        season_number=name.season if episode else None,
        episode_number=name.episode if episode else None,
        episode_number_end=name.last_episode if episode else None,
        year=_year(name, place, series_year, named, episode=episode) or embedded.year,
        genres=unique([*embedded.genres, *place.genres]),
        tags=unique([*embedded.tags, *themes, *kinds, *([name.edition] if name.edition else [])]),
        collections=tuple(known.collections),
        description=embedded.description,
        rating=embedded.rating,
        air_date=name.air_date or embedded.air_date,
        artwork=known.artwork,
    )


def _with_embedded(name: Name, embedded: Embedded) -> Name:
    """Tags say which episode it is only when the name says nothing and they name a series, too."""
    if name.numbered or name.air_date is not None or embedded.series is None or embedded.episode is None:
        return name
    return replace(name, series=embedded.series, season=embedded.season, episode=embedded.episode)


def _content_type(reading: Reading, name: Name, duration_ms: int | None) -> ContentType:
    extra, place = reading.extra is not None, reading.place
    if not extra and (name.numbered or (name.air_date is not None and (name.series or place.parent))):
        return ContentType.EPISODE
    if extra or place.shorts or 0 < (duration_ms or 0) < _SHORT_MS:
        return ContentType.SHORT
    return ContentType.MOVIE


def _series(name: Name, place: Place) -> tuple[str, int | None]:
    """A season's parent folder names the series; else the file does, in its folder's spelling if they agree."""
    year = None if name.air_date else name.year
    if place.series:
        return place.series, place.year or (None if _ends_in(place.series, year) else year)
    if place.parent and (not name.series or same_series(name.series, place.parent)):
        return place.parent, place.parent_year or year
    return name.series, year


def _ends_in(series: str, year: int | None) -> bool:
    """``Space 1999``: the year of a file's name is the end of its series' name."""
    return year is not None and series.endswith(str(year))


def _title(reading: Reading, name: Name, embedded: Embedded, *, episode: bool) -> str:
    title, place, extra = name.title, reading.place, reading.extra
    if not title or _GENERIC.match(title):
        parent = "" if episode else place.parent
        fallback = _numbers(name) if name.episode is not None else title
        title = parent or embedded.title or fallback or place.series or "Untitled"
    if name.part is not None:
        title = f"{title} (Part {name.part})"
    return f"{title} ({extra.word})" if extra else title


def _numbers(name: Name) -> str:
    return f"Episode {name.episode}" if name.last_episode is None else f"Episodes {name.episode}–{name.last_episode}"


def _year(name: Name, place: Place, series_year: int | None, series: str, *, episode: bool) -> int | None:
    if episode:
        return series_year if _ends_in(series, name.year) else name.year or series_year
    return name.year or _film_year(name, place)


def _film_year(name: Name, place: Place) -> int | None:
    """``Movie (1999)/Movie.mkv``: the folder's year, when the folder means this film."""
    if not name.title or _GENERIC.match(name.title) or same_name(name.title, place.parent):
        return place.parent_year
    return None


def _with_nfo(item: MediaItem, nfo: Nfo) -> MediaItem:
    kind = item.content_type
    if nfo.kind == "episode":
        kind = ContentType.EPISODE
    elif nfo.kind in ("movie", "musicvideo") and kind is ContentType.EPISODE:
        short = 0 < (item.duration_ms or 0) < _SHORT_MS
        kind = ContentType.SHORT if short else ContentType.MOVIE
    episode = kind is ContentType.EPISODE
    number = _either(nfo.episode, item.episode_number)
    last = _either(nfo.last_episode, item.episode_number_end if number == item.episode_number else None)
    return replace(
        item,
        content_type=kind,
        title=nfo.title or item.title,
        series_name=(nfo.series or item.series_name) if episode else None,
        season_number=_either(nfo.season, item.season_number) if episode else None,
        episode_number=number if episode else None,
        episode_number_end=last if episode else None,
        year=nfo.year or item.year,
        air_date=nfo.air_date or item.air_date,
        description=nfo.plot or item.description,
        rating=nfo.rating or item.rating,
        genres=nfo.genres or item.genres,
        tags=unique([*nfo.tags, *item.tags]),
    )


def _either(first: int | None, second: int | None) -> int | None:
    return first if first is not None else second
