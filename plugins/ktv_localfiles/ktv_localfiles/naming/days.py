"""Days in names. Pure.

``2024-03-05``, ``2024.03.05``, ``20240305``; ``05.03.2024`` is the fifth of March: the day comes first unless only the
month can.
"""

import re
from dataclasses import dataclass
from datetime import date

from ktv_localfiles.naming.name import Name
from ktv_localfiles.naming.release import clean, cut_release, split_year

_YEAR_FIRST = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<s>[ ._-])(?P<m>\d\d)(?P=s)(?P<d>\d\d)(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(?P<d>\d\d)(?P<s>[._-])(?P<m>\d\d)(?P=s)(?P<y>(?:19|20)\d\d)(?!\d)")
_LOOSE = re.compile(r"(?<![\w.])(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>(?:19|20)\d\d)(?!\d)")
_COMPACT = re.compile(r"(?<![^\W_])(?P<y>(?:19|20)\d\d)(?P<m>[01]\d)(?P<d>[0-3]\d)(?![^\W_])")
_CAMERA = re.compile(r"^(?:img|vid|mvi|pxl|dsc|mov|video|movie|whatsapp video|signal)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Day:
    """A date, and where in a text it stands."""

    date: date
    start: int
    end: int


def find_day(text: str) -> Day | None:
    """The first date in a text, if it exists in the calendar."""
    for pattern in (_YEAR_FIRST, _YEAR_LAST, _LOOSE, _COMPACT):
        found = pattern.search(text)
        if found is not None:
            year, month, day = (int(found[part]) for part in "ymd")
            if pattern in (_YEAR_LAST, _LOOSE) and month > 12 >= day:
                month, day = day, month
            try:
                return Day(date(year, month, day), found.start(), found.end())
            except ValueError:
                continue
    return None


def read_dated(text: str) -> Name | None:
    """``Show.2019.05.04.Title``: the date stays in the title, where it keeps the episodes in order."""
    day = find_day(text)
    if day is None:
        return None
    before, _, _ = split_year(text[: day.start])
    series = clean(before) or clean(text[: day.start])
    title = " ".join(filter(None, (day.date.isoformat(), clean(cut_release(text[day.end :])))))
    return Name(title=title, series="" if _CAMERA.match(series) else series, year=day.date.year, air_date=day.date)
