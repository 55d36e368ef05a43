"""Words: what a search compares. Pure, so that every database and every part of the house agrees.

A search finds an item when each of its words begins a word of the item. Neither case nor accents count.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

LONGEST = 40  # characters of a word that count
MOST = 12  # words of a search that count
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_ACCENTS = re.compile("[\u0300-\u036f]")
# Letters that are of their own for Unicode and look like others to whoever types
_LOOKALIKES = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "þ": "th", "æ": "ae", "œ": "oe", "ŧ": "t", "ŋ": "n"}
)
_PLAIN = re.compile(r"[a-z0-9 ]*")
_CHUNK = re.compile(r"\S+")


def words(text: str) -> list[str]:
    """The words of a text in their order. Scripts without spaces between words give one for each character."""
    plain = plainly(text)
    if plain.isascii():
        return [word[:LONGEST] for word in _ASCII_WORD.findall(plain)]
    return [word[:LONGEST] for word in _split(plain)]


def searched(text: str) -> tuple[str, ...]:
    """The words of a search."""
    return tuple(words(text)[:MOST])


@lru_cache(maxsize=2048)  # genres, tags and series come again and again
def spellings(text: str) -> tuple[str, ...]:
    """The words of a text, and what is written in one go as one more: "Spider-Man" is also found by "spiderman"."""
    plain = plainly(text)
    if _PLAIN.fullmatch(plain):
        return tuple([word[:LONGEST] for word in plain.split()])
    found: list[str] = []
    for chunk in _CHUNK.findall(plain):
        parts = words(chunk)
        found += parts
        if len(parts) > 1 and not any(map(_stands_alone, chunk)):
            found.append("".join(parts)[:LONGEST])
    return tuple(found)


def finds(search: Iterable[str], text: Iterable[str]) -> bool:
    """Whether each word of the search begins a word of the text."""
    there = tuple(text)
    return all(any(word.startswith(begin) for word in there) for begin in search)


def plainly(text: str) -> str:
    """Without case and accents."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", text.casefold()).casefold().translate(_LOOKALIKES)
    return unicodedata.normalize("NFC", _ACCENTS.sub("", folded))


def _split(plain: str) -> Iterator[str]:
    word = ""
    for letter in plain:
        if letter.isalnum() or (word and unicodedata.category(letter).startswith("M")):
            if _stands_alone(letter):
                if word:
                    yield word
                yield letter
                word = ""
            else:
                word += letter
        elif word:
            yield word
            word = ""
    if word:
        yield word


def _stands_alone(letter: str) -> bool:
    """Han, kana and the scripts of South-East Asia are written without spaces."""
    return (
        "\u3040" <= letter <= "\u30ff"
        or "\u3400" <= letter <= "\u9fff"
        or "\u0e00" <= letter <= "\u0eff"
        or "\u1000" <= letter <= "\u109f"
        or "\u1780" <= letter <= "\u17ff"
        or "\U00020000" <= letter <= "\U0003ffff"
    ) and letter.isalnum()
