"""Activity: the events that happened, in the order of their ids."""

from ktv_host.db.engine.database import Database
from ktv_host.db.engine.json_text import from_json, to_json
from ktv_host.db.engine.row import Row
from ktv_host.db.engine.times import from_ms, to_ms
from ktv_host.domain.events import Event, EventKind

COLUMNS = "id, kind, at, message, channel_id, actor_id, data"
ORDER_LOCK = 0x4B2D4556  # any constant number: who stores events on PostgreSQL


class ActivityRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, event: Event) -> Event:
        """Store it and give it its id. Ids become visible in their order, so ``after`` misses none."""
        async with self._database.transaction():
            if self._database.dialect == "postgresql":
                # a sequence hands out ids before the commit; without this a later id could be seen first
                await self._database.fetch_val("SELECT pg_advisory_xact_lock(:lock)", {"lock": ORDER_LOCK})
            row = await self._database.fetch_one(
                "INSERT INTO activity (kind, at, message, channel_id, actor_id, data)"
                f" VALUES (:kind, :at, :message, :channel_id, :actor_id, :data) RETURNING {COLUMNS}",
                {
                    "kind": event.kind.value,
                    "at": to_ms(event.at),
                    "message": event.message,
                    "channel_id": event.channel_id,
                    "actor_id": event.actor_id,
                    "data": to_json(dict(event.data)),
                },
            )
        assert row is not None
        return _event(row)

    async def recent(self, limit: int, channel_id: str | None = None) -> list[Event]:
        """Newest first."""
        condition = "" if channel_id is None else " WHERE channel_id = :channel_id"
        rows = await self._database.fetch_all(
            f"SELECT {COLUMNS} FROM activity{condition} ORDER BY id DESC LIMIT :limit",
            {"limit": limit, "channel_id": channel_id},
        )
        return [_event(row) for row in rows]

    async def after(self, event_id: int, limit: int) -> list[Event]:
        """Oldest first."""
        rows = await self._database.fetch_all(
            f"SELECT {COLUMNS} FROM activity WHERE id > :id ORDER BY id LIMIT :limit", {"id": event_id, "limit": limit}
        )
        return [_event(row) for row in rows]


def _event(row: Row) -> Event:
    return Event(
        id=row["id"],
        kind=EventKind(row["kind"]),
        at=from_ms(row["at"]),
        message=row["message"],
        channel_id=row["channel_id"],
        actor_id=row["actor_id"],
        data=from_json(row["data"]),
    )
