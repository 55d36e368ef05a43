"""Extras of films and series: trailers, deleted scenes and the like, by their folder or the end of their name. Pure."""

import re
from dataclasses import dataclass

# kind: (folders, endings of names behind a hyphen, what the title says)
_KINDS = {
    "Trailers": (r"trailers?", "trailer", "Trailer"),
    "Teasers": (r"teasers?", "teaser", "Teaser"),
    "Behind the Scenes": (r"behind the scenes|behindthescenes|making of", "behindthescenes", "Behind the Scenes"),
    "Deleted Scenes": (r"deleted(?: scenes)?", "deleted", "Deleted Scene"),
    "Featurettes": (r"featurettes?", "featurette", "Featurette"),
    "Interviews": (r"interviews?", "interview", "Interview"),
    "Scenes": (r"scenes", "scene", "Scene"),
    "Extras": (r"extras?|bonus(?: material)?", "extra|other|clip", "Extra"),
    "Shorts": (r"(?!)", "short", "Short"),
    "Promos": (r"(?!)", "promo", "Promo"),
}
_FOLDERS = {kind: re.compile(folders, re.IGNORECASE) for kind, (folders, _, _) in _KINDS.items()}
_ENDINGS = {kind: re.compile(rf"[ ._]?-[ ._]?(?:{ends})\d?$", re.IGNORECASE) for kind, (_, ends, _) in _KINDS.items()}
_ANY_ENDING = re.compile("|".join(pattern.pattern for pattern in _ENDINGS.values()), re.IGNORECASE)
_ALONE = re.compile(r"^(?:movie[ ._-])?(?P<kind>trailer|teaser)\d?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Extra:
    """``kind`` is the tag; ``word`` is what the title says; ``stem`` is the name without the ending."""

    kind: str
    word: str
    stem: str


def extras_of_folder(name: str) -> str:
    """The kind of extras a folder is named for, or nothing."""
    word = name.strip().replace("_", " ")
    return next((kind for kind, pattern in _FOLDERS.items() if pattern.fullmatch(word)), "")


def extra_of_name(stem: str) -> Extra | None:
    """``Film (1999)-trailer``; ``trailer`` alone belongs to the film whose folder it lies in."""
    alone = _ALONE.match(stem)
    if alone:
        word = alone["kind"].capitalize()
        return Extra(f"{word}s", word, "")
    if not _ANY_ENDING.search(stem):
        return None
    for kind, pattern in _ENDINGS.items():
        found = pattern.search(stem)
        if found:
            return Extra(kind, _KINDS[kind][2], stem[: found.start()])
    return None
