"""Plugin contexts made as the host makes them, for tests."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ktv_host.db.engine.database import Database, open_database
from ktv_host.db.engine.migrate import migrate_store
from ktv_host.hooks import Clock, PluginContext, ProviderType
from ktv_host.outbound.sessions import Sessions
from ktv_host.streaming.prober import Prober
from ktv_host.streaming.workers import WorkerPool
from ktv_host.testing.clock import FakeClock


class RecordedLog:
    """A ``hooks.Logger`` that keeps what it is told."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, Mapping[str, Any]]] = []

    def debug(self, event: str, **values: Any) -> None:
        self.lines.append(("debug", event, values))

    def info(self, event: str, **values: Any) -> None:
        self.lines.append(("info", event, values))

    def warning(self, event: str, **values: Any) -> None:
        self.lines.append(("warning", event, values))

    def error(self, event: str, **values: Any) -> None:
        self.lines.append(("error", event, values))

    @property
    def text(self) -> str:
        """Everything that was logged, in one text to look for secrets in."""
        return "\n".join(f"{level} {event} {dict(values)!r}" for level, event, values in self.lines)


class MemoryState:
    """A ``hooks.State``. Values go through JSON, as they do in the host."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}

    async def get(self, key: str) -> Any | None:
        return json.loads(self._values[key]) if key in self._values else None

    async def set(self, key: str, value: Any) -> None:
        self._values[key] = json.dumps(value)

    async def delete(self, key: str) -> None:
        self._values.pop(key, None)


class Contexts:
    """Makes contexts that work: real HTTP, a real worker pool, a real SQLite database for a type with a store.

    Contexts of one instance id share state and rows, as after a restart; those of two ids share no state.
    """

    def __init__(self, folder: Path, clock: Clock | None = None) -> None:
        self._folder = folder
        self._url = f"sqlite:///{folder / 'plugin.db'}"
        self._clock = clock or FakeClock()
        self._sessions = Sessions()
        self._workers = WorkerPool(1)
        self._states: dict[str, MemoryState] = {}
        self._database: Database | None = None
        self.log = RecordedLog()

    async def make(self, kind: ProviderType[Any] | None = None, instance_id: str = "first") -> PluginContext:
        """The context of an instance of ``kind``; without one, that of a notifier or an auth backend."""
        await self._workers.start()
        return PluginContext(
            instance_id=instance_id,
            logger=self.log,
            clock=self._clock,
            http=self._sessions,
            workers=self._workers,
            probe=Prober(self._workers),
            state=self._states.setdefault(instance_id, MemoryState()),
            folder=self._folder / "instances" / instance_id,
            database=await self._opened(kind) if kind is not None and kind.store is not None else None,
        )

    async def close(self) -> None:
        """Close what the contexts hold; the files and states stay for a next one."""
        await self._sessions.close()
        await self._workers.close()
        if self._database is not None:
            await self._database.disconnect()
            self._database = None

    async def _opened(self, kind: ProviderType[Any]) -> Database:
        if self._database is None:
            if kind.store is not None:
                await migrate_store(self._url, kind.store)
            self._database = open_database(self._url)
            await self._database.connect()
        return self._database
