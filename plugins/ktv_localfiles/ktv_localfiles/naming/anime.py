"""Names of fansub groups: ``[Group] Show - 012 [1080p]``. Pure.

The number is absolute, so there is no season unless the name has one; OVAs and specials are season 0. Chinese groups
put everything into brackets: ``[Group][Show][12][1080p]``.
"""

import re

from ktv_localfiles.naming.name import Name
from ktv_localfiles.naming.numbers import last_episode, series_before, title_after

_GROUP = r"^(?:\[[^\]]+\]|【[^】]+】)[ ._]*"
_ABSOLUTE = re.compile(
    rf"{_GROUP}(?P<series>.+?)[ ._]+-[ ._]+(?P<episode>\d{{1,4}})(?P<half>\.5)?"
    r"(?:(?:-|[ ._]*~[ ._]*)(?P<last>\d{1,4}))?(?:v\d)?(?=[ ._\[(-]|$)",
    re.IGNORECASE,
)
_SPECIAL = re.compile(
    rf"{_GROUP}(?P<series>.+?)[ ._]+-[ ._]+(?:ova|oad|sp|special)[ ._-]*(?P<episode>\d{{1,3}})(?:v\d)?(?=[ ._\[(-]|$)",
    re.IGNORECASE,
)
_LONE_SPECIAL = re.compile(
    rf"{_GROUP}(?P<series>.+?)[ ._]+-[ ._]+(?P<word>ova|oad|sp|special)s?(?=[ ._]*(?:[\[(]|$))", re.IGNORECASE
)
_BOXED = re.compile(
    rf"{_GROUP}[\[【]?(?P<series>[^\[\]【】]*[^\W\d_][^\[\]【】]*?)[\]】]?[ ._]*"
    r"[\[【](?P<episode>\d{1,3})(?:v\d)?(?:[ ._-]?(?:end|fin))?[\]】]",
    re.IGNORECASE,
)
_UNMARKED = re.compile(
    rf"{_GROUP}(?P<series>.*[^\W\d_].*?)(?<!movie)(?<!film)[ ._]+(?P<episode>\d{{2,3}})(?:v\d)?[ ._]*"
    r"(?:[\[(][^\])]*[\])][ ._]*)+$",
    re.IGNORECASE,
)
_GROUP_LAST = re.compile(r"^(?P<series>[^\[]+?)[ ._]+-[ ._]+(?P<episode>\d{2,4})(?:v\d)?[ ._]*(?:\[[^\]]+\][ ._]*)+$")
_SEASON = re.compile(
    r"^(?P<series>.+?)[ ._-]+(?:s(?:eason[ ._]?)?(?P<season>\d{1,2})|(?P<ordinal>\d)(?:st|nd|rd|th)[ ._]season)$",
    re.IGNORECASE,
)
_OVA = re.compile(r"^(?P<series>.+?)[ ._-]+(?:ova|oad|specials?)s?$", re.IGNORECASE)


def read_anime(text: str) -> Name | None:
    found = _ABSOLUTE.match(text) or _SPECIAL.match(text) or _BOXED.match(text) or _GROUP_LAST.match(text)
    if found is None:
        return _lone_special(text)
    return _read(found, text[found.end() :])


def read_unmarked(text: str) -> Name | None:
    """``[Group] Show 12 [1080p]``: with nothing before the number it may as well be the second film of a series."""
    found = _UNMARKED.match(text)
    return None if found is None else _read(found, "")


def _lone_special(text: str) -> Name | None:
    found = _LONE_SPECIAL.match(text)
    if found is None:
        return None
    series, year = series_before(found["series"])
    return Name(title=title_after(text[found.end() :]) or found["word"], series=series, season=0, year=year)


def _read(found: re.Match[str], rest: str) -> Name:
    series, year = series_before(found["series"])
    season = 0 if found.re is _SPECIAL else None
    if counted := _SEASON.match(series):
        series, season = counted["series"], int(counted["season"] or counted["ordinal"])
    elif special := _OVA.match(series):
        series, season = special["series"], 0
    return Name(
        title=title_after(rest) or (f"Episode {found['episode']}.5" if found.groupdict().get("half") else ""),
        series=series,
        season=season,
        episode=int(found["episode"]),
        last_episode=last_episode(found),
        year=year,
    )
