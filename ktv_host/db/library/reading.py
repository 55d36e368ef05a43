"""The library, read: browsing, filtering and the pools schedules are made from."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

from ktv_host.db.engine.database import Database
from ktv_host.db.engine.json_text import among, to_json
from ktv_host.db.library.filter import PRESENT, Condition, condition
from ktv_host.db.library.item_row import ITEM_COLUMNS, library_item
from ktv_host.db.library.ranked_search import RankedSearch
from ktv_host.db.library.search_row import search_for
from ktv_host.db.library.series_row import summaries
from ktv_host.domain.filter import MediaFilter
from ktv_host.domain.media import Collection, ContentType, LibraryItem, MediaId
from ktv_host.domain.pool import PoolCounts, PoolItem
from ktv_host.domain.series import SeriesSummary

Order = Literal["library", "title", "added", "duration"]

ORDERS: dict[Order, str] = {
    "library": "i.sort_key",
    "title": "i.sort_title",
    "added": "i.added_at DESC, i.sort_key DESC",
    "duration": "COALESCE(i.duration_ms, 0) DESC, i.sort_key",
}
POOL_COLUMNS = (
    "i.instance_id || '::' || i.key, i.duration_secs, i.title, i.series_name, i.season_number, i.episode_number,"
    " i.episode_number_end"
)
SCHEDULABLE = f"{PRESENT} AND i.duration_secs >= 1"
LARGE = 2_000  # rows; making more values than this happens beside the event loop


class LibrarySearch:
    """Everywhere ``instances`` None means all of them. What is gone is not found, unless a method says so."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._ranked = RankedSearch(database)

    async def get(self, ids: Sequence[MediaId]) -> dict[str, LibraryItem]:
        """By media id in full; also what is gone, as long as the library remembers it."""
        rows = await self._by_ids(ids, ITEM_COLUMNS)
        return {str(item.id): item for item in map(library_item, rows)}

    async def holders(self, key: str) -> list[str]:
        """The instances that have an item with this key: from one to the next in the index of all items."""
        rows = await self._database.fetch_tuples(
            "WITH RECURSIVE has(id) AS (SELECT MIN(instance_id) FROM library_items UNION ALL"
            " SELECT (SELECT MIN(instance_id) FROM library_items WHERE instance_id > has.id)"
            " FROM has WHERE has.id IS NOT NULL)"
            " SELECT i.instance_id FROM has JOIN library_items AS i ON i.instance_id = has.id AND i.key = :key"
            f" WHERE {PRESENT} ORDER BY i.instance_id",
            {"key": key},
        )
        return [instance_id for (instance_id,) in rows]

    async def items(
        self,
        wanted: MediaFilter,
        *,
        instances: Sequence[str] | None = None,
        order: Order = "library",
        limit: int = 50,
        offset: int = 0,
    ) -> list[LibraryItem]:
        where = condition(wanted, instances, self._database.dialect)
        rows = await self._database.fetch_tuples(
            f"SELECT {ITEM_COLUMNS} FROM library_items AS i WHERE {where.sql} ORDER BY {ORDERS[order]}"
            " LIMIT :limit OFFSET :offset",
            {**where.values, "limit": limit, "offset": offset},
        )
        return [library_item(row) for row in rows]

    async def find(
        self, wanted: MediaFilter, instances: Sequence[str] | None = None, *, limit: int = 50, offset: int = 0
    ) -> tuple[list[LibraryItem], int]:
        """What ``search_term`` finds, best first, and how many there are in all."""
        search = search_for(wanted.search_term, self._database.dialect)
        if search is None:
            raise ValueError("there is nothing to search for")
        others = self._others(wanted, instances)
        async with self._database.transaction(readonly=True):  # what is counted, ranked and read is of one moment
            found = await self._ranked.find(search, instances, others, limit=limit, offset=offset)
            items = await self.get(found.ids)
        return [items[str(media_id)] for media_id in found.ids if str(media_id) in items], found.total

    def _others(self, wanted: MediaFilter, instances: Sequence[str] | None) -> Condition | None:
        """What else than words is wanted, of a row of the search index."""
        others = replace(wanted, search_term=None)
        if others == MediaFilter():
            return None
        where = condition(others, instances, self._database.dialect)
        return Condition(
            "EXISTS (SELECT 1 FROM library_items AS i WHERE i.instance_id = s.instance_id AND i.key = s.key"
            f" AND {where.sql})",
            where.values,
        )

    async def count(self, wanted: MediaFilter, instances: Sequence[str] | None = None) -> int:
        if wanted == MediaFilter():
            return await self._count_all(instances)
        where = condition(wanted, instances, self._database.dialect)
        found: int = await self._database.fetch_val(
            f"SELECT COUNT(*) FROM library_items AS i WHERE {where.sql}", where.values
        )
        return found

    async def _count_all(self, instances: Sequence[str] | None) -> int:
        """All less the few that are gone: both are counted in an index, without a look at any row."""
        dialect = self._database.dialect
        gone = "+instance_id" if dialect == "sqlite" else "instance_id"  # by the index of what is gone
        all_of, gone_of = (
            "TRUE" if instances is None else among(dialect, column, "instances") for column in ("instance_id", gone)
        )
        found: int = await self._database.fetch_val(
            f"SELECT (SELECT COUNT(*) FROM library_items WHERE {all_of})"
            f" - (SELECT COUNT(*) FROM library_items WHERE gone_at IS NOT NULL AND {gone_of})",
            {"instances": to_json(list(instances or ()))},
        )
        return found

    async def pool_counts(self, wanted: MediaFilter, instances: Sequence[str], longest_secs: int) -> PoolCounts:
        """How many of what matches can air in a window of that length."""
        where = condition(wanted, instances, self._database.dialect)
        ((matching, timed, fitting),) = await self._database.fetch_tuples(
            "SELECT COUNT(*), COUNT(CASE WHEN i.duration_secs >= 1 THEN 1 END),"
            " COUNT(CASE WHEN i.duration_secs BETWEEN 1 AND :longest THEN 1 END)"
            f" FROM library_items AS i WHERE {where.sql}",
            {**where.values, "longest": longest_secs},
        )
        return PoolCounts(size=fitting, too_long=timed - fitting, unknown_length=matching - timed)

    async def any_items(self, instances: Sequence[str] | None = None) -> bool:
        """Whether there is anything at all."""
        where = condition(MediaFilter(), instances, self._database.dialect)
        found = await self._database.fetch_val(
            f"SELECT 1 FROM library_items AS i WHERE {where.sql} LIMIT 1", where.values
        )
        return found is not None

    async def pool(self, wanted: MediaFilter, instances: Sequence[str] | None = None) -> list[PoolItem]:
        """What can be scheduled, in library order (``domain.pool.item_order``)."""
        where = condition(wanted, instances, self._database.dialect)
        rows = await self._database.fetch_tuples(
            f"SELECT {POOL_COLUMNS} FROM library_items AS i WHERE {where.sql} AND i.duration_secs >= 1"
            " ORDER BY i.sort_key",
            where.values,
        )
        return _pool_items(rows) if len(rows) < LARGE else await asyncio.to_thread(_pool_items, rows)

    async def pool_by_ids(self, ids: Sequence[MediaId]) -> dict[str, PoolItem]:
        """Those of the ids that can be scheduled."""
        rows = await self._by_ids(ids, POOL_COLUMNS, SCHEDULABLE)
        return {item.id: item for item in _pool_items(rows)}

    async def genres(
        self, content_type: ContentType | None = None, instances: Sequence[str] | None = None
    ) -> list[str]:
        """Each once, as one of the providers writes it."""
        where = condition(MediaFilter(content_type=content_type), instances, self._database.dialect)
        rows = await self._database.fetch_tuples(
            "SELECT (SELECT t.label FROM library_terms AS t WHERE t.kind = 'genre' AND t.term = g.term"
            f" AND EXISTS (SELECT 1 FROM library_items AS i WHERE i.term_set = t.set_id AND {where.sql})"
            " ORDER BY t.label LIMIT 1)"
            " FROM (SELECT DISTINCT term FROM library_terms WHERE kind = 'genre') AS g ORDER BY g.term",
            where.values,
        )
        return [label for (label,) in rows if label is not None]

    async def series(
        self, collection: str | None = None, instances: Sequence[str] | None = None
    ) -> list[SeriesSummary]:
        """In order of name; the same name at two instances is two series."""
        wanted = MediaFilter(collections=() if collection is None else (collection,))
        where = condition(wanted, instances, self._database.dialect)
        rows = await self._database.fetch_tuples(
            "SELECT i.instance_id, i.series_name, i.season_number, i.genres, COUNT(*), MIN(i.year)"
            f" FROM library_items AS i WHERE {where.sql} AND i.series_name IS NOT NULL"
            " GROUP BY i.instance_id, i.series_name, i.season_number, i.genres",
            where.values,
        )
        return summaries(rows) if len(rows) < LARGE else await asyncio.to_thread(summaries, rows)

    async def collections(self, instances: Sequence[str] | None = None) -> list[tuple[str, Collection]]:
        """With the instance each belongs to, in its provider's order."""
        only = "" if instances is None else f" WHERE {among(self._database.dialect, 'instance_id', 'instances')}"
        rows = await self._database.fetch_tuples(
            f"SELECT instance_id, id, name, collection_type FROM library_collections{only}"
            " ORDER BY instance_id, position",
            {"instances": to_json(list(instances or ()))},
        )
        return [(instance_id, Collection(*rest)) for instance_id, *rest in rows]

    async def _by_ids(self, ids: Sequence[MediaId], columns: str, extra: str = "TRUE") -> list[tuple[Any, ...]]:
        """One statement per instance: its keys are one list."""
        by_instance: dict[str, list[str]] = {}
        for media_id in ids:
            by_instance.setdefault(media_id.instance, []).append(media_id.key)
        rows: list[tuple[Any, ...]] = []
        for instance_id, keys in by_instance.items():
            rows += await self._database.fetch_tuples(
                f"SELECT {columns} FROM library_items AS i WHERE i.instance_id = :instance_id"
                f" AND {among(self._database.dialect, 'i.key', 'keys')} AND {extra}",
                {"instance_id": instance_id, "keys": to_json(keys)},
            )
        return rows


def _pool_items(rows: Sequence[Sequence[Any]]) -> list[PoolItem]:
    return [PoolItem(*row) for row in rows]
