"""What the name of one file says, without looking at its folders. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from ktv_localfiles.naming.release import clean, cut_release, has_bracketed_year, normal, split_year

_EPISODE_LONG = "episode|épisode|episodio|episódio|folge|avsnitt|afsnit|aflevering|jakso|серия|ep"
_EPISODE_WORD = rf"(?:{_EPISODE_LONG}|e)"
_SEASON_WORD = r"(?:season|series|staffel|saison|temporada|stagione|seizoen|sæson|säsong|сезон)"
_SXXEYY = re.compile(
    rf"""(?<![^\W_])s(?P<season>\d{{1,4}})[ ._-]*x?[ ._-]*(?:episode|ep|e)[ ._-]?(?P<episode>\d{{1,4}})(?!\d)
         (?:[ ._-]*[&+-]?[ ._-]*{_EPISODE_WORD}\d{{1,4}}(?!\d) | [-+]\d{{1,3}}(?![\dpi]))*  (?:v\d|[a-d](?![^\W_]))?""",
    re.IGNORECASE | re.VERBOSE,
)
_WORDS = re.compile(
    rf"(?<![^\W_]){_SEASON_WORD}[ ._-]*(?P<season>\d{{1,4}})[ ._,-]*{_EPISODE_WORD}[ ._-]*(?P<episode>\d{{1,4}})(?!\d)",
    re.IGNORECASE,
)
_CROSS = re.compile(
    r"(?<![^\W_])\[?(?P<season>\d{1,2})x(?P<episode>\d{2,3})(?:[x&+-](?:\d{1,2}x)?\d{2,3})*(?![^\W_])\]?", re.IGNORECASE
)
_DATE = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<s>[ ._-])(?P<m>\d\d)(?P=s)(?P<d>\d\d)(?!\d)")
_ANIME = re.compile(
    r"^\[[^\]]+\][ ._]*(?P<series>.+?)[ ._]+-[ ._]+(?P<episode>\d{1,4})(?:v\d)?(?=[ ._\[(-]|$)", re.IGNORECASE
)
_SERIES_SEASON = re.compile(r"^(?P<series>.+?)[ ._-]+s(?:eason[ ._]?)?(?P<season>\d{1,2})$", re.IGNORECASE)
_EPISODE = re.compile(
    rf"(?<![^\W_])(?:(?:{_EPISODE_LONG})[ ._-]*|e(?=\d\d))(?P<episode>\d{{1,4}})(?![^\W_])", re.IGNORECASE
)
_LEADING = re.compile(r"^(?:[e#](?:p(?:isode)?)?[ ._]?)?(?P<episode>\d{1,4})(?:v\d)?(?:[ ._)-]+|$)", re.IGNORECASE)
_MIDDLE = re.compile(r"[ ._]-[ ._]*(?P<episode>\d{1,4})(?:v\d)?(?:[ ._]*-[ ._]|$)", re.IGNORECASE)
_TRAILING = re.compile(r"(?<=[ ._#-])(?P<episode>\d{1,3})(?:v\d)?$", re.IGNORECASE)
_LEADING_YEAR = re.compile(r"^[(\[]?(?P<year>(?:19|20)\d\d)[)\]]?[ ._]+-[ ._]+(?=\S)")
_PART = re.compile(r"(?<![^\W_])(?:cd|dis[ck]|dvd|part|pt)[ ._-]?(?P<part>\d)(?![^\W_])", re.IGNORECASE)
_GROUP_ONLY = re.compile(r"^-[A-Za-z0-9]+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """What a name says. An empty ``title`` or ``series`` means that it says nothing about it."""

    title: str
    series: str = ""
    season: int | None = None
    episode: int | None = None
    year: int | None = None
    air_date: date | None = None

    @property
    def numbered(self) -> bool:
        return self.episode is not None or self.season is not None


def parse_name(stem: str) -> Name:
    """Read a file's name (no folder, no extension): an episode if it is marked as one, else a single title."""
    text = normal(stem)
    readers: tuple[Callable[[str], Name | None], ...] = (_numbered, _dated, _anime, _episode_only)
    for read in readers:
        name = read(text)
        if name is not None:
            return name
    return _single(text)


def parse_in_season(stem: str, season: int | None) -> Name:
    """Read the name of a file that lies in a season's or series' folder: here a bare number is the episode."""
    text = normal(stem)
    name = _numbered(text) or _dated(text) or _anime(text) or _episode_only(text, in_season=True)
    if name is None:
        name = _bare_number(text, season)
    if name is None:
        return Name(title=clean(cut_release(text)) or clean(text), season=season)
    found = name.season if name.season is not None else season
    return Name(
        title=name.title, series=name.series, season=found, episode=name.episode, year=name.year, air_date=name.air_date
    )


def _numbered(text: str) -> Name | None:
    found = _SXXEYY.search(text) or _WORDS.search(text) or _CROSS.search(text)
    if found is None:
        return None
    series, year = _series(text[: found.start()])
    rest = text[found.end() :]
    dated = _day(rest)
    return Name(
        title=_after(rest[dated[1].end() :] if dated else rest),
        series=series,
        year=year,
        season=int(found["season"]),
        episode=int(found["episode"]),
        air_date=dated[0] if dated else None,
    )


def _dated(text: str) -> Name | None:
    """``Show.2019.05.04.Title``: the date stays in the title, where it keeps the episodes in order."""
    dated = _day(text)
    if dated is None:
        return None
    day, found = dated
    series, _ = _series(text[: found.start()])
    title = " ".join(filter(None, (day.isoformat(), _after(text[found.end() :]))))
    return Name(title=title, series=series, year=day.year, air_date=day)


def _day(text: str) -> tuple[date, re.Match[str]] | None:
    found = _DATE.search(text)
    if found is None:
        return None
    try:
        return date(int(found["y"]), int(found["m"]), int(found["d"])), found
    except ValueError:
        return None


def _anime(text: str) -> Name | None:
    found = _ANIME.match(text)
    if found is None:
        return None
    series, year = _series(found["series"])
    season = _SERIES_SEASON.match(series)
    return Name(
        title=_after(text[found.end() :]),
        series=season["series"] if season else series,
        season=int(season["season"]) if season else None,
        episode=int(found["episode"]),
        year=year,
    )


def _episode_only(text: str, *, in_season: bool = False) -> Name | None:
    """``Show - Episode 4``: but not "Star Wars Episode 4 (1977)", a film."""
    found = _EPISODE.search(text)
    if found is None or (not in_season and has_bracketed_year(text[found.end() :])):
        return None
    series, year = _series(text[: found.start()])
    return Name(title=_after(text[found.end() :]), series=series, year=year, episode=int(found["episode"]))


def _bare_number(text: str, season: int | None) -> Name | None:
    bare = cut_release(text) or text
    found = _LEADING.match(bare) or _MIDDLE.search(bare) or _TRAILING.search(bare)
    if found is None:
        return None
    number = found["episode"]
    if season is not None and len(number) > 2 and number[:-2] == str(season):
        number = number[-2:]  # 102 in season 1
    elif len(number) > 3:
        return None  # a year
    series, year = _series(bare[: found.start()])
    return Name(title=_after(bare[found.end() :]), series=series, year=year, episode=int(number))


def _single(text: str) -> Name:
    leading = _LEADING_YEAR.match(text)
    if leading:
        return Name(title=clean(cut_release(text[leading.end() :])), year=int(leading["year"]))
    before, year, after = split_year(cut_release(text))
    if year is None:
        before, year, after = split_year(text) if has_bracketed_year(text) else (before, None, after)
    title = clean(cut_release(before)) or clean(cut_release(after)) or clean(text)
    part = _PART.search(after)
    if part:
        title = f"{title} (Part {part['part']})"
    return Name(title=title, year=year)


def _series(text: str) -> tuple[str, int | None]:
    before, year, _ = split_year(text)
    return clean(before) or clean(text), year


def _after(text: str) -> str:
    """The episode's title: what follows the marker, without release tags or a lone group's name."""
    if _GROUP_ONLY.match(text):
        return ""
    return clean(cut_release(text))
