"""Sealed: the columns that hold secrets, encrypted as the box does it that somebody hands in."""

from collections.abc import Mapping
from typing import Protocol

from ktv_host.db.engine.database import Database
from ktv_host.errors import ConfigurationError

SEALED = {"provider_configs": "config", "channels": "webhook_headers"}  # a JSON object per row


class Box(Protocol):
    """Turns a text into one that tells nothing, and back."""

    def seal_once(self, text: str) -> str:
        """A text that is sealed already stays as it is."""
        ...

    def open(self, sealed: str) -> str:
        """A text that was never sealed is itself. Raises ConfigurationError without the key."""
        ...


class SealedColumns:
    """Rows as they are stored, for whoever renews the seals. ``table`` is one of SEALED."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ids(self, table: str) -> list[str]:
        rows = await self._database.fetch_tuples(f"SELECT id FROM {table} ORDER BY id")
        return [row[0] for row in rows]

    async def get(self, table: str, row_id: str) -> str | None:
        found: str | None = await self._database.fetch_val(
            f"SELECT {SEALED[table]} FROM {table} WHERE id = :id", {"id": row_id}
        )
        return found

    async def swap(self, table: str, row_id: str, old: str, new: str) -> bool:
        """False, and nothing changes, when it is not ``old`` any more."""
        column = SEALED[table]
        changed: int = await self._database.execute(
            f"UPDATE {table} SET {column} = :new WHERE id = :id AND {column} = :old",
            {"id": row_id, "old": old, "new": new},
        )
        return changed > 0


def seal_all(values: Mapping[str, str], box: Box | None) -> dict[str, str]:
    return dict(values) if box is None else {name: box.seal_once(value) for name, value in values.items()}


def open_all(values: Mapping[str, str], box: Box | None) -> dict[str, str]:
    """What cannot be opened stays sealed: a lost key makes a value useless, not its row."""
    if box is None:
        return dict(values)
    opened = {}
    for name, value in values.items():
        try:
            opened[name] = box.open(value)
        except ConfigurationError:
            opened[name] = value
    return opened
