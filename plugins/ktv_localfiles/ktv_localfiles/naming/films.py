"""Names of films and of everything else that stands for itself: title, year, edition, part. Pure."""

import re

from ktv_localfiles.naming.name import Name
from ktv_localfiles.naming.release import clean, cut_release, fold, has_bracketed_year, split_year

_LEADING_YEAR = re.compile(r"^[(\[]?(?P<year>(?:19|20)\d\d)[)\]]?[ ._]+-[ ._]+(?=\S)")
_LEADING_REMARKS = re.compile(r"^(?:(?:\[[^\]]*\]|【[^】]*】)[ ._-]*)+(?=[^\W\d_]|\d)")
_LEADING_NUMBER = re.compile(r"^(?:\d{1,2}[ ._]+-|0\d\.?)[ ._]+(?=[^\W_])")
_PART = re.compile(
    r"(?<![^\W_])(?:(?:cd|dis[ck]|part|pt)[ ._-]?(?P<part>\d)|dvd[ ._-]?(?P<disc>[1-4]))(?![^\W_])", re.IGNORECASE
)
_DISC_AT_END = re.compile(r"[ ._-]+[(\[]?(?:cd|dis[ck]|dvd)[ ._-]?(?P<part>\d)[)\]]?$", re.IGNORECASE)
_UNCLOSED = re.compile(r"(?<=\S)[ ._]+[(\[][^)\]]*$")
_ARTICLE = re.compile(
    r"^(?P<title>.+), (?P<article>the|an?|der|die|das|le|la|les|el|los|las|il|lo|gli|de|het|den|det)$", re.IGNORECASE
)
_TAGGED_EDITION = re.compile(r"\{edition-(?P<edition>[^{}]+)\}", re.IGNORECASE)
_EDITIONS = {
    "Director's Cut": r"director'?s[ ._]?(?:cut|edition)",
    "Final Cut": r"(?:the[ ._])?final[ ._]cut",
    "Extended": r"extended(?:[ ._](?:cut|edition|version))?",
    "Unrated": r"unrated(?:[ ._](?:cut|edition|version))?",
    "Uncut": r"uncut(?:[ ._](?:edition|version))?",
    "Theatrical": r"theatrical(?:[ ._](?:cut|edition|version))?",
    "Special Edition": r"special[ ._]edition",
    "Collector's Edition": r"collector'?s[ ._]edition",
    "Ultimate": r"ultimate[ ._](?:cut|edition)",
    "Anniversary": r"(?:\d+th[ ._])?anniversary(?:[ ._]edition)?",
    "IMAX": r"imax(?:[ ._](?:edition|enhanced))?",
    "Open Matte": r"open[ ._]matte",
}
_EDITION = re.compile(
    "|".join(rf"(?<![^\W_])(?P<e{at}>{words})(?![^\W_])" for at, words in enumerate(_EDITIONS.values())), re.IGNORECASE
)
_ANY_EDITION = re.compile(r"[(\[]\s*(?P<edition>[^()\[\]]{2,30}?[ ._](?:cut|edition|version))\s*[)\]]", re.IGNORECASE)
_EDITION_AT_END = re.compile(
    rf"[ ._-]+(?P<open>[(\[])?(?P<edition>{'|'.join(_EDITIONS.values())})(?(open)[)\]])$", re.IGNORECASE
)


def read_film(text: str) -> Name:
    tagged = _TAGGED_EDITION.search(text)
    text = _TAGGED_EDITION.sub("", text).strip()
    text = _LEADING_REMARKS.sub("", text)
    bracketed = has_bracketed_year(text)
    leading = None if bracketed else _LEADING_YEAR.match(text)
    if leading:
        return Name(title=_title(text[leading.end() :]), year=int(leading["year"]))
    before, year, after = split_year(text if bracketed else cut_release(text))
    if year is not None and not bracketed:
        after = text[text.index(before) + len(before) :]
    before, edition = (before, _edition(after)) if year is not None else _edition_at_end(before)
    before, part = _part(before, after)
    if bracketed:
        before = _LEADING_NUMBER.sub("", before)
    title = _title(before) or _title(after) or clean(text)
    return Name(title=title, year=year, part=part, edition=tagged["edition"].strip() if tagged else edition)


def _title(text: str) -> str:
    title = clean(_UNCLOSED.sub("", cut_release(text)))
    found = _ARTICLE.match(title)
    return f"{found['article']} {found['title']}" if found else title


def _part(before: str, after: str) -> tuple[str, int | None]:
    """A part is named after the year; without one, only a disc at the end is a part: "Dune Part 2" is a title."""
    found = _PART.search(after)
    if found:
        return before, int(found["part"] or found["disc"])
    disc = _DISC_AT_END.search(before)
    return (before[: disc.start()], int(disc["part"])) if disc and disc.start() else (before, None)


def _edition(text: str) -> str:
    found = _EDITION.search(text)
    if found is None:
        other = _ANY_EDITION.search(text)
        return clean(other["edition"]) if other else ""
    at = next(at for at in range(len(_EDITIONS)) if found[f"e{at}"])
    return list(_EDITIONS)[at]


def _edition_at_end(text: str) -> tuple[str, str]:
    """Without a year only what ends the name is an edition, and not when it is the whole name."""
    found = _EDITION_AT_END.search(text)
    if found is None or fold(text[: found.start()]) in ("", "the"):
        return text, ""
    if not (found["open"] or " " in found["edition"] or "." in found["edition"]):
        return text, ""
    return text[: found.start()], _edition(found["edition"])
