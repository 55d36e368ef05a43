"""Plugin contexts: what each instance is handed."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

from ktv_host.db.engine.database import Database
from ktv_host.db.plugin_state import PluginStateRepository
from ktv_host.hooks import Clock, Http, Logger, PluginContext, Probe, ProviderType, Workers


class InstanceState:
    """The key → value rows of one instance."""

    def __init__(self, states: PluginStateRepository, instance_id: str) -> None:
        self._states = states
        self._instance_id = instance_id

    async def get(self, key: str) -> Any | None:
        return await self._states.get(self._instance_id, key)

    async def set(self, key: str, value: Any) -> None:
        await self._states.set(self._instance_id, key, value)

    async def delete(self, key: str) -> None:
        await self._states.delete(self._instance_id, key)


class ContextFactory:
    def __init__(
        self,
        *,
        database: Database,
        states: PluginStateRepository,
        workers: Workers,
        probe: Probe,
        http: Http,
        clock: Clock,
        logger: Logger,
        folder: Path,
    ) -> None:
        self._database = database
        self._states = states
        self._workers = workers
        self._probe = probe
        self._http = http
        self._clock = clock
        self._logger = logger
        self._folder = folder

    def make(self, instance_id: str, kind: ProviderType[Any] | None = None) -> PluginContext:
        """Of an instance of ``kind``; without one, of an auth backend. Only a type with a store gets the database."""
        return PluginContext(
            instance_id=instance_id,
            logger=self._logger,
            clock=self._clock,
            http=self._http,
            workers=self._workers,
            probe=self._probe,
            state=InstanceState(self._states, instance_id),
            folder=self._folder.absolute() / instance_id,
            database=self._database if kind is not None and kind.store else None,
        )

    async def discard_folder(self, instance_id: str) -> None:
        """Delete the files of an instance that is no more."""
        await asyncio.to_thread(shutil.rmtree, self._folder / instance_id, ignore_errors=True)
