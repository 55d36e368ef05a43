"""Word counts: how many items a beginning of a word finds, without looking at any of them. Pure.

An item adds one to each of its words, and takes one from what each two neighbours among its words, sorted, begin with
alike. So the counts of all that begin as a search does add up to how many items it finds: of the words of an item that
begin so, which are neighbours, all but one are taken away again.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Self


@dataclass(frozen=True, slots=True)
class WordCounts:
    """``items`` counts words anywhere, ``titles`` those of titles alone."""

    items: Mapping[str, int] = field(default_factory=dict)
    titles: Mapping[str, int] = field(default_factory=dict)

    def __sub__(self, other: Self) -> "WordCounts":
        return WordCounts(_less(self.items, other.items), _less(self.titles, other.titles))

    def rows(self) -> list[tuple[str, int, int]]:
        """Sorted: two writers meet at the same words in one order. What comes to nothing is left out."""
        rows = [(word, self.items.get(word, 0), self.titles.get(word, 0)) for word in {**self.items, **self.titles}]
        return sorted(row for row in rows if row[1] or row[2])


def count_words(texts: Iterable[str]) -> WordCounts:
    """Of some items, each as the words of its search row: every word once, those of its title behind a dot."""
    items, items_alike, titles, titles_alike = [], [], [], []
    for text in texts:
        words = text.split()
        anywhere = sorted([word[1:] if word[0] == "." else word for word in words])
        in_title = sorted([word[1:] for word in words if word[0] == "."])
        items += anywhere
        items_alike += _alike(anywhere)
        titles += in_title
        titles_alike += _alike(in_title)
    return WordCounts(_less(Counter(items), Counter(items_alike)), _less(Counter(titles), Counter(titles_alike)))


def _alike(words: Sequence[str]) -> list[str]:
    return [_beginning(one, other) for one, other in pairwise(words) if one[0] == other[0]]


def _beginning(one: str, other: str) -> str:
    """What both begin with, of a word and one that sorts after it."""
    for place, (letter, beside) in enumerate(zip(one, other, strict=False)):
        if letter != beside:
            return one[:place]
    return one


def _less(counts: Mapping[str, int], others: Mapping[str, int]) -> dict[str, int]:
    less = dict(counts)
    for word, count in others.items():
        less[word] = less.get(word, 0) - count
    return less
