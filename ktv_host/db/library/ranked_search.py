"""Searches: what is found, and in which order. Both databases give the same.

First come titles that begin with what was searched, then series that do (in their order), then titles that hold all
words, then the rest; each by title. A few finds are sorted here; of many, each rank is read in the order of an index.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ktv_host.db.engine.database import Database
from ktv_host.db.engine.json_text import among, to_json
from ktv_host.db.library.filter import Condition
from ktv_host.db.library.search_row import Search
from ktv_host.db.library.search_sql import CountStatement, Statements
from ktv_host.domain.media import MediaId

FEW = 1_000
SOME = 2_000  # more than these are looked for in the order of titles rather than sorted


@dataclass(frozen=True, slots=True)
class Finds:
    """One page, and how many there are in all."""

    ids: list[MediaId]
    total: int


NOTHING = Finds([], 0)


@dataclass(frozen=True, slots=True)
class _Known:
    """What counts of words tell: how many items there are at most, and how many of them by their titles.

    ``exact``: not only at most. ``everywhere``: no other instance has any.
    """

    items: int
    titled: int
    exact: bool
    everywhere: bool


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

    async def find(
        self, search: Search, instances: Sequence[str] | None, others: Condition | None, *, limit: int, offset: int
    ) -> Finds:
        """``others`` is what else is wanted, of ``library_search AS s``; ``instances`` None means all of them."""
        if not search.words:
            return NOTHING
        known = await self._known(search, instances, exact=others is None)
        if not known.items:
            return NOTHING
        if others is None and instances is not None and not known.everywhere:
            given = {"instances": to_json(list(instances))}
            others = Condition(among(search.dialect, "s.instance_id", "instances"), given)
        sql = Statements(search, others)
        if known.items <= self._few or not known.exact:
            few = await self._few_finds(sql)
            if few is not None:
                return Finds([find.id for find in few[offset : offset + limit]], len(few))
        total = known.items if known.exact else await self._count(sql, sql.count)
        return Finds(await self._ranked(sql, known, total, limit, offset), total)

    async def _known(self, search: Search, instances: Sequence[str] | None, *, exact: bool) -> _Known:
        statement = CountStatement(search, instances)
        rows = await self._database.fetch_tuples(statement.sql, statement.values)
        return _Known(
            items=min(here for _, _, here, _ in rows),
            titled=min(titled for *_, titled in rows),
            exact=exact and len(rows) == 1,
            everywhere=any(anywhere == here for _, anywhere, here, _ in rows),
        )

    async def _few_finds(self, sql: Statements) -> list[_Find] | None:
        """All of them in order; None when they are not few."""
        rows = await self._database.fetch_tuples(sql.candidates, {**sql.values, "limit": self._few + 1})
        if len(rows) > self._few:
            return None
        found = [_Find(MediaId(i, k), title, series, bool(titled)) for i, k, title, series, titled in rows]
        return sorted(found, key=_rank(sql.search.begin))

    async def _ranked(self, sql: Statements, known: _Known, total: int, limit: int, offset: int) -> list[MediaId]:
        """One rank after the other, until there are enough."""
        wanted = offset + limit
        found = await self._read(sql, sql.titles_that_begin, wanted)
        if len(found) < wanted:
            found += await self._read(sql, sql.series_that_begin, wanted - len(found))
        if len(found) < wanted and known.titled:
            titled = known.titled
            if titled > self._some and not known.exact:
                titled = await self._count(sql, sql.count_titled)
            walk = titled - len(found) > self._some
            found += await self._read(sql, sql.titled(walk=walk), wanted - len(found))
        if len(found) < wanted:
            walk = total - len(found) > self._some
            found += await self._read(sql, sql.rest(walk=walk), wanted - len(found))
        return [MediaId(instance_id, key) for instance_id, key in found[offset:wanted]]

    async def _read(self, sql: Statements, statement: str, limit: int) -> list[tuple[str, str]]:
        return await self._database.fetch_tuples(statement, {**sql.values, "limit": limit})

    async def _count(self, sql: Statements, statement: str) -> int:
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
