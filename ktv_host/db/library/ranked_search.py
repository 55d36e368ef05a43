"""Searches: what is found, and in which order. Both databases give the same.

First come titles that begin with what was searched, then series that do (in their order), then titles that hold all
words, then the rest; each by title. A few finds are sorted here; of many, each rank is read in the order of an index.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ktv_host.db.engine.database import Database
from ktv_host.db.library.filter import Condition
from ktv_host.db.library.search_row import AFTER, Search, encoded
from ktv_host.domain.media import MediaId

FEW = 1_000
SOME = 5_000  # more than these are looked for in the order of titles rather than sorted


@dataclass(frozen=True, slots=True)
class Finds:
    """One page, and how many there are in all."""

    ids: list[MediaId]
    total: int


@dataclass(frozen=True, slots=True)
class _Find:
    id: MediaId
    title: str
    series: str | None
    titled: bool


class RankedSearch:
    def __init__(self, database: Database, *, few: int = FEW, some: int = SOME) -> None:
        self._database = database
        self._few = few
        self._some = some

    async def find(self, search: Search, where: Condition, *, limit: int, offset: int) -> Finds:
        """``where`` is what else is wanted, of ``library_search AS s``."""
        if not search.words:
            return Finds([], 0)
        sql = Statements(search, where)
        total = await self._count(sql, sql.count("words"))
        if total <= self._few:
            rows = await self._database.fetch_tuples(sql.candidates, {**sql.values, "limit": self._few})
            found = [_Find(MediaId(i, k), title, series, bool(titled)) for i, k, title, series, titled in rows]
            found.sort(key=_rank(search.begin))
            return Finds([find.id for find in found[offset : offset + limit]], total)
        ids = await self._ranks(sql, total, offset + limit)
        return Finds(ids[offset : offset + limit], total)

    async def _ranks(self, sql: "Statements", total: int, wanted: int) -> list[MediaId]:
        """One rank after the other, until there are enough."""
        found = await self._read(sql, sql.titles_that_begin, wanted)
        if len(found) < wanted:
            found += await self._read(sql, sql.series_that_begin, wanted - len(found))
        if len(found) < wanted:
            titled = await self._count(sql, sql.count("title_words"))
            found += await self._read(sql, sql.titled(walk=titled > self._some), wanted - len(found))
            if len(found) < wanted:
                least = total - titled - await self._count(sql, sql.count_series)
                found += await self._read(sql, sql.rest(walk=least > self._some), wanted - len(found))
        return found

    async def _read(self, sql: "Statements", statement: str, limit: int) -> list[MediaId]:
        rows = await self._database.fetch_tuples(statement, {**sql.values, "limit": limit})
        return [MediaId(instance_id, key) for instance_id, key in rows]

    async def _count(self, sql: "Statements", statement: str) -> int:
        counted: int = await self._database.fetch_val(statement, sql.values)
        return counted


def _rank(begin: str) -> Callable[[_Find], tuple[int, str]]:
    def rank(find: _Find) -> tuple[int, str]:
        if find.title.startswith(begin):
            return 0, find.title
        if find.series is not None and find.series.startswith(begin):
            return 1, find.series
        return (2 if find.titled else 3), find.title

    return rank


@dataclass(frozen=True, slots=True)
class Statements:
    """The SQL of one search."""

    search: Search
    where: Condition

    @property
    def values(self) -> dict[str, Any]:
        search = self.search
        return {
            **self.where.values,
            "words": search.anywhere,
            "title_words": search.in_title,
            "begin": search.begin,
            "after": search.begin + AFTER,
            **_patterns(search.words if self._sqlite else ()),
        }

    @property
    def candidates(self) -> str:
        titled = self._walked(".") if self._sqlite else _MATCHES["postgresql"].format("title_words")
        return self._select(f"s.instance_id, s.key, s.title, s.series, {titled}", self._matches("words"))

    def count(self, words: str) -> str:
        if self._sqlite and self.where.sql == "TRUE":
            return f"SELECT COUNT(*) FROM library_fts WHERE library_fts MATCH :{words}"
        return f"SELECT COUNT(*) FROM library_search AS s WHERE {self._matches(words)} AND {self.where.sql}"

    @property
    def count_series(self) -> str:
        return f"SELECT COUNT(*) FROM library_search AS s WHERE {_SERIES_BEGINS} AND {self.where.sql}"

    @property
    def titles_that_begin(self) -> str:
        return self._stage(_TITLE_BEGINS, "title")

    @property
    def series_that_begin(self) -> str:
        return self._stage(f"{_SERIES_BEGINS} AND NOT ({_TITLE_BEGINS})", "series")

    def titled(self, *, walk: bool) -> str:
        matches = self._walked(".") if walk else self._matches("title_words")
        return self._stage(f"{matches} AND {_BEGINS_OTHERWISE}", "title")

    def rest(self, *, walk: bool) -> str:
        matches = self._walked("") if walk else self._matches("words")
        return self._stage(f"{matches} AND NOT ({self._walked('.')}) AND {_BEGINS_OTHERWISE}", "title")

    @property
    def _sqlite(self) -> bool:
        return self.search.dialect == "sqlite"

    def _stage(self, condition: str, order: str) -> str:
        return self._select("s.instance_id, s.key", condition, f" ORDER BY s.{order}")

    def _select(self, columns: str, condition: str, order: str = "") -> str:
        return f"SELECT {columns} FROM library_search AS s WHERE {condition} AND {self.where.sql}{order} LIMIT :limit"

    def _matches(self, words: str) -> str:
        return _MATCHES[self.search.dialect].format(words)

    def _walked(self, mark: str) -> str:
        """The same, asked of each row on the way through an index."""
        if not self._sqlite:
            return self._matches("title_words" if mark else "words")
        name = "title_pattern" if mark else "pattern"
        return " AND ".join(f"s.words LIKE :{name}{number}" for number in range(len(self.search.words)))


def _patterns(words: Sequence[str]) -> dict[str, str]:
    marks = {"pattern": "", "title_pattern": "."}
    return {
        f"{name}{number}": f"% {mark}{encoded(word)}%"
        for name, mark in marks.items()
        for number, word in enumerate(words)
    }


_MATCHES = {
    "sqlite": "s.id IN (SELECT rowid FROM library_fts WHERE library_fts MATCH :{})",
    "postgresql": "s.words @@ CAST(:{} AS tsquery)",
}
_TITLE_BEGINS = "s.title >= :begin AND s.title < :after"
_SERIES_BEGINS = "s.series >= :begin AND s.series < :after"
_BEGINS_OTHERWISE = f"NOT ({_TITLE_BEGINS}) AND NOT COALESCE({_SERIES_BEGINS}, FALSE)"
