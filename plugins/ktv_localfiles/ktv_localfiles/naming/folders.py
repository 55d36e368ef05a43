"""What the folders above a file say: series, season, genres, tags, and whether these are shorts. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ktv_localfiles.naming.extras import extras_of_folder
from ktv_localfiles.naming.genres import genre_of_folder
from ktv_localfiles.naming.release import (
    clean,
    cut_release,
    has_bracketed_year,
    is_release,
    normal,
    split_bracketed_year,
    split_year,
)

_SEASON_WORD = r"(?:season|series|staffel|saison|temporada|stagione|seizoen|sæson|säsong|sezon|сезон)"
_COUNT = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_SEASON = re.compile(
    rf"""^(?:(?:(?:the[ ._])?complete[ ._]+)?{_SEASON_WORD}[ ._-]*|s)(?P<season>\d{{1,4}})(?![^\W_])
        |^season[ ._-]+(?P<word>{"|".join(_COUNT)})(?![^\W_])
        |^(?P<ordinal>\d{{1,2}})(?:\.|st|nd|rd|th)?[ ._-]*{_SEASON_WORD}\b
        |^第\s*(?P<han>\d{{1,2}})\s*[季期部]""",
    re.IGNORECASE | re.VERBOSE,
)
_SERIES_AND_SEASON = re.compile(
    rf"^(?P<series>.*?[^\W_].*?)[ ._-]+(?:{_SEASON_WORD}[ ._-]*|s)(?P<season>\d{{1,2}})(?![^\W_]|[ ._-]*e\d)",
    re.IGNORECASE,
)
_COMPLETE = re.compile(r"(?<=\S)[ ._-]+(?:the[ ._]+)?complete(?:[ ._]+(?:series|collection|show))?\s*$", re.IGNORECASE)
_SPECIALS = re.compile(r"^(?:specials?|sonderfolgen|hors[ -]s[ée]rie|especiales|speciali|ovas?|oads?)$", re.IGNORECASE)
_NEUTRAL = re.compile(r"^(?:cd|dis[ck]|dvd|volume|vol)[ ._-]*\d+$", re.IGNORECASE)
_SHORTS = re.compile(
    r"shorts?|bumpers?|commercials?|interstitials?|ads?|adverts?|idents?|promos?|fillers?|clips?|station ids",
    re.IGNORECASE,
)
_CATEGORIES = re.compile(
    r"movies?|films?|filme|kino|cinema|tv|tv ?shows?|tv series|shows|series?|serien|séries|home videos|videos?|media"
    r"|downloads?|completed?|library|sorted|unsorted|incoming|new|misc|other|mnt|data|plex|jellyfin|emby|kodi",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a file lies. ``series`` is the folder above a season folder; ``parent`` the folder of the file itself.

    ``tags`` are the names of folders that sort by theme; one of them may name the series or film. ``extras`` is the
    kind of a film's or series' extras that lie here.
    """

    series: str = ""
    season: int | None = None
    year: int | None = None
    parent: str = ""
    parent_year: int | None = None
    shorts: bool = False
    extras: str = ""
    genres: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@lru_cache(256)  # the files of a folder come one after the other
def read_folders(root_name: str, folders: tuple[str, ...]) -> Place:
    """Read the folders between a root and a file, outermost first; the root's own name is the last resort."""
    names = [normal(folder) for folder in folders if not _NEUTRAL.match(folder)]
    at, season, series = _season(names)
    below = names if at is None else names[at + 1 :]
    extras = next(((number, kind) for number, name in enumerate(names) if (kind := extras_of_folder(name))), None)
    if at is not None and any(_is_shorts(name) for name in below):
        at, season, series = None, None, ""  # the extras of a season
    year = None
    if at is not None:
        above = next((name for name in reversed(names[:at]) if not _is_shelf(name)), "")
        series = series or above or ("" if _is_shelf(root_name) else normal(root_name))
        before, year = split_bracketed_year(series)
        before = _COMPLETE.sub("", before)
        series = clean(cut_release(before)) or clean(series)
    parent, parent_year = _name_and_year(names[-1]) if names and at is None and not _is_shelf(names[-1]) else ("", None)
    return Place(
        series=series,
        season=season,
        year=year,
        parent=parent,
        parent_year=parent_year,
        shorts=any(_is_shorts(name) for name in names),
        genres=tuple(filter(None, (genre_of_folder(name) for name in names))),
        extras=extras[1] if extras else "",
        tags=_themes(names, at, extras),
    )


def _themes(names: Sequence[str], at: int | None, extras: tuple[int, str] | None) -> tuple[str, ...]:
    """What lies above a folder of extras names the film or series they belong to."""
    if extras is not None:
        return (extras[1], *(clean(name) for name in names[extras[0] + 1 :] if _is_theme(name) and clean(name)))
    return tuple(filter(None, (clean(name) for name in names[:at] if _is_theme(name))))


def titled_folders(folders: Sequence[str]) -> list[tuple[str, int]]:
    """(name, year) of every folder that carries a year: what tells two series of one name apart."""
    pairs = (_name_and_year(normal(folder)) for folder in folders)
    return [(name, year) for name, year in pairs if year is not None]


def _season(names: Sequence[str]) -> tuple[int | None, int | None, str]:
    """(position, season, series named beside it) of the innermost season folder."""
    for at in range(len(names) - 1, -1, -1):
        name = names[at].strip()
        if _SPECIALS.match(name):
            return (at, 0, "") if at > 0 else (None, None, "")
        found = _SEASON.match(name)
        if found:
            return at, _number(found), ""
        found = _SERIES_AND_SEASON.match(name)
        if found:
            return at, int(found["season"]), found["series"]
    return None, None, ""


def _number(found: re.Match[str]) -> int:
    if found["word"]:
        return _COUNT.index(found["word"].lower()) + 1
    return int(found["season"] or found["ordinal"] or found["han"])


def _name_and_year(folder: str) -> tuple[str, int | None]:
    before, year, _ = split_year(folder)
    before = _COMPLETE.sub("", before)
    return clean(cut_release(before)) or clean(folder), year


def _is_shelf(name: str) -> bool:
    """A folder that sorts things and names none of them."""
    return bool(_CATEGORIES.fullmatch(_word(name)) or _is_shorts(name) or genre_of_folder(name))


def _is_shorts(name: str) -> bool:
    return _SHORTS.fullmatch(_word(name)) is not None or bool(extras_of_folder(name))


def _is_theme(name: str) -> bool:
    """A folder worth a tag: ``Christmas``, ``Bumpers``; no category, season, genre, film or release."""
    return not (
        _CATEGORIES.fullmatch(_word(name))
        or _SEASON.match(name)
        or genre_of_folder(name)
        or has_bracketed_year(name)
        or is_release(name)
    )


def _word(name: str) -> str:
    return name.strip().replace("_", " ")
