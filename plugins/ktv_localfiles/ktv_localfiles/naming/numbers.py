"""Season and episode numbers in names, however they are written. Pure."""

import re

from ktv_localfiles.naming.days import find_day
from ktv_localfiles.naming.name import Name
from ktv_localfiles.naming.release import clean, cut_release, has_bracketed_year, split_year

_EPISODE_LONG = (
    "episodes?|épisodes?|episodios?|episódio|folgen?|avsnitt|afsnit|aflevering|jakso|odcinek|серия|серии|выпуск|eps?"
)
_EPISODE_WORD = rf"(?:{_EPISODE_LONG}|e)"
_SEASON_WORD = r"(?:season|series|staffel|saison|temporada|stagione|seizoen|sæson|säsong|сезон)"
_AND, _PLUS = r"[ ._]*[&+-][ ._]*", r"[ ._]*[&+][ ._]*"
_SXXEYY = re.compile(
    rf"""(?<![^\W_])s(?P<season>\d{{1,4}})[ ._-]*x?[ ._-]*(?:episode|ep|e)[ ._-]?(?P<episode>\d{{1,4}})(?!\d)
         (?:(?:[ ._-]*[&+-]?[ ._-]*(?:s\d{{1,4}}[ ._-]*)?(?:e|ep) | {_PLUS}{_EPISODE_WORD}[ ._]?)
             (?P<last>\d{{1,4}})(?!\d)
           | [-+](?P<bare>\d{{1,3}})(?![\dpi]|[ ._-]?bits?))*
         (?:v\d|[a-d](?![^\W_]))?""",
    re.IGNORECASE | re.VERBOSE,
)
_WORDS = re.compile(
    rf"(?<![^\W_]){_SEASON_WORD}[ ._-]*(?P<season>\d{{1,4}})[ ._,-]*{_EPISODE_WORD}[ ._-]*(?P<episode>\d{{1,4}})(?!\d)",
    re.IGNORECASE,
)
_CROSS = re.compile(
    r"(?<![^\W_])\[?(?P<season>\d{1,2})x(?P<episode>\d{2,3})(?:[x&+-](?:\d{1,2}x)?(?P<last>\d{2,3}))*(?![^\W_])\]?",
    re.IGNORECASE,
)
_CAPITULO = re.compile(
    r"(?<![^\W_])\[?cap(?:[ií]tulo)?[ ._]?(?P<season>\d{1,2})(?P<episode>\d\d)(?:_\d{1,2}(?P<last>\d\d))?(?!\d)\]?",
    re.IGNORECASE,
)
_SPECIAL = re.compile(r"(?<![^\W_])s\d{1,4}[ ._-]*specials?(?![^\W_])", re.IGNORECASE)
_EPISODE = re.compile(
    rf"""(?<![^\W_])(?:(?:{_EPISODE_LONG})[ ._-]*|e(?=\d\d))(?P<episode>\d{{1,4}})(?![^\W_])
         (?:(?:{_AND}{_EPISODE_WORD}[ ._]?|{_PLUS}|-)(?P<last>\d{{1,4}})(?![^\W_]))?""",
    re.IGNORECASE | re.VERBOSE,
)
_OF = re.compile(r"(?<![^\W_])\(?(?P<episode>\d{1,3})[ ._]?of[ ._]?\d{1,3}\)?(?![^\W_])", re.IGNORECASE)
_HAN = re.compile(r"第\s*(?P<episode>\d{1,4})\s*(?:[-~–]\s*(?P<last>\d{1,4})\s*)?[集話话回期화]")
_LEADING = re.compile(
    r"^(?:[e#\[(](?:p(?:isode)?)?[ ._]?)?(?P<episode>\d{1,4})(?:v\d)?"
    r"(?:-(?:e|ep)?(?P<last>\d{1,3})(?=[ ._]))?(?:[ ._)\]-]+|$)",
    re.IGNORECASE,
)
_MIDDLE = re.compile(
    r"[ ._]-[ ._]*(?P<episode>\d{1,4})(?:v\d)?(?:-(?:e|ep)?(?P<last>\d{1,3}))?(?:[ ._]*-[ ._]|$)", re.IGNORECASE
)
_INNER = re.compile(r"(?<=[^\W\d_])[ ._]+(?P<episode>\d{1,4})(?:v\d)?[ ._]+-[ ._]+", re.IGNORECASE)
_TRAILING = re.compile(r"(?<=[ ._#-])(?P<episode>\d{1,3})(?:v\d)?$", re.IGNORECASE)
_PART = re.compile(r"(?<![^\W_])(?:part|pt|teil|partie|chapter)[ ._-]?(?P<episode>\d{1,2})(?![^\W_])", re.IGNORECASE)
_DOTTED = re.compile(r"(?<![^\W_])(?P<season>\d{1,2})\.(?P<episode>\d\d)(?![^\W_])")
_ABSOLUTE = re.compile(r"^[ ._-]*\d{3,4}[ ._]+-[ ._]+(?=\S)")
_HALF = re.compile(r"^\.5(?=[ ._]*(?:-[ ._]|[\[(]|$))")  # 29.5 comes between 29 and 30
_MOST_EPISODES = 50  # in one file
_BARE = (_LEADING, _PART, _MIDDLE, _INNER, _TRAILING)
_GROUP_ONLY = re.compile(r"^-[A-Za-z0-9]+$")
_UNCLOSED = re.compile(r"[(\[][^)\]]*$")
_REMARKS = re.compile(r"(?:[ ._-]*\[[^\]]*\])+[ ._-]*")
_END = re.compile(r"^(?:end|fin|final)$", re.IGNORECASE)


def read_numbered(text: str) -> Name | None:
    """``S01E02``, ``Season 1 Episode 2``, ``1x02``, ``Cap.102``: season and episode are both named."""
    found = _SXXEYY.search(text) or _WORDS.search(text) or _CROSS.search(text) or _CAPITULO.search(text)
    if found is None:
        return _season_special(text)
    series, year = series_before(text[: found.start()])
    rest = text[found.end() :]
    day = find_day(rest)
    if day is not None:
        title, aired = title_after(rest[day.end :]) or title_after(rest[: day.start]), None
    elif not series and _GROUP_ONLY.match(rest):
        title, aired = clean(rest), None  # S01E02-Title: no group names a file so
    else:
        title, aired = _title_and_year(rest)
    return Name(
        title=title,
        series=series,
        year=year or aired,
        season=int(found["season"]),
        episode=int(found["episode"]),
        last_episode=last_episode(found),
        air_date=day.date if day else None,
    )


def last_episode(found: re.Match[str]) -> int | None:
    """Of a match that may name several: ``E01-E03`` and ``E01E02E03`` alike end with 3."""
    numbers = found.groupdict()
    last = numbers.get("last") or numbers.get("bare")
    if last is None or not 0 < int(last) - int(numbers["episode"]) < _MOST_EPISODES:
        return None
    return int(last)


def _season_special(text: str) -> Name | None:
    found = _SPECIAL.search(text)
    if found is None:
        return None
    series, year = series_before(text[: found.start()])
    return Name(title=title_after(text[found.end() :]), series=series, year=year, season=0)


def read_episode_only(text: str, *, in_season: bool = False) -> Name | None:
    """``Show - Episode 4``, ``2of6``: but not "Star Wars Episode 4 (1977)", a film."""
    found = _EPISODE.search(text) or _OF.search(text) or _HAN.search(text)
    if found is None or (not in_season and has_bracketed_year(text[found.end() :])):
        return None
    series, year = series_before(text[: found.start()])
    return Name(
        title=title_after(text[found.end() :]),
        series=series,
        year=year,
        episode=int(found["episode"]),
        last_episode=last_episode(found),
    )


def read_bare_number(text: str, season: int | None) -> Name | None:
    """A number that counts as an episode's because of the folder it lies in."""
    bare = cut_release(text) or text
    found = _dotted(bare, season) or next((match for pattern in _BARE if (match := pattern.search(bare))), None)
    if found is None:
        return None
    number, last = found["episode"], last_episode(found)
    if season is not None and len(number) > 2 and number[:-2] == str(season):
        number, last = number[-2:], _without_season(last, season)  # 102 in season 1
    elif len(number) > 3:
        return None  # a year
    series, year = series_before(bare[: found.start()])
    title, aired = _title_and_year(bare[found.end() :])
    return Name(title=title, series=series, year=year or aired, episode=int(number), last_episode=last)


def _without_season(last: int | None, season: int) -> int | None:
    """``101-102`` in season 1."""
    return last % 100 if last is not None and last // 100 == season else None


def _title_and_year(rest: str) -> tuple[str, int | None]:
    """``The Pilot (1959)``: the year of an episode is no part of its title."""
    before, year, after = split_year(rest) if has_bracketed_year(rest) else (rest, None, "")
    if year is None or title_after(after):
        return title_after(rest), None
    return title_after(before), year


def _dotted(text: str, season: int | None) -> re.Match[str] | None:
    """``1.02`` in season 1."""
    found = _DOTTED.search(text)
    return found if found is not None and int(found["season"]) == season else None


def series_before(text: str) -> tuple[str, int | None]:
    """(series, year) from what stands before a number."""
    before, year, _ = split_year(text)
    return clean(before) or clean(text), year


def title_after(text: str) -> str:
    """The episode's title: what follows the marker, without release tags or a lone group's name."""
    if _GROUP_ONLY.match(text):
        return ""
    kept = _UNCLOSED.sub("", cut_release(_ABSOLUTE.sub("", _HALF.sub("", text))))
    if _REMARKS.fullmatch(kept):
        return ""
    title = clean(kept)
    return "" if _END.match(title) or not any(letter.isalnum() for letter in title) else title
