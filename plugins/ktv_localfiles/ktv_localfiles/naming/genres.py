"""Genres, from embedded tags and from folders named for one. Pure."""

import re

_NAMES = (
    "Action",
    "Adventure",
    "Animation",
    "Anime",
    "Biography",
    "Children",
    "Comedy",
    "Crime",
    "Documentary",
    "Drama",
    "Family",
    "Fantasy",
    "Film Noir",
    "Game Show",
    "History",
    "Horror",
    "Music",
    "Musical",
    "Mystery",
    "News",
    "Reality",
    "Romance",
    "Science Fiction",
    "Sitcom",
    "Soap",
    "Sport",
    "Talk Show",
    "Thriller",
    "War",
    "Western",
)
_ALIASES = {
    "biopic": "Biography",
    "cartoon": "Animation",
    "children's": "Children",
    "kids": "Children",
    "sci-fi": "Science Fiction",
    "sci fi": "Science Fiction",
    "scifi": "Science Fiction",
    "sf": "Science Fiction",
    "noir": "Film Noir",
    "historical": "History",
    "reality tv": "Reality",
    "romantic": "Romance",
    "sports": "Sport",
    "soap opera": "Soap",
    "animated": "Animation",
    "docu": "Documentary",
}
_KNOWN = {name.lower(): name for name in _NAMES} | _ALIASES
_PLURALS = {f"{name}s": genre for name, genre in _KNOWN.items()} | {
    f"{name[:-1]}ies": genre for name, genre in _KNOWN.items() if name.endswith("y")
}
_KINDS = re.compile(r"[ ._-]+(?:movies?|films?|shows?|series|tv)$", re.IGNORECASE)
_SEPARATORS = re.compile(r"\s*[;,|/\x00]\s*")


def genre_of_folder(name: str) -> str | None:
    """The genre a folder is named for: ``Comedy``, ``Westerns``, ``Horror Movies``."""
    word = _KINDS.sub("", name.strip()).replace("_", " ").lower()
    return _KNOWN.get(word) or _PLURALS.get(word)


def split_genres(text: str) -> list[str]:
    """The genres of an embedded tag, known ones in one spelling."""
    return [_KNOWN.get(word.lower(), word) for word in split_words(text)]


def split_words(text: str) -> list[str]:
    """The words of a list-like tag; bare numbers are codes of old formats and are left out."""
    return [word for word in _SEPARATORS.split(text.strip()) if any(c.isalpha() for c in word)]


def unique(words: list[str]) -> tuple[str, ...]:
    """Each word once, whatever its case, in order."""
    return tuple({word.casefold(): word for word in reversed(words)}.values())[::-1]
