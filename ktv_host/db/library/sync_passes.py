"""Passes under way: kept page by page, so that another process can go on and everybody can see how far it is."""

from collections.abc import Mapping, Sequence
from typing import Any

from ktv_host.db.engine.database import Database
from ktv_host.db.engine.json_text import texts_of, to_json
from ktv_host.db.engine.row import Row
from ktv_host.db.engine.times import from_ms, to_ms
from ktv_host.domain.sync import PassState, SyncPhase

COLUMNS = "started_at, phase, since, cursor, pages, seen, added, updated, total"
_NAMES = COLUMNS.split(", ")


class SyncPassRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, instance_id: str) -> PassState | None:
        row = await self._database.fetch_one(
            f"SELECT {COLUMNS} FROM library_passes WHERE instance_id = :instance_id", {"instance_id": instance_id}
        )
        return None if row is None else _state(row)

    async def all(self) -> Mapping[str, PassState]:
        rows = await self._database.fetch_all(f"SELECT instance_id, {COLUMNS} FROM library_passes")
        return {row["instance_id"]: _state(row) for row in rows}

    async def begin(self, instance_id: str, state: PassState) -> None:
        """Whatever was under way is forgotten."""
        async with self._database.transaction():
            await self.drop(instance_id)
            await self._database.execute(
                f"INSERT INTO library_passes (instance_id, {COLUMNS})"
                f" VALUES (:instance_id, {', '.join(f':{name}' for name in _NAMES)})",
                _values(instance_id, state),
            )

    async def advance(self, instance_id: str, state: PassState, keys: Sequence[str] = ()) -> bool:
        """``keys`` are what the page listed. False when the pass was dropped meanwhile: then nothing is written."""
        async with self._database.transaction():
            changes = ", ".join(f"{name} = :{name}" for name in _NAMES)
            found: int = await self._database.execute(
                f"UPDATE library_passes SET {changes} WHERE instance_id = :instance_id", _values(instance_id, state)
            )
            if found and keys:
                await self._database.execute(
                    "INSERT INTO library_pass_keys (instance_id, page, keys) VALUES (:instance_id, :page, :keys)"
                    " ON CONFLICT (instance_id, page) DO UPDATE SET keys = excluded.keys",
                    {"instance_id": instance_id, "page": state.pages, "keys": to_json(list(keys))},
                )
        return bool(found)

    async def missing(self, instance_id: str) -> set[str]:
        """Keys of present items that no page of the pass listed."""
        rows = await self._database.fetch_tuples(
            "SELECT key FROM library_items WHERE instance_id = :instance_id AND gone_at IS NULL"
            f" EXCEPT SELECT value FROM library_pass_keys, {self._listed} WHERE instance_id = :instance_id",
            {"instance_id": instance_id},
        )
        return {key for (key,) in rows}

    async def seen(self, instance_id: str) -> int:
        """How many keys were listed, each counted once."""
        found: int = await self._database.fetch_val(
            f"SELECT COUNT(DISTINCT value) FROM library_pass_keys, {self._listed} WHERE instance_id = :instance_id",
            {"instance_id": instance_id},
        )
        return found

    async def drop(self, instance_id: str) -> None:
        async with self._database.transaction():
            for table in ("library_passes", "library_pass_keys"):
                await self._database.execute(
                    f"DELETE FROM {table} WHERE instance_id = :instance_id", {"instance_id": instance_id}
                )

    @property
    def _listed(self) -> str:
        return texts_of(self._database.dialect, "library_pass_keys.keys")


def _values(instance_id: str, state: PassState) -> dict[str, Any]:
    return {
        "instance_id": instance_id,
        "started_at": to_ms(state.started_at),
        "phase": state.phase.value,
        "since": state.since,
        "cursor": state.cursor,
        "pages": state.pages,
        "seen": state.seen,
        "added": state.added,
        "updated": state.updated,
        "total": state.total,
    }


def _state(row: Row) -> PassState:
    return PassState(
        started_at=from_ms(row["started_at"]),
        phase=SyncPhase(row["phase"]),
        since=row["since"],
        cursor=row["cursor"],
        pages=row["pages"],
        seen=row["seen"],
        added=row["added"],
        updated=row["updated"],
        total=row["total"],
    )
