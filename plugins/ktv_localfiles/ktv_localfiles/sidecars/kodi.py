"""The elements of Kodi's .nfo files, as Kodi, Jellyfin, Emby and the usual renamers write them. Pure."""

import re
from collections.abc import Sequence
from datetime import date
from xml.etree.ElementTree import Element

from ktv_localfiles.naming.genres import split_genres, unique
from ktv_localfiles.naming.release import plausible_year, readable
from ktv_localfiles.sidecars.nfo import Kind, Nfo, joined

_KINDS: dict[str, Kind] = {
    "movie": "movie",
    "episodedetails": "episode",
    "tvshow": "tvshow",
    "season": "season",
    "musicvideo": "musicvideo",
}
_TITLE, _PLOT = 500, 10_000  # characters
_DAY = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})")
_RATED = re.compile(r"^(?:[A-Z]{2}:)?\s*(?:rated\s+)?(?P<rating>[^/]+?)(?:\s+for\s+.*)?$", re.IGNORECASE | re.DOTALL)


def read_elements(roots: Sequence[Element]) -> Nfo | None:
    """What the elements of one file say; several episodes are one video. None when there is no element."""
    parts = [_read(root) for root in roots if root.tag.lower() in _KINDS]
    if not parts:
        return None
    same_kind = [part for part in parts if part.kind == parts[0].kind]
    return joined(same_kind) if same_kind[0].kind == "episode" else same_kind[0]


def _read(root: Element) -> Nfo:
    kind = _KINDS[root.tag.lower()]
    day = _day(_text(root, "aired", "premiered", "releasedate"))
    title = _text(root, "title")[:_TITLE]
    artist = _text(root, "artist")
    return Nfo(
        kind=kind,
        title=f"{artist} - {title}" if kind == "musicvideo" and artist and title else title,
        series=_text(root, "showtitle")[:_TITLE] if kind in ("episode", "season") else "",
        season=_number(_text(root, "season" if kind == "episode" else "seasonnumber")),
        episode=_number(_text(root, "episode")) if kind == "episode" else None,
        last_episode=_number(_text(root, "episodenumberend")) if kind == "episode" else None,
        year=_year(_text(root, "year")) or (day.year if day else None),
        air_date=day,
        plot=_text(root, "plot", "outline")[:_PLOT],
        rating=_rating(_text(root, "mpaa", "certification")),
        genres=unique(split_genres(";".join(_texts(root, "genre")))),
        tags=unique([tag for tag in _texts(root, "tag") if any(letter.isalnum() for letter in tag)]),
        sets=_sets(root) if kind == "movie" else (),
        duration_ms=_duration(root),
    )


def _texts(root: Element, name: str) -> list[str]:
    found = (readable("".join(element.itertext())) for element in root.findall(name))
    return [text for text in found if text]


def _text(root: Element, *names: str) -> str:
    return next((texts[0] for name in names if (texts := _texts(root, name))), "")


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else None


def _year(text: str) -> int | None:
    year = _number(text)
    return year if year is not None and plausible_year(year) else None


def _day(text: str) -> date | None:
    found = _DAY.match(text)
    try:
        day = date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None
    return day if day is not None and plausible_year(day.year) else None


def _rating(text: str) -> str:
    """``Rated PG-13 for violence``, ``US:R / DE:16``: the first rating, bare."""
    found = _RATED.match(text.split(" / ", maxsplit=1)[0].strip())
    return found["rating"].strip()[:40] if found else ""


def _sets(root: Element) -> tuple[str, ...]:
    """``<set>Name</set>`` of old, ``<set><name>Name</name></set>`` of today."""
    names = []
    for element in root.findall("set"):
        name = element.findtext("name") if element.find("name") is not None else element.text
        names.append(readable(name or "")[:_TITLE])
    return unique([name for name in names if name])


def _duration(root: Element) -> int | None:
    seconds = root.findtext("fileinfo/streamdetails/video/durationinseconds") or ""
    seconds = seconds.strip().partition(".")[0]
    return int(seconds) * 1000 if seconds.isascii() and seconds.isdigit() and 0 < len(seconds) < 7 else None
