"""Reading: what a path says by this plugin's own rules. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from ktv_localfiles.naming.anime import read_unmarked
from ktv_localfiles.naming.extras import Extra, extra_of_name
from ktv_localfiles.naming.folders import Place, read_folders
from ktv_localfiles.naming.name import Name
from ktv_localfiles.naming.names import parse_in_season, parse_name
from ktv_localfiles.naming.release import (
    clean,
    cut_release,
    has_bracketed_year,
    is_release,
    normal,
    same_name,
    without_bracketed_year,
)

_SCRAMBLED = re.compile(r"[a-z0-9]+(?:[-.][a-z0-9]+)*")
_COUNTED = re.compile(r"^(?:part[ ._])?\d{1,3}(?:[ ._]*-[ ._]|\. |\) )", re.IGNORECASE)
_PART = re.compile(r"(?<![^\W_])part[ ._-]?\d", re.IGNORECASE)
_MARKED = re.compile(r"[ ._]-[ ._]*\d{2,4}(?:[ ._]|$)")
_DOUBLE = re.compile(r"\.(?:mkv|mp4|avi|m4v|ts)$", re.IGNORECASE)
_DOTTED = re.compile(r"[^\W_][._][^\W_]")
_LONGEST_EPISODE_MS = 75 * 60 * 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """``stem`` is the file's name without its extension and without the ending that makes it an extra."""

    stem: str
    name: Name
    place: Place
    extra: Extra | None

    @property
    def open(self) -> bool:
        """Whether the name looks as if it meant more than these rules understood."""
        if self.extra is not None or self.place.shorts or self.name.air_date or self.name.episode is not None:
            return False
        digits = any(letter.isdigit() for letter in self.stem)
        if self.place.season is not None:
            return digits
        return self.name.year is None and (digits or is_release(self.stem) or _DOTTED.search(self.stem) is not None)


def read_path(root_name: str, relative: str, duration_ms: int | None) -> Reading:
    """Read a path relative to its root. A long file is no episode unless its name says so."""
    path = PurePath(relative)
    folders = path.parts[:-1]
    place = read_folders(root_name, folders)
    whole = _DOUBLE.sub("", path.stem)  # name.mkv.mkv
    extra = extra_of_name(whole)
    if extra is not None and place.extras and not extra.stem:
        extra = None  # Trailers/Teaser: the folder says what it is, the name which one
    stem = whole if extra is None else extra.stem
    name = _read(stem, folders, place, short=may_be_episode(duration_ms))
    if extra is not None and not name.numbered:
        name = replace(name, title=clean(cut_release(without_bracketed_year(normal(stem)))) if stem else "")
    return Reading(stem=stem, name=name, place=place, extra=extra)


def may_be_episode(duration_ms: int | None) -> bool:
    """Whether a number that nobody marked as an episode's may be one."""
    return 0 < (duration_ms or 1) < _LONGEST_EPISODE_MS


def _read(stem: str, folders: Sequence[str], place: Place, *, short: bool) -> Name:
    if place.season is not None:
        return parse_in_season(stem, place.season)
    name = parse_name(stem)
    if name.numbered or name.air_date is not None:
        return name
    fansub = read_unmarked(normal(stem)) if short and not place.shorts else None
    if fansub is not None or not folders:
        return fansub or name
    if place.parent_year is not None and same_name(clean(normal(stem)), place.parent):
        return Name(title=clean(normal(stem)), year=place.parent_year)  # Wonder Woman 1984 (2020)/Wonder Woman 1984
    above = parse_name(folders[-1])  # a release's folder keeps its name when the file's is scrambled
    if above.season is not None and above.episode is not None:
        return above
    if above.year is not None and name.year is None and is_release(folders[-1]) and _SCRAMBLED.fullmatch(stem):
        return above
    return _numbered_in_series(stem, place, short=short) or name


def _numbered_in_series(stem: str, place: Place, *, short: bool) -> Name | None:
    """``Show/Show - 05 - Title``: a number counts when the file repeats its folder's name before it.

    ``Show/05 - Title`` counts when it is no longer than an episode.
    """
    if not place.parent or place.shorts:
        return None
    name = parse_in_season(stem, None)
    if name.episode is None:
        return None
    repeated = same_name(name.series, place.parent) and (short or not _PART.search(stem))
    if (name.year is not None or has_bracketed_year(stem)) and not (short and repeated and _MARKED.search(stem)):
        return None
    return replace(name, season=None) if repeated or (short and _COUNTED.match(stem)) else None
