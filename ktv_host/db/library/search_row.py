"""Rows of the search index, and what a search asks of them. Pure.

``words`` are the words of an item, each once, those of its title behind a dot. They are written in ASCII, so that no
tokenizer of a database can see them differently. ``title`` and ``series`` are what results are ranked and sorted by.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ktv_host.db.engine.url import Dialect
from ktv_host.domain.media import MediaItem
from ktv_host.domain.pool import UNKNOWN_NUMBER
from ktv_host.domain.words import searched, spellings, words

SEPARATOR = "\x01"  # sorts before everything a text can hold: what is equal comes before what is longer
LONGEST = 250  # characters: PostgreSQL refuses index entries over 2,700 bytes
MOST_WORDS = 400
AFTER = "\U0010ffff"  # sorts behind every text that goes on
DIGITS = len(str(UNKNOWN_NUMBER))


@dataclass(frozen=True, slots=True)
class Search:
    """A search as its words, as an expression of the database, and as the beginning of a text."""

    words: tuple[str, ...]
    dialect: Dialect

    @property
    def begin(self) -> str:
        return " ".join(self.words)[:LONGEST]

    @property
    def begins(self) -> list[str]:
        """What words of the index have to begin with."""
        return [encoded(word) for word in self.words]

    @property
    def anywhere(self) -> str:
        if self.dialect == "sqlite":
            return " AND ".join(f'("{word}"* OR ".{word}"*)' for word in self.begins)
        return " & ".join(f"('{word}':* | '.{word}':*)" for word in self.begins)

    @property
    def in_title(self) -> str:
        if self.dialect == "sqlite":
            return " AND ".join(f'".{word}"*' for word in self.begins)
        return " & ".join(f"'.{word}':*" for word in self.begins)


def search_for(text: str | None, dialect: Dialect) -> Search | None:
    """None when the text does not search: empty, or nothing but spaces."""
    return Search(searched(text), dialect) if text and text.strip() else None


def search_values(instance_id: str, item: MediaItem) -> dict[str, Any]:
    media_id = f"{instance_id}::{item.key}"
    title = _text(item.title)
    found = {word: f" .{word}" for word in _encoded_words(item.title)}
    for text in (item.series_name or "", *item.genres, *item.tags, "" if item.year is None else str(item.year)):
        for word in _shared_words(text):
            found.setdefault(word, f" {word}")
    return {
        "key": item.key,
        "title": f"{title}{SEPARATOR}{media_id}",
        "series": None if item.series_name is None else _series(item, title, media_id),
        # a space before each, so that " ab" begins a word
        "words": "".join(list(found.values())[:MOST_WORDS]),
    }


def _series(item: MediaItem, title: str, media_id: str) -> str:
    numbers = [
        f"{UNKNOWN_NUMBER if number is None else max(number, 0):0{DIGITS}d}"
        for number in (item.season_number, item.episode_number)
    ]
    return SEPARATOR.join((_shared_text(item.series_name or ""), *numbers, title, media_id))


def _text(text: str) -> str:
    return " ".join(words(text))[:LONGEST]


def _encoded_words(text: str) -> tuple[str, ...]:
    return tuple([encoded(word) for word in spellings(text)])


# what many items have in common
_shared_text = lru_cache(maxsize=2048)(_text)
_shared_words = lru_cache(maxsize=4096)(_encoded_words)


def encoded(word: str) -> str:
    """In ASCII letters, digits and dots. One word begins another exactly when their encodings do."""
    if word.isascii() and "x" not in word:
        return word
    return "".join(_letters(word))


def _letters(word: str) -> Iterable[str]:
    for letter in word:
        if letter == "x":
            yield "xx"
        elif letter.isascii():
            yield letter
        else:
            yield f"x{ord(letter):06d}"
