"""From a path and what opening it told to a media item. Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

from ktv_host.hooks import ContentType, MediaItem, MediaProbe
from ktv_localfiles.embedded import Embedded, read_tags
from ktv_localfiles.naming.folders import Place, read_folders
from ktv_localfiles.naming.genres import unique
from ktv_localfiles.naming.names import Name, parse_in_season, parse_name
from ktv_localfiles.naming.release import fold, same_name

RULES = 1  # raise it when these rules change: every item is then described anew, without opening a file

_SHORT_MS = 15 * 60 * 1000
_EXTRA = re.compile(
    r"[ ._]?-[ ._]?(?P<kind>trailer|teaser|behindthescenes|deleted|featurette|interview|scene|short|promo)$",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    r"^(?:(?:movie|video|film|feature|untitled|index|output|stream)[ _-]*\d*"
    r"|(?:title|track|disc|episode|vts|t)[ _-]*[\dt _-]+)$",
    re.IGNORECASE,
)


def describe(
    *,
    key: str,
    root_name: str,
    relative: str,
    probe: MediaProbe,
    collections: Sequence[str],
    artwork: bool,
    ambiguous: frozenset[str],
) -> MediaItem:
    """Describe a file. ``ambiguous`` holds folded names of series that only their year tells apart."""
    path = PurePath(relative)
    place = read_folders(root_name, path.parts[:-1])
    extra = _EXTRA.search(path.stem)
    name = _read_name(path.stem[: extra.start()] if extra else path.stem, path.parts[:-1], place)
    embedded = read_tags(probe.tags)
    name = _with_embedded(name, embedded)
    kind = _content_type(name, place, probe, extra=extra is not None)
    episode = kind is ContentType.EPISODE
    named, series_year = _series(name, place) if episode else ("", None)
    title = _title(name, place, embedded, episode=episode, extra=extra["kind"] if extra else "")
    several = series_year is not None and fold(named) in ambiguous
    return MediaItem(
        key=key,
        title=title,
        content_type=kind,
        duration_ms=probe.duration_ms,
        series_name=(f"{named} ({series_year})" if several else named) or None,
        season_number=name.season if episode else None,
        episode_number=name.episode if episode else None,
        year=name.year or series_year or (None if episode else _film_year(name, place)) or embedded.year,
        genres=unique([*embedded.genres, *place.genres]),
        tags=unique(
            [*embedded.tags, *(tag for tag in place.tags if not (same_name(tag, title) or same_name(tag, named)))]
        ),
        collections=tuple(collections),
        description=embedded.description,
        rating=embedded.rating,
        air_date=name.air_date or embedded.air_date,
        artwork=artwork,
    )


def _read_name(stem: str, folders: Sequence[str], place: Place) -> Name:
    if place.season is not None:
        return parse_in_season(stem, place.season)
    name = parse_name(stem)
    if name.numbered or name.air_date is not None or not folders:
        return name
    above = parse_name(folders[-1])  # an episode's own folder keeps its name when the file's is scrambled
    if above.season is not None and above.episode is not None:
        return above
    return _numbered_beside_series(stem, place) or name


def _numbered_beside_series(stem: str, place: Place) -> Name | None:
    """``Show/Show - 05 - Title``: a number counts when the file repeats its folder's name before it."""
    if not place.parent:
        return None
    name = parse_in_season(stem, None)
    if name.episode is None or not name.series or not same_name(name.series, place.parent):
        return None
    return replace(name, season=None)


def _with_embedded(name: Name, embedded: Embedded) -> Name:
    """Tags say which episode it is only when the name says nothing and they name a series, too."""
    if name.numbered or name.air_date is not None or embedded.series is None or embedded.episode is None:
        return name
    return replace(name, series=embedded.series, season=embedded.season, episode=embedded.episode)


def _content_type(name: Name, place: Place, probe: MediaProbe, *, extra: bool) -> ContentType:
    if not extra and (name.numbered or (name.air_date is not None and (name.series or place.parent))):
        return ContentType.EPISODE
    if extra or place.shorts or 0 < (probe.duration_ms or 0) < _SHORT_MS:
        return ContentType.SHORT
    return ContentType.MOVIE


def _series(name: Name, place: Place) -> tuple[str, int | None]:
    """A season's parent folder names the series; else the file does, in its folder's spelling if they agree."""
    if place.series:
        return place.series, place.year or (None if name.air_date else name.year)
    year = None if name.air_date else name.year
    if place.parent and (not name.series or same_name(name.series, place.parent)):
        return place.parent, place.parent_year or year
    return name.series, year


def _title(name: Name, place: Place, embedded: Embedded, *, episode: bool, extra: str) -> str:
    title = name.title
    if not title or _GENERIC.match(title):
        parent = "" if episode else place.parent
        fallback = f"Episode {name.episode}" if name.episode is not None else title
        title = parent or embedded.title or fallback or place.series or "Untitled"
    return f"{title} ({extra.capitalize()})" if extra else title


def _film_year(name: Name, place: Place) -> int | None:
    """``Movie (1999)/Movie.mkv``: the folder's year, when the folder means this film."""
    if _GENERIC.match(name.title) or same_name(name.title, place.parent):
        return place.parent_year
    return None
