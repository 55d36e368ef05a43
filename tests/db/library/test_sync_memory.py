"""What later passes need of former ones."""

from datetime import UTC, datetime, timedelta

import pytest

from ktv_host.db.engine.database import Database
from ktv_host.db.library.sync_memory import SyncMemoryRepository
from ktv_host.domain.removal import Doubt
from ktv_host.domain.sync import SyncMemory

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "memory",
    [
        SyncMemory(token="t", completed_at=NOW, synced_at=NOW + timedelta(hours=1)),
        SyncMemory(doubt=Doubt(NOW, frozenset({"a", "ü"}))),
    ],
)
async def test_it_comes_back_and_can_be_forgotten(database: Database, memory: SyncMemory) -> None:
    memories = SyncMemoryRepository(database)
    assert await memories.get("one") == SyncMemory()
    await memories.save("one", SyncMemory(token="older"))
    await memories.save("one", memory)
    assert await memories.get("one") == memory
    await memories.forget("one")
    assert await memories.get("one") == SyncMemory()
