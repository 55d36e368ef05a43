"""The log of library syncs."""

from collections.abc import Mapping
from datetime import datetime

from ktv_host.db.engine.database import Database
from ktv_host.db.engine.row import Row
from ktv_host.db.engine.times import from_ms, to_ms
from ktv_host.domain.sync import SyncLog

COLUMNS = "id, instance_id, started_at, finished_at, status, seen, added, updated, gone, error"


class SyncLogRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def start(self, instance_id: str, now: datetime) -> int:
        """A pass that still counts as running was cut off by a crash: nobody else syncs this instance now."""
        await self._database.execute(
            "UPDATE library_sync_log SET finished_at = :now, status = 'failed', error = 'the host stopped'"
            " WHERE instance_id = :instance_id AND status = 'running'",
            {"instance_id": instance_id, "now": to_ms(now)},
        )
        log_id: int = await self._database.execute(
            "INSERT INTO library_sync_log (instance_id, started_at, status, seen, added, updated, gone)"
            " VALUES (:instance_id, :now, 'running', 0, 0, 0, 0) RETURNING id",
            {"instance_id": instance_id, "now": to_ms(now)},
        )
        return log_id

    async def finish(  # noqa: PLR0917  the columns in their order
        self,
        log_id: int,
        now: datetime,
        status: str,
        seen: int,
        added: int,
        updated: int,
        gone: int,
        error: str | None = None,
    ) -> None:
        await self._database.execute(
            "UPDATE library_sync_log SET finished_at = :now, status = :status, seen = :seen, added = :added,"
            " updated = :updated, gone = :gone, error = :error WHERE id = :id",
            {
                "id": log_id,
                "now": to_ms(now),
                "status": status,
                "seen": seen,
                "added": added,
                "updated": updated,
                "gone": gone,
                "error": error,
            },
        )

    async def latest(self) -> Mapping[str, SyncLog]:
        """The last pass of each instance, also one that is running."""
        rows = await self._database.fetch_all(
            f"SELECT {COLUMNS} FROM library_sync_log"
            " WHERE id IN (SELECT MAX(id) FROM library_sync_log GROUP BY instance_id)"
        )
        return {row["instance_id"]: _log(row) for row in rows}

    async def failures(self, instance_id: str) -> int:
        """How many passes have failed since one went well."""
        found: int = await self._database.fetch_val(
            "SELECT COUNT(*) FROM library_sync_log WHERE instance_id = :instance_id AND status = 'failed'"
            " AND id > (SELECT COALESCE(MAX(id), 0) FROM library_sync_log"
            " WHERE instance_id = :instance_id AND status = 'ok')",
            {"instance_id": instance_id},
        )
        return found

    async def recent(self, instance_id: str, limit: int) -> list[SyncLog]:
        """Newest first."""
        rows = await self._database.fetch_all(
            f"SELECT {COLUMNS} FROM library_sync_log WHERE instance_id = :instance_id ORDER BY id DESC LIMIT :limit",
            {"instance_id": instance_id, "limit": limit},
        )
        return [_log(row) for row in rows]


def _log(row: Row) -> SyncLog:
    finished = row["finished_at"]
    return SyncLog(
        id=row["id"],
        instance_id=row["instance_id"],
        started_at=from_ms(row["started_at"]),
        finished_at=None if finished is None else from_ms(finished),
        status=row["status"],
        seen=row["seen"],
        added=row["added"],
        updated=row["updated"],
        gone=row["gone"],
        error=row["error"],
    )
