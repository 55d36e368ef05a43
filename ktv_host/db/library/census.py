"""The library in numbers, counted by the database: a group of items alike is one row."""

import asyncio
from collections.abc import Sequence
from typing import Any

from ktv_host.db.engine.database import Database
from ktv_host.db.engine.json_text import among, from_json, to_json
from ktv_host.db.library.filter import condition
from ktv_host.db.library.item_row import KINDS
from ktv_host.domain.facets import (
    KIDS_RATINGS,
    ItemGroup,
    LibraryFacets,
    collection_facets,
    facets,
    series_facets,
)
from ktv_host.domain.filter import MediaFilter
from ktv_host.domain.media import Collection

SUMS = "COUNT(*), CAST(SUM(i.duration_secs) AS BIGINT)"


class LibraryCensus:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, instances: Sequence[str]) -> LibraryFacets:
        """Of everything these instances have that can be scheduled."""
        # PostgreSQL groups by the place in the list: two equal expressions with parameters are not the same to it
        for_all = (
            "CASE WHEN i.rating IS NULL THEN NULL"
            f" WHEN {among(self._database.dialect, 'LOWER(i.rating)', 'kids')} THEN 1 ELSE 0 END"
        )
        groups, series, held, collections = await asyncio.gather(  # each scans the library, on a connection of its own
            self._grouped(f"i.content_type, i.genres, i.year / 10 * 10, {for_all}", 4, instances),
            self._grouped("i.series_name", 1, instances, "i.series_name IS NOT NULL"),
            self._grouped("i.collections", 1, instances),
            self._listed(instances),
        )
        return await asyncio.to_thread(_facets, groups, series, held, collections)

    async def mark(self, instances: Sequence[str]) -> tuple[Any, ...]:
        """Equal as long as a census would be the same: a tenth of its work."""
        where = condition(MediaFilter(), instances, self._database.dialect)
        items = await self._database.fetch_tuples(
            "SELECT COUNT(*), MAX(i.updated_at), CAST(SUM(i.duration_ms) AS BIGINT) FROM library_items AS i"
            f" WHERE {where.sql}",
            where.values,
        )
        return (*instances, *items[0], *await self._listed(instances))

    async def _listed(self, instances: Sequence[str]) -> list[tuple[Any, ...]]:
        return await self._database.fetch_tuples(
            "SELECT id, name, collection_type FROM library_collections"
            f" WHERE {among(self._database.dialect, 'instance_id', 'instances')} ORDER BY instance_id, position",
            {"instances": to_json(list(instances))},
        )

    async def _grouped(
        self, columns: str, number: int, instances: Sequence[str], extra: str = "TRUE"
    ) -> list[tuple[Any, ...]]:
        where = condition(MediaFilter(), instances, self._database.dialect)
        places = ", ".join(map(str, range(1, number + 1)))
        return await self._database.fetch_tuples(
            f"SELECT {columns}, {SUMS} FROM library_items AS i WHERE {where.sql} AND i.duration_secs >= 1 AND {extra}"
            f" GROUP BY {places}",
            {**where.values, "kids": to_json(sorted(KIDS_RATINGS))},
        )


def _facets(
    groups: Sequence[Sequence[Any]],
    series: Sequence[Sequence[Any]],
    held: Sequence[Sequence[Any]],
    collections: Sequence[Sequence[Any]],
) -> LibraryFacets:
    genres = {text: tuple(from_json(text)) for text in {row[1] for row in groups}}
    return facets(
        [
            ItemGroup(KINDS[kind], genres[listed], year, None if for_all is None else bool(for_all), items, seconds)
            for kind, listed, year, for_all, items, seconds in groups
        ],
        series_facets((name, items, seconds) for name, items, seconds in series),
        collection_facets(
            ((from_json(ids), items, seconds) for ids, items, seconds in held),
            [Collection(*row) for row in collections],
        ),
    )
