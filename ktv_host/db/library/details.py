"""Markers and chapters, kept beside the library's items."""

from collections.abc import Collection as Keys
from collections.abc import Mapping, Sequence
from datetime import datetime

from ktv_host.db.engine.database import Database
from ktv_host.db.engine.json_text import among, from_json, to_json
from ktv_host.db.engine.times import to_ms
from ktv_host.db.library.item_row import readable
from ktv_host.domain.details import Chapter, ItemDetails, Marker, MarkerKind
from ktv_host.domain.media import MediaId


class DetailsRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, media_id: MediaId) -> ItemDetails:
        """Empty when nobody has asked the provider yet."""
        row = await self._database.fetch_one(
            "SELECT markers, chapters FROM library_details WHERE instance_id = :instance_id AND key = :key",
            {"instance_id": media_id.instance, "key": media_id.key},
        )
        return ItemDetails() if row is None else _details(row["markers"], row["chapters"])

    async def due(self, instance_id: str, *, stale: datetime, now: datetime, limit: int) -> list[str]:
        """Keys nobody asked about since the item changed or since ``stale``; what will be on air comes first."""
        rows = await self._database.fetch_tuples(
            "SELECT i.key FROM library_items AS i"
            " LEFT JOIN library_details AS d ON d.instance_id = i.instance_id AND d.key = i.key"
            " WHERE i.instance_id = :instance_id AND i.gone_at IS NULL"
            " AND (d.asked_at IS NULL OR d.asked_at < i.updated_at OR d.asked_at < :stale)"
            " ORDER BY CASE WHEN EXISTS (SELECT 1 FROM slots AS s"
            " WHERE s.item_id = i.instance_id || '::' || i.key AND s.end_at > :now) THEN 0 ELSE 1 END, i.key"
            " LIMIT :limit",
            {"instance_id": instance_id, "stale": to_ms(stale), "now": to_ms(now), "limit": limit},
        )
        return [key for (key,) in rows]

    async def save(self, instance_id: str, found: Mapping[str, ItemDetails], now: datetime) -> None:
        """Items that left the library meanwhile are passed over."""
        async with self._database.transaction():
            there = await self._there(instance_id, found)
            await self._database.execute_many(
                "INSERT INTO library_details (instance_id, key, markers, chapters, asked_at)"
                " VALUES (:instance_id, :key, :markers, :chapters, :asked_at)"
                " ON CONFLICT (instance_id, key) DO UPDATE SET markers = excluded.markers,"
                " chapters = excluded.chapters, asked_at = excluded.asked_at",
                [_values(instance_id, key, found[key], now) for key in there],
            )

    async def _there(self, instance_id: str, keys: Keys[str]) -> Sequence[str]:
        rows = await self._database.fetch_tuples(
            "SELECT key FROM library_items WHERE instance_id = :instance_id"
            f" AND {among(self._database.dialect, 'key', 'keys')} ORDER BY key",
            {"instance_id": instance_id, "keys": to_json(list(keys))},
        )
        return [key for (key,) in rows]


def _values(instance_id: str, key: str, details: ItemDetails, now: datetime) -> dict[str, object]:
    return {
        "instance_id": instance_id,
        "key": key,
        "markers": to_json([[m.kind.value, m.start_ms, m.end_ms] for m in details.markers]),
        "chapters": to_json([[c.start_ms, None if c.title is None else readable(c.title)] for c in details.chapters]),
        "asked_at": to_ms(now),
    }


def _details(markers: str, chapters: str) -> ItemDetails:
    return ItemDetails(
        tuple(Marker(MarkerKind(kind), start, end) for kind, start, end in from_json(markers)),
        tuple(Chapter(start, title) for start, title in from_json(chapters)),
    )
