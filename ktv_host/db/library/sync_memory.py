"""What later passes over an instance need of former ones."""

from datetime import datetime

from ktv_host.db.engine.database import Database
from ktv_host.db.engine.json_text import from_json, to_json
from ktv_host.db.engine.times import from_ms, to_ms
from ktv_host.domain.removal import Doubt
from ktv_host.domain.sync import SyncMemory


class SyncMemoryRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, instance_id: str) -> SyncMemory:
        row = await self._database.fetch_one(
            "SELECT token, completed_at, synced_at, doubt_since, doubt_keys FROM library_sync_memory"
            " WHERE instance_id = :instance_id",
            {"instance_id": instance_id},
        )
        if row is None:
            return SyncMemory()
        since = _moment(row["doubt_since"])
        return SyncMemory(
            token=row["token"],
            completed_at=_moment(row["completed_at"]),
            synced_at=_moment(row["synced_at"]),
            doubt=None if since is None else Doubt(since, frozenset(from_json(row["doubt_keys"]))),
        )

    async def save(self, instance_id: str, memory: SyncMemory) -> None:
        doubt = memory.doubt
        await self._database.execute(
            "INSERT INTO library_sync_memory (instance_id, token, completed_at, synced_at, doubt_since, doubt_keys)"
            " VALUES (:instance_id, :token, :completed_at, :synced_at, :doubt_since, :doubt_keys)"
            " ON CONFLICT (instance_id) DO UPDATE SET token = excluded.token, completed_at = excluded.completed_at,"
            " synced_at = excluded.synced_at, doubt_since = excluded.doubt_since, doubt_keys = excluded.doubt_keys",
            {
                "instance_id": instance_id,
                "token": memory.token,
                "completed_at": None if memory.completed_at is None else to_ms(memory.completed_at),
                "synced_at": None if memory.synced_at is None else to_ms(memory.synced_at),
                "doubt_since": None if doubt is None else to_ms(doubt.since),
                "doubt_keys": None if doubt is None else to_json(sorted(doubt.keys)),
            },
        )

    async def forget(self, instance_id: str) -> None:
        await self._database.execute(
            "DELETE FROM library_sync_memory WHERE instance_id = :instance_id", {"instance_id": instance_id}
        )


def _moment(ms: int | None) -> datetime | None:
    return None if ms is None else from_ms(ms)
