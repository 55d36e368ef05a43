"""The index: what is known about every file of one instance. All SQL of this plugin is here, scoped per instance."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import IntEnum
from typing import Any, cast

from ktv_host.hooks import Chapter, MediaProbe, PluginDatabase
from ktv_localfiles.naming.release import readable
from ktv_localfiles.notes import Notes, read_faults

_AT_ONCE = 500  # parameters of one query
_TAG_CHARACTERS = 4000

_ALL = """
SELECT path, item_key, size, mtime_ns, sidecars,
       CASE WHEN missing_since IS NOT NULL THEN 3 WHEN problem IS NOT NULL THEN 2
            WHEN changed > :since THEN 1 ELSE 0 END
FROM local_files_index WHERE provider_id = :instance
"""
_LAST = "SELECT MAX(changed) AS last FROM local_files_index WHERE provider_id = :instance"
_WRITE = """
INSERT INTO local_files_index
    (provider_id, path, item_key, size, mtime_ns, head_hash, probe, problem, changed, missing_since,
     sidecars, artwork, nfo, faults, guess)
VALUES (:instance, :path, :key, :size, :mtime_ns, :head_hash, :probe, :problem, :changed, NULL,
        :sidecars, :artwork, :nfo, :faults, :guess)
ON CONFLICT (provider_id, path) DO UPDATE SET
    item_key = excluded.item_key, size = excluded.size, mtime_ns = excluded.mtime_ns, head_hash = excluded.head_hash,
    probe = excluded.probe, problem = excluded.problem, changed = excluded.changed, missing_since = NULL,
    sidecars = excluded.sidecars, artwork = excluded.artwork, nfo = excluded.nfo, faults = excluded.faults,
    guess = excluded.guess
"""
_MOVE = """
UPDATE local_files_index SET path = :path, changed = :changed, missing_since = NULL,
    sidecars = :sidecars, artwork = :artwork, nfo = :nfo, faults = :faults, guess = :guess
WHERE provider_id = :instance AND item_key = :key
"""
_MISSING = "UPDATE local_files_index SET missing_since = :now WHERE provider_id = :instance AND path = :path"
_RESPELL = "UPDATE local_files_index SET path = :new WHERE provider_id = :instance AND path = :old"
_PURGE = "DELETE FROM local_files_index WHERE provider_id = :instance AND missing_since < :before"
_FILE = """
SELECT path, size, mtime_ns, artwork, problem FROM local_files_index
WHERE provider_id = :instance AND item_key = :key
"""
_PRESENT = "FROM local_files_index WHERE provider_id = :instance AND missing_since IS NULL"


class State(IntEnum):
    """``SETTLED``: fine, and described by the pass that ``since`` names; ``CHANGED``: fine, but described since."""

    SETTLED = 0
    CHANGED = 1
    FAILED = 2
    MISSING = 3


# path, key, size, mtime_ns, stamp of the sidecars, state; bare tuples: an unchanged rescan is mostly making these
Known = tuple[str, str, int, int, str | None, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A file that was opened: either ``probe`` or ``problem`` is set. ``changed`` is the number of the pass."""

    path: str
    key: str
    size: int
    mtime_ns: int
    head_hash: str | None
    probe: MediaProbe | None
    problem: str | None
    notes: Notes
    changed: int


@dataclass(frozen=True, slots=True)
class Move:
    """A known file that lies elsewhere now, came back, or has other sidecars; its content is the same."""

    key: str
    path: str
    notes: Notes
    changed: int


@dataclass(frozen=True, slots=True)
class File:
    """What serving a file needs; ``problem`` says why it cannot be aired."""

    path: str
    size: int
    mtime_ns: int
    artwork: str | None
    problem: str | None


class Index:
    def __init__(self, database: PluginDatabase, instance_id: str) -> None:
        self._database = database
        self._instance = instance_id

    async def load(self, since: int) -> dict[str, Known]:
        """Everything, by path, in one query."""
        rows = await self._database.fetch_tuples(_ALL, {"instance": self._instance, "since": since})
        return {row[0]: row for row in cast("Sequence[Known]", rows)}

    async def last(self) -> int:
        """The number of the last pass that changed something."""
        row = await self._database.fetch_one(_LAST, {"instance": self._instance})
        return (row["last"] if row else None) or 0

    async def write(self, records: Sequence[Record], moves: Sequence[Move]) -> None:
        """Store what a page of a pass found, all or nothing."""
        if not records and not moves:
            return
        async with self._database.transaction():
            if moves:
                await self._database.execute_many(_MOVE, [self._moved(move) for move in moves])
            if records:
                await self._database.execute_many(_WRITE, [self._row(record) for record in records])

    async def respell(self, paths: Mapping[str, str]) -> None:
        """Old path → new path of files that are the same ones."""
        rows = [{"instance": self._instance, "old": old, "new": new} for old, new in paths.items()]
        await self._database.execute_many(_RESPELL, rows)

    async def mark_missing(self, paths: Sequence[str], now: datetime) -> None:
        if paths:
            rows = [{"instance": self._instance, "path": path, "now": _ms(now)} for path in paths]
            await self._database.execute_many(_MISSING, rows)

    async def purge(self, before: datetime) -> None:
        """Forget files that are missing for longer than that."""
        await self._database.execute(_PURGE, {"instance": self._instance, "before": _ms(before)})

    async def known(self, keys: Sequence[str]) -> dict[str, tuple[MediaProbe, Notes]]:
        """What is remembered about the files that can be aired."""
        rows = await self._by_key("probe, sidecars, artwork, nfo, faults, guess", keys)
        return {row["item_key"]: (_decode(row["probe"]), Notes.from_row(row)) for row in rows if row["probe"]}

    async def heads(self, keys: Sequence[str]) -> dict[str, str | None]:
        return {row["item_key"]: row["head_hash"] for row in await self._by_key("head_hash", keys)}

    async def file(self, key: str) -> File | None:
        row = await self._database.fetch_one(_FILE, {"instance": self._instance, "key": key})
        return None if row is None else File(**{field.name: row[field.name] for field in fields(File)})

    async def problems(self) -> list[tuple[str, str]]:
        """(path, reason) of the files that cannot be aired, and of the .nfo files that cannot be read."""
        rows = await self._database.fetch_all(
            f"SELECT path, problem {_PRESENT} AND problem IS NOT NULL", {"instance": self._instance}
        )
        faulty = await self._database.fetch_all(
            f"SELECT DISTINCT faults {_PRESENT} AND faults IS NOT NULL", {"instance": self._instance}
        )
        return [
            *((row["path"], row["problem"]) for row in rows),
            *(fault for row in faulty for fault in read_faults(row["faults"])),
        ]

    async def paths(self) -> list[str]:
        """The files that can be aired."""
        rows = await self._database.fetch_all(
            f"SELECT path {_PRESENT} AND problem IS NULL", {"instance": self._instance}
        )
        return [row["path"] for row in rows]

    async def sets(self) -> list[str]:
        """The box sets that .nfo files name."""
        rows = await self._database.fetch_all(
            f"SELECT nfo {_PRESENT} AND problem IS NULL AND nfo LIKE '%\"sets\":%'", {"instance": self._instance}
        )
        return sorted({name for row in rows for name in json.loads(row["nfo"]).get("sets", ())})

    async def _by_key(self, columns: str, keys: Sequence[str]) -> list[Mapping[str, Any]]:
        rows: list[Mapping[str, Any]] = []
        for at in range(0, len(keys), _AT_ONCE):
            names = {f"k{number}": key for number, key in enumerate(keys[at : at + _AT_ONCE])}
            wanted = ", ".join(f":{name}" for name in names)
            query = (
                f"SELECT item_key, {columns} FROM local_files_index"
                f" WHERE provider_id = :instance AND item_key IN ({wanted})"
            )
            rows += await self._database.fetch_all(query, {"instance": self._instance, **names})
        return rows

    def _row(self, record: Record) -> dict[str, Any]:
        return {
            "instance": self._instance,
            "path": record.path,
            "key": record.key,
            "size": record.size,
            "mtime_ns": record.mtime_ns,
            "head_hash": record.head_hash,
            "probe": None if record.probe is None else _encode(record.probe),
            "problem": record.problem,
            "changed": record.changed,
            **record.notes.to_row(),
        }

    def _moved(self, move: Move) -> dict[str, Any]:
        row = {"instance": self._instance, "key": move.key, "path": move.path, "changed": move.changed}
        return {**row, **move.notes.to_row()}


def _encode(probe: MediaProbe) -> str:
    tags = {readable(key): readable(value)[:_TAG_CHARACTERS] for key, value in probe.tags.items()}
    plain = {field.name: getattr(probe, field.name) for field in fields(probe)}
    chapters = [[chapter.start_ms, readable(chapter.title or "")] for chapter in probe.chapters]
    return json.dumps({**plain, "tags": tags, "chapters": chapters}, ensure_ascii=False, separators=(",", ":"))


def _decode(text: str) -> MediaProbe:
    stored = json.loads(text)
    chapters = tuple(Chapter(start, title or None) for start, title in stored.pop("chapters", ()))
    return MediaProbe(**stored, chapters=chapters)


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
