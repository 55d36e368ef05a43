"""The log of library syncs."""

from datetime import UTC, datetime, timedelta

import pytest

from ktv_host.db.engine.database import Database
from ktv_host.db.library.sync_log import SyncLogRepository
from ktv_host.domain.sync import SyncLog

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=2)


@pytest.fixture
def log(database: Database) -> SyncLogRepository:
    return SyncLogRepository(database)


async def test_a_pass_runs_until_it_is_finished(log: SyncLogRepository) -> None:
    log_id = await log.start("jellyfin", NOW)
    (running,) = await log.recent("jellyfin", 5)
    assert (running.id, running.status, running.started_at, running.finished_at) == (log_id, "running", NOW, None)
    await log.finish(log_id, LATER, "failed", 10, 4, 3, 2, "no answer")
    assert await log.recent("jellyfin", 5) == [
        SyncLog(
            id=log_id,
            instance_id="jellyfin",
            started_at=NOW,
            finished_at=LATER,
            status="failed",
            seen=10,
            added=4,
            updated=3,
            gone=2,
            error="no answer",
        )
    ]


async def test_the_latest_is_one_per_instance(log: SyncLogRepository) -> None:
    await log.start("a", NOW)
    second = await log.start("a", LATER)
    other = await log.start("b", NOW)
    assert {key: entry.id for key, entry in (await log.latest()).items()} == {"a": second, "b": other}


async def test_the_recent_ones_come_newest_first(log: SyncLogRepository) -> None:
    ids = [await log.start("a", NOW) for _ in range(4)]
    assert [entry.id for entry in await log.recent("a", 3)] == ids[:0:-1]
    assert await log.recent("b", 3) == []
