"""A library on a real database, fed by instances of a provider without an upstream."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ktv_host.db.activity import ActivityRepository
from ktv_host.db.engine.database import Database
from ktv_host.db.leases import LeaseRepository
from ktv_host.db.library.sync_log import SyncLogRepository
from ktv_host.db.library.sync_memory import SyncMemoryRepository
from ktv_host.db.library.sync_passes import SyncPassRepository
from ktv_host.db.library.writing import LibraryRepository
from ktv_host.hooks import PluginContext, ProviderType
from ktv_host.registry.catalog import Catalog
from ktv_host.registry.instances import Instances, InstanceStatus, Wish
from ktv_host.services.activity import Activity
from ktv_host.services.lease_keeper import LeaseKeeper
from ktv_host.services.library.sync_pass import PassParts
from ktv_host.services.library.syncing import LibrarySync
from ktv_host.testing import Contexts, FakeClock, FakeProvider, FakeProviderType, RecordedLog
from tests.services.studio import Studio, episodes


class Desk:
    """One process of the host, as far as its library goes."""

    def __init__(self, database: Database, kind: FakeProviderType, clock: FakeClock, contexts: Contexts) -> None:
        self.database = database
        self.kind = kind
        self.clock = clock
        self.log = RecordedLog()
        self.contexts = contexts
        self.listeners: list[Callable[[InstanceStatus], None]] = []
        self._syncs: list[LibrarySync] = []
        self._made: dict[str, PluginContext] = {}
        self.instances = Instances(
            Catalog(provider_types={kind.key: kind}),
            self._context,
            clock,
            on_change=lambda status: [listen(status) for listen in self.listeners] and None,
            log=self.log,
            sleep=clock.sleep,
        )

    def syncing(
        self,
        holder: str = "process",
        sleep: Callable[[float], Awaitable[None]] | None = None,
        library: LibraryRepository | None = None,
    ) -> LibrarySync:
        """What one process syncs with; another holder is another process."""
        made = LibrarySync(
            PassParts(
                library=library or LibraryRepository(self.database),
                passes=SyncPassRepository(self.database),
                memories=SyncMemoryRepository(self.database),
                instances=self.instances,
                transaction=self.database.transaction,
                clock=self.clock,
                logger=self.log,
            ),
            log=SyncLogRepository(self.database),
            keeper=LeaseKeeper(LeaseRepository(self.database), holder, self.clock, sleep=sleep or self.clock.sleep),
            activity=Activity(ActivityRepository(self.database), self.clock),
            interval=timedelta(hours=6),
        )
        self._syncs.append(made)
        return made

    async def close(self) -> None:
        for sync in self._syncs:
            await sync.close()
        await self.instances.close()

    async def keys(self, instance_id: str = "one") -> set[str]:
        """What can be scheduled of an instance, and what cannot because its length is unknown."""
        return await LibraryRepository(self.database).present_keys(instance_id)

    async def open(self, instance_id: str = "one", **config: Any) -> FakeProvider:
        """An instance that is ready; again, with another configuration, an edit of it."""
        self._made[instance_id] = await self.contexts.make(self.kind, instance_id)
        values = {"library": "videos", **config}
        self.instances.apply(
            Wish(id=instance_id, provider_type=self.kind.key, name=instance_id, config=values, config_version=1)
        )
        status = await self.instances.wait_settled(instance_id, 5)
        assert status.state == "READY", status
        provider = self.instances.get(instance_id)
        assert isinstance(provider, FakeProvider)
        return provider

    def _context(self, instance_id: str, kind: ProviderType[Any]) -> PluginContext:
        return self._made[instance_id]


@pytest.fixture
def kind() -> FakeProviderType:
    return FakeProviderType()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def desk(database: Database, kind: FakeProviderType, clock: FakeClock, tmp_path: Path) -> AsyncIterator[Desk]:
    contexts = Contexts(tmp_path, clock)
    made = Desk(database, kind, clock, contexts)
    yield made
    await made.close()
    await contexts.close()


@pytest.fixture
async def studio(desk: Desk) -> Studio:
    """A studio with forty episodes to air."""
    await desk.open("one")
    made = Studio(desk.database, desk.instances, desk.clock)
    await made.stock(episodes(40))
    return made
