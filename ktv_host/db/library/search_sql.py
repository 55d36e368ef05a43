"""The SQL of one search. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ktv_host.db.engine.json_text import among, to_json
from ktv_host.db.library.filter import Condition
from ktv_host.db.library.search_row import AFTER, Search

AFTER_WORDS = "~"  # sorts behind what words of the index are made of


@dataclass(frozen=True, slots=True)
class CountStatement:
    """How many items have each word, in all instances, in those that are asked, and in titles of those.

    One row a word, in their order. They are added up, no item is looked at.
    """

    search: Search
    instances: Sequence[str] | None

    @property
    def sql(self) -> str:
        here = "TRUE" if self.instances is None else among(self.search.dialect, "instance_id", "instances")
        sums = ", ".join(
            f"COALESCE(SUM({count}), 0)"
            for count in ("items", f"CASE WHEN {here} THEN items END", f"CASE WHEN {here} THEN titles END")
        )
        return " UNION ALL ".join(
            f"SELECT {number} AS number, {sums} FROM library_words WHERE word >= :from{number} AND word < :to{number}"
            for number in range(len(self.search.words))
        )

    @property
    def values(self) -> dict[str, Any]:
        values: dict[str, Any] = {} if self.instances is None else {"instances": to_json(list(self.instances))}
        for number, word in enumerate(self.search.begins):
            values |= {f"from{number}": word, f"to{number}": word + AFTER_WORDS}
        return values


@dataclass(frozen=True, slots=True)
class Statements:
    """``where`` is what else is wanted, of ``library_search AS s``; None when nothing is."""

    search: Search
    where: Condition | None

    @property
    def values(self) -> dict[str, Any]:
        search = self.search
        return {
            **(self.where.values if self.where is not None else {}),
            "words": search.anywhere,
            "title_words": search.in_title,
            "begin": search.begin,
            "after": search.begin + AFTER,
            **_patterns(search.begins if self._sqlite else ()),
        }

    @property
    def candidates(self) -> str:
        titled = self._titled_row if self._sqlite else self._matches("title_words")
        return self._select(f"s.instance_id, s.key, s.title, s.series, {titled}", self._matches("words"))

    @property
    def count(self) -> str:
        return self._count("words")

    @property
    def count_titled(self) -> str:
        return self._count("title_words")

    @property
    def titles_that_begin(self) -> str:
        return self._stage(_TITLE_BEGINS, "title")

    @property
    def series_that_begin(self) -> str:
        return self._stage(f"{_SERIES_BEGINS} AND NOT ({_TITLE_BEGINS})", "series")

    def titled(self, *, walk: bool) -> str:
        """The rest of those with all words in the title. A walk asks each row on the way through the titles."""
        matches = self._titled_row if walk else self._matches("title_words")
        return self._stage(f"{matches} AND {_BEGINS_OTHERWISE}", "title")

    def rest(self, *, walk: bool) -> str:
        matches = self._row if walk else self._matches("words")
        return self._stage(f"{matches} AND NOT {self._titled_row} AND {_BEGINS_OTHERWISE}", "title")

    @property
    def _sqlite(self) -> bool:
        return self.search.dialect == "sqlite"

    def _count(self, words: str) -> str:
        if self._sqlite and self.where is None:
            return f"SELECT COUNT(*) FROM library_fts WHERE library_fts MATCH :{words}"
        return f"SELECT COUNT(*) FROM library_search AS s WHERE {self._matches(words)}{self._and_where}"

    def _stage(self, condition: str, order: str) -> str:
        return self._select("s.instance_id, s.key", condition, f" ORDER BY s.{order}")

    def _select(self, columns: str, condition: str, order: str = "") -> str:
        return f"SELECT {columns} FROM library_search AS s WHERE {condition}{self._and_where}{order} LIMIT :limit"

    @property
    def _and_where(self) -> str:
        return "" if self.where is None else f" AND {self.where.sql}"

    def _matches(self, words: str) -> str:
        """Asked of the index of words."""
        if self._sqlite:
            return f"s.id IN (SELECT rowid FROM library_fts WHERE library_fts MATCH :{words})"
        return f"s.words @@ CAST(:{words} AS tsquery)"

    @property
    def _row(self) -> str:
        """The same asked of a row, for all words anywhere."""
        if not self._sqlite:
            return _asked_of_the_row("words")
        return self._patterned("(s.words LIKE :pattern{0} OR s.words LIKE :title_pattern{0})")

    @property
    def _titled_row(self) -> str:
        """And for all words in the title."""
        return self._patterned("s.words LIKE :title_pattern{0}") if self._sqlite else _asked_of_the_row("title_words")

    def _patterned(self, each: str) -> str:
        return f"({' AND '.join(each.format(number) for number in range(len(self.search.words)))})"


def _asked_of_the_row(words: str) -> str:
    """PostgreSQL uses no index for what is written so."""
    return f"((s.words @@ CAST(:{words} AS tsquery)) IS TRUE)"


def _patterns(begins: Sequence[str]) -> dict[str, str]:
    marks = {"pattern": "", "title_pattern": "."}
    return {f"{name}{number}": f"% {mark}{word}%" for name, mark in marks.items() for number, word in enumerate(begins)}


_TITLE_BEGINS = "s.title >= :begin AND s.title < :after"
_SERIES_BEGINS = "s.series >= :begin AND s.series < :after"
_BEGINS_OTHERWISE = f"NOT ({_TITLE_BEGINS}) AND NOT COALESCE({_SERIES_BEGINS}, FALSE)"
