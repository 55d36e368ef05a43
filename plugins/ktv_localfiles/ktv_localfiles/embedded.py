"""What the tags inside a file say. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from ktv_localfiles.naming.genres import split_genres, split_words, unique
from ktv_localfiles.naming.release import cut_release, plausible_year, readable

_DATE = re.compile(r"^(\d{4})(?:-(\d\d)-(\d\d))?(?!\d)")
_ADVERTISEMENT = re.compile(
    r"https?:|www\.|\.(?:com|net|org|to)\b|handbrake|makemkv|encoded|ripped|converted|lavf|\bx26[45]\b", re.IGNORECASE
)
_FILE_NAME = re.compile(r"\.(?:mkv|mp4|avi|m4v|mov|ts|wmv)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    title: str | None = None
    series: str | None = None
    season: int | None = None
    episode: int | None = None
    year: int | None = None
    air_date: date | None = None
    genres: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    description: str | None = None
    rating: str | None = None


def read_tags(tags: Mapping[str, str]) -> Embedded:
    """Read container tags, whatever the case of their names."""
    found = {key.lower(): readable(value) for key, value in tags.items()}
    day, year = _date(_first(found, ("date", "date_released", "year", "release_date")))
    return Embedded(
        title=_title(found.get("title", "")),
        series=found.get("show") or None,
        season=_number(found.get("season_number")),
        episode=_number(found.get("episode_sort")),
        year=year,
        air_date=day,
        genres=unique(split_genres(found.get("genre", ""))),
        tags=unique(split_words(_first(found, ("keywords", "keyword", "tags")))),
        description=_description(found.get(key, "") for key in ("description", "synopsis", "summary", "comment")),
        rating=_rating(found),
    )


def _first(found: Mapping[str, str], keys: Iterable[str]) -> str:
    return next((found[key] for key in keys if found.get(key)), "")


def _title(text: str) -> str | None:
    """Embedded titles are often a release's name or an advertisement: those do not count."""
    if not text or _ADVERTISEMENT.search(text) or _FILE_NAME.search(text) or cut_release(text) != text:
        return None
    return text


def _date(text: str) -> tuple[date | None, int | None]:
    found = _DATE.match(text)
    if found is None or not plausible_year(int(found[1])):
        return None, None
    try:
        day = date(int(found[1]), int(found[2]), int(found[3])) if found[2] else None
    except ValueError:
        day = None
    return day, int(found[1])


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 5 else None


def _description(texts: Iterable[str]) -> str | None:
    return next((text for text in texts if text and not _ADVERTISEMENT.search(text)), None)


def _rating(found: Mapping[str, str]) -> str | None:
    text = _first(found, ("content_rating", "law_rating"))
    if not text and found.get("itunextc", "").count("|") >= 2:
        text = found["itunextc"].split("|")[1]
    return text or None
