"""Plans at hand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ktv_host.db.engine.database import Database
from ktv_host.db.ledger import PlanRepository
from ktv_host.services.live import plan_shelf
from ktv_host.services.live.plan_shelf import PlanShelf
from ktv_host.streaming.slate import slate_plan

PLAN = slate_plan("One")


class Clock:
    now = datetime(2026, 11, 23, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shelf(database: Database, clock: Clock) -> PlanShelf:
    return PlanShelf(PlanRepository(database), clock)


async def test_a_plan_is_there_for_every_process(shelf: PlanShelf, database: Database, clock: Clock) -> None:
    await shelf.put(PLAN, "files::one")
    other = PlanShelf(PlanRepository(database), clock)
    assert await other.get([PLAN.id, "unknown"]) == {PLAN.id: PLAN}
    assert await other.media_of(PLAN.id) == "files::one"


async def test_where_the_bytes_come_from_may_change(shelf: PlanShelf, database: Database, clock: Clock) -> None:
    await shelf.put(PLAN, "files::one")
    await shelf.put(PLAN, "files::two")
    assert await PlanShelf(PlanRepository(database), clock).media_of(PLAN.id) == "files::two"
    assert await shelf.media_of("unknown") is None


async def test_plans_nobody_wants_are_forgotten_after_two_days(shelf: PlanShelf, clock: Clock) -> None:
    wanted = replace(PLAN, id="wanted")
    await shelf.put(PLAN, None)
    await shelf.put(wanted, None)
    for _ in range(50):
        clock.now += timedelta(hours=1, seconds=1)
        await shelf.put(wanted, None)
    await shelf.purge()
    fresh = PlanShelf(shelf._rows, clock)
    assert set(await fresh.get([PLAN.id, "wanted"])) == {"wanted"}


async def test_a_plan_read_from_the_database_and_wanted_again_is_noted(
    shelf: PlanShelf, database: Database, clock: Clock
) -> None:
    await shelf.put(PLAN, None)
    clock.now += timedelta(days=3)
    other = PlanShelf(PlanRepository(database), clock)
    await other.get([PLAN.id])
    await other.put(PLAN, None)
    await other.purge()
    assert set(await PlanShelf(PlanRepository(database), clock).get([PLAN.id])) == {PLAN.id}


async def test_only_so_many_are_held(shelf: PlanShelf) -> None:
    plans = [replace(PLAN, id=f"plan {number}") for number in range(plan_shelf.AT_HAND + 5)]
    for plan in plans:
        await shelf.put(plan, None)
    assert len(shelf._shelf) == plan_shelf.AT_HAND
    assert await shelf.get([plans[0].id]) == {plans[0].id: plans[0]}
