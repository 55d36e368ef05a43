"""A library on a real database, fed by instances of a provider without an upstream."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from ktv_host.db.database import Database
from ktv_host.hooks import PluginContext, ProviderType
from ktv_host.registry.catalog import Catalog
from ktv_host.registry.instances import Instances, InstanceStatus, Wish
from ktv_host.testing import Contexts, FakeClock, FakeProvider, FakeProviderType, RecordedLog


class Desk:
    """One process of the host, as far as its library goes."""

    def __init__(self, database: Database, kind: FakeProviderType, clock: FakeClock, contexts: Contexts) -> None:
        self.database = database
        self.kind = kind
        self.clock = clock
        self.log = RecordedLog()
        self.contexts = contexts
        self.listeners: list[Callable[[InstanceStatus], None]] = []
        self._made: dict[str, PluginContext] = {}
        self.instances = Instances(
            Catalog(provider_types={kind.key: kind}),
            self._context,
            clock,
            on_change=lambda status: [listen(status) for listen in self.listeners] and None,
            log=self.log,
            sleep=clock.sleep,
        )

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
    await made.instances.close()
    await contexts.close()
