"""Cleaning names: release tags, separators, brackets and years. Pure."""

import re
import unicodedata

FIRST_YEAR, LAST_YEAR = 1888, 2039

_STRONG = re.compile(
    r"""(?<![^\W_])(?:
        \d{3,4}[pi] | [48]k | uhd | \d{3,4}x\d{3,4}
      | blu[ ._-]?ray | b[dr][ ._-]?rip | bd[ ._-]?remux | remux | web[ ._-]?(?:dl|rip) | hd[ ._-]?tv(?:rip)?
      | [ps]d[ ._-]?tv | dvb(?:rip)? | (?:tv|vhs)[ ._-]?rip | dsr(?:ip)?
      | dvd[ ._-]?(?:rip|scr|r|5|9)? | hd[ ._-]?(?:rip|dvd|cam)
      | [xh][ ._]?26[456] | hevc | avc | xvid | divx | av1 | vp9 | (?:8|10|12)[ ._-]?bits? | hdr(?:10\+?)? | dovi
      | aac(?:\d[ .]\d)? | e?ac-?3 | dts(?:[ ._-]?hd)?(?:[ ._-]?ma)? | dd[p+]?[ ._]?\d[ .]\d | truehd | atmos | flac
      | (?-i:(?<=[._])(?:WEB|PROPER|REPACK|iNTERNAL|INTERNAL)(?=[._-]|$))
    )(?![^\W_])""",
    re.IGNORECASE | re.VERBOSE,
)
_WEAK = re.compile(
    r"web|ws|proper|repack|rerip|internal|extended|unrated|uncut|remastered|limited|multi|dual|dubbed|subbed|subs|dl|complete"
    r"|theatrical|imax|criterion|hybrid|readnfo|retail|festival|amzn|nf|dsnp|hmax|hulu|atvp|pcok|pmtp|ip|cbr|amazon|netflix"
    r"|dv|sdr|german|french|italian|spanish|english|nordic|swedish|danish|norwegian|dutch|polish|russian|japanese|korean"
    r"|vostfr|truefrench|ita|eng|ger|fre|esp",
    re.IGNORECASE,
)
_SITE = re.compile(r"^[\[(]?\s*www\.[^\s\])]+\s*[\])]?[\s_.-]*", re.IGNORECASE)
_BRACKETS = re.compile(r"\[[^\[\]]*\]|\{[^{}]*\}")
_ACRONYM = re.compile(r"(?<![^\W_])(?:[^\W\d_]\.){2,}(?:[^\W\d_](?![^\W_]))?")
_ABBREVIATION = re.compile(r"(?<![^\W_])(?:inc|jr|sr|co|ltd|bros|etc|dr|mr|mrs|ms|st)\.$", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_EDGES = " -_.,;:+~|"
_YEAR = r"(?:18|19|20)\d\d"
_BRACKETED_YEAR = re.compile(rf"[(\[]\s*({_YEAR})\s*(?:[-–]\s*(?:{_YEAR})?\s*)?[)\]]")
_BARE_YEAR = re.compile(rf"(?<![^\W_])({_YEAR})(?![^\W_])")
_QUALIFIER = re.compile(r"[ ._]*\([^()]*[^\W\d_][^()]*\)$")
_OF = re.compile(r"(?<![^\W_])(?:of|anno)[ ._]+$", re.IGNORECASE)
_NUMBERED = re.compile(r"\d{1,2}(?:\.\d{1,2})+")
_LETTERS = re.compile(r"[^\W_]+")
_WORDS = re.compile(r"[^\W\d_]{2,}")
_UNREADABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def normal(text: str) -> str:
    """One spelling for what looks the same (macOS writes é as two characters), without a site's advertisement."""
    text = readable(unicodedata.normalize("NFC", text))
    return _SITE.sub("", text) or text


def readable(text: str) -> str:
    """Text without what no database or XML document can hold, or what turns the text around it."""
    return _UNREADABLE.sub(" ", text).strip()


def cut_release(text: str) -> str:
    """The text before the first release tag, and before the softer tags that stand in front of it."""
    found = _STRONG.search(text)
    if found is None:
        return text
    kept = text[: found.start()].rstrip(_EDGES + "[({")
    while True:
        words = re.split(r"[ ._-]+", kept)
        last = words[-1]
        if len(words) < 2 or not _WEAK.fullmatch(last):
            return kept
        kept = kept[: len(kept) - len(last)].rstrip(_EDGES + "[({")


def without_tags(text: str) -> str:
    """Text without its release tags."""
    return _STRONG.sub(" ", text)


def clean(text: str) -> str:
    """A name for people: dots, underscores and bracketed remarks become single spaces."""
    bare = _BRACKETS.sub(" ", text)
    if not _LETTERS.search(bare):
        bare = text  # a title in brackets: [REC]
    bare = bare.replace("_", " ").strip()
    if " " not in bare and not _NUMBERED.fullmatch(bare):  # 11.22.63
        bare = _without_dots(bare)
    if " " not in bare and bare.count("-") >= 2 and len(_WORDS.findall(bare)) >= 2:  # the-big-lebowski, not 9-1-1
        bare = bare.replace("-", " ")
    bare = _SPACES.sub(" ", bare.replace("()", " ")).strip()
    keep_end = _ends_in_acronym(bare) or _ABBREVIATION.search(bare)
    return bare.lstrip(_EDGES) if keep_end else bare.strip(_EDGES)


def _ends_in_acronym(text: str) -> bool:
    return any(found.end() == len(text) for found in _ACRONYM.finditer(text))


def _without_dots(text: str) -> str:
    """Dots become spaces, except inside an acronym such as S.W.A.T."""
    pieces, position = [], 0
    for found in _ACRONYM.finditer(text):
        pieces += [text[position : found.start()].replace(".", " "), found.group(), " "]
        position = found.end()
    pieces.append(text[position:].replace(".", " "))
    return "".join(pieces).strip()


def split_year(text: str) -> tuple[str, int | None, str]:
    """(before, year, after). A year in brackets wins; else the last bare one that does not begin the text.

    The number of "Class of 1984" is no year of its film.
    """
    bracketed = [m for m in _BRACKETED_YEAR.finditer(text) if plausible_year(int(m.group(1)))]
    if bracketed:
        found = bracketed[-1]
        return text[: found.start()], int(found.group(1)), text[found.end() :]
    for found in reversed(list(_BARE_YEAR.finditer(text))):
        before = text[: found.start()]
        if plausible_year(int(found.group(1))) and _LETTERS.search(before) and not _OF.search(before):
            return before, int(found.group(1)), text[found.end() :]
    return text, None, ""


def without_bracketed_year(text: str) -> str:
    return _BRACKETED_YEAR.sub(" ", text)


def split_bracketed_year(text: str) -> tuple[str, int | None]:
    """Like ``split_year``, for names that may end in a number which is no year: ``Space 1999``."""
    return split_year(text)[:2] if has_bracketed_year(text) else (text, None)


def has_bracketed_year(text: str) -> bool:
    return _BRACKETED_YEAR.search(text) is not None


def is_release(text: str) -> bool:
    """Whether a name carries release tags."""
    return _STRONG.search(text) is not None


def plausible_year(year: int) -> bool:
    return FIRST_YEAR <= year <= LAST_YEAR


def same_name(one: str, other: str) -> bool:
    """Whether two names mean the same thing, whatever their case, articles and punctuation."""
    return fold(one) == fold(other) != ""


def same_series(named: str, folder: str) -> bool:
    """The folder may say which of several it is: ``House of Cards (US)/House.of.Cards.S01E01``."""
    return same_name(named, folder) or same_name(named, _QUALIFIER.sub("", folder))


def fold(text: str) -> str:
    """A name reduced to what identifies it."""
    words = _LETTERS.findall(text.casefold().replace("&", " and ").replace("'", "").replace("’", ""))
    return " ".join(words[1:] if len(words) > 1 and words[0] == "the" else words)
