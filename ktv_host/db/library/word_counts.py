"""Word counts: how many items a beginning of a word finds, without looking at any of them. Pure.

An item adds one to each of its words, and takes one from what each two neighbours among its words, sorted, begin with
alike. So the counts of all that begin as a search does add up to how many items it finds: of the words of an item that
begin so, which are neighbours, all but one are taken away again.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Self

_IN_TITLE = re.compile(r"\.(\w+)")


@dataclass(frozen=True, slots=True)
class WordCounts:
    """``titles`` counts words of titles, and takes nothing away: so many titles at most."""

    items: Mapping[str, int] = field(default_factory=dict)
    titles: Mapping[str, int] = field(default_factory=dict)

    def __sub__(self, other: Self) -> "WordCounts":
        return WordCounts(_less(self.items, other.items), _less(self.titles, other.titles))

    def rows(self) -> list[tuple[str, int, int]]:
        """Sorted: two writers meet at the same words in one order. What comes to nothing is left out."""
        titles = self.titles
        rows = [(word, count, titles.get(word, 0)) for word, count in self.items.items()]
        return sorted([row for row in rows if row[1] or row[2]])


def count_words(texts: Sequence[str]) -> WordCounts:
    """Of some items, each as the words of its search row: every word once, those of its title behind a dot."""
    together = " ".join(texts)
    items = Counter(together.replace(".", "").split())
    alike: list[str] = []
    for text in texts:
        words = sorted(text.replace(".", "").split())
        alike += [_beginning(one, other) for one, other in pairwise(words) if one[0] == other[0]]
    return WordCounts(_less(items, Counter(alike)), Counter(_IN_TITLE.findall(together)))


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
