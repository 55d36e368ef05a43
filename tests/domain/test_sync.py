"""When an instance is synced next."""

from datetime import UTC, datetime, timedelta

from ktv_host.domain.sync import SyncLog, next_sync

NOW = datetime(2026, 11, 23, tzinfo=UTC)
HOURS = timedelta(hours=6)
MINUTE = timedelta(minutes=1)


def log(status: str, finished: datetime | None = NOW + MINUTE) -> SyncLog:
    return SyncLog(
        id=1,
        instance_id="one",
        started_at=NOW,
        finished_at=finished,
        status=status,
        seen=0,
        added=0,
        updated=0,
        gone=0,
        error=None,
    )


def test_the_first_time_is_now() -> None:
    assert next_sync(None, 0, HOURS) is None


def test_after_a_good_pass_the_interval_counts_from_its_start() -> None:
    assert next_sync(log("ok"), 0, HOURS) == NOW + HOURS


def test_after_failures_it_is_tried_sooner_and_then_later_and_later() -> None:
    waits = [(next_sync(log("failed"), count, HOURS) or NOW) - NOW - MINUTE for count in (1, 2, 3, 20)]
    assert waits == [5 * MINUTE, 10 * MINUTE, 20 * MINUTE, HOURS]
