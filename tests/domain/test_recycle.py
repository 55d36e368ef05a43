"""The recycle policy, by hand and against a slow reference."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ktv_host.domain.block import RecyclePolicy
from ktv_host.domain.pool import PoolItem
from ktv_host.domain.recycle import Airing, Cooldown, airings_since

POOL = [PoolItem(name, 600, name) for name in "abcdefghij"]
DAYS_30 = RecyclePolicy(min_available_ratio=0.0)


def aired(item_id: str, start: datetime, generation: int = 1) -> Airing:
    return Airing(item_id, start, start + timedelta(minutes=10), "block", generation)


def selectable(
    policy: RecyclePolicy,
    airings: Sequence[Airing],
    at: datetime,
    *,
    zone: str = "UTC",
    generation: int = 9,
    pool: Sequence[PoolItem] = POOL,
) -> str:
    chosen = Cooldown(policy, ZoneInfo(zone), generation, airings).selectable(pool, at)
    return "".join(item.id for item in chosen.items)


def reference(
    policy: RecyclePolicy,
    airings: Sequence[Airing],
    pool: Sequence[PoolItem],
    at: datetime,
    *,
    zone: str,
    generation: int,
) -> tuple[list[str], set[str]]:
    """DESIGN's words, one after the other."""

    def day(moment: datetime) -> int:
        return moment.astimezone(ZoneInfo(zone)).date().toordinal()

    def is_out(item: PoolItem) -> bool:
        for airing in (airing for airing in airings if airing.item_id == item.id):
            if policy.cooldown_days and abs(day(at) - day(airing.start_at)) <= policy.cooldown_days:
                return True
            if policy.cooldown_generations and generation - airing.generation <= policy.cooldown_generations:
                return True
        return False

    def last(item: PoolItem) -> datetime:
        return max(airing.start_at for airing in airings if airing.item_id == item.id)

    chosen = {item.id for item in pool if not is_out(item)}
    floor = (Decimal(str(policy.min_available_ratio)) * len(pool)).to_integral_value(ROUND_CEILING)
    early = set()
    for item in sorted((item for item in pool if is_out(item)), key=last):
        if len(chosen) >= max(1, floor):
            break
        early.add(item.id)
        chosen.add(item.id)
    return [item.id for item in pool if item.id in chosen], early


@settings(deadline=None)
@given(data=st.data())
def test_it_selects_what_the_reference_selects(
    data: st.DataObject, some: SimpleNamespace, build: SimpleNamespace
) -> None:
    policy, zone = data.draw(some.policies), data.draw(st.sampled_from(build.zones))
    start, generation = data.draw(some.instants), data.draw(st.integers(1, 6))
    airings = data.draw(some.histories(start, generation))
    pool = data.draw(some.pools)
    cooldown = Cooldown(policy, ZoneInfo(zone), generation, airings)
    moment = start
    for _ in range(data.draw(st.integers(1, 4))):
        chosen = cooldown.selectable(pool, moment)
        expected = reference(policy, airings, pool, moment, zone=zone, generation=generation)
        assert ([item.id for item in chosen.items], chosen.early) == expected
        if chosen.items:  # the plan grows: what it airs counts from then on
            item = data.draw(st.sampled_from(list(chosen.items)))
            cooldown.note(item.id, moment)
            airings = [*airings, aired(item.id, moment, generation)]
        moment += timedelta(hours=data.draw(st.integers(1, 60)))


def test_what_never_aired_may_air(build: SimpleNamespace) -> None:
    assert selectable(DAYS_30, [], build.at("2026-05-01 12:00")) == "abcdefghij"


@pytest.mark.parametrize(
    ("at", "back"), [("2026-05-01 12:00", False), ("2026-05-31 23:59", False), ("2026-06-01 00:00", True)]
)
def test_an_item_is_out_for_so_many_calendar_days(build: SimpleNamespace, at: str, back: bool) -> None:
    found = selectable(DAYS_30, [aired("a", build.at("2026-05-01 23:50"))], build.at(at))
    assert ("a" in found) is back


def test_calendar_days_are_those_of_the_channel(build: SimpleNamespace) -> None:
    airings = [aired("a", build.at("2026-05-01 23:00"))]  # the 2nd in Berlin
    moment = build.at("2026-06-01 12:00")
    assert "a" in selectable(DAYS_30, airings, moment)
    assert "a" not in selectable(DAYS_30, airings, moment, zone="Europe/Berlin")


def test_an_item_is_out_for_so_many_generations(build: SimpleNamespace) -> None:
    policy = RecyclePolicy(cooldown_days=None, cooldown_generations=2, min_available_ratio=0.0)
    moment = build.at("2026-05-01 12:00")
    airings = [aired("a", moment, 9), aired("b", moment, 8), aired("c", moment, 7), aired("d", moment, 6)]
    assert selectable(policy, airings, moment) == "defghij"


@pytest.mark.parametrize("off", [None, 0])
def test_null_and_zero_are_no_cooldown(build: SimpleNamespace, off: int | None) -> None:
    policy = RecyclePolicy(cooldown_days=off, cooldown_generations=off)
    moment = build.at("2026-05-01 12:00")
    assert selectable(policy, [aired("a", moment, 9)], moment) == "abcdefghij"


def everything(at: Any) -> list[Airing]:
    """The whole pool aired on one day, ``j`` first."""
    return [aired(item.id, at - timedelta(hours=number)) for number, item in enumerate(POOL)]


def test_the_least_recently_aired_come_back_until_the_ratio_is_met(build: SimpleNamespace) -> None:
    moment = build.at("2026-05-01 23:00")
    assert selectable(RecyclePolicy(min_available_ratio=0.25), everything(moment), moment) == "hij"


def test_an_item_counts_by_its_latest_airing(build: SimpleNamespace) -> None:
    moment = build.at("2026-05-01 23:00")
    airings = [*everything(moment), aired("j", moment + timedelta(minutes=1))]
    assert selectable(RecyclePolicy(min_available_ratio=0.2), airings, moment) == "hi"


def test_items_that_are_left_count_towards_the_ratio(build: SimpleNamespace) -> None:
    moment = build.at("2026-05-01 23:00")
    assert selectable(RecyclePolicy(min_available_ratio=0.3), everything(moment)[2:], moment) == "abj"


def test_one_item_is_always_selectable(build: SimpleNamespace) -> None:
    moment = build.at("2026-05-01 23:00")
    assert selectable(DAYS_30, everything(moment), moment) == "j"


def test_the_ratio_is_a_decimal_number_not_a_binary_one(build: SimpleNamespace) -> None:
    moment = build.at("2026-05-01 23:00")
    pool = [PoolItem(f"i{number:03}", 600, "x") for number in range(100)]
    airings = [aired(item.id, moment) for item in pool]
    policy = RecyclePolicy(min_available_ratio=0.07)  # 0.07 x 100 is a little more than 7 in binary
    chosen = Cooldown(policy, ZoneInfo("UTC"), 9, airings).selectable(pool, moment)
    assert len(chosen.items) == 7


def test_an_empty_pool_has_nothing_to_select(build: SimpleNamespace) -> None:
    assert selectable(DAYS_30, everything(build.at("2026-05-01 23:00")), build.at("2026-05-01 23:00"), pool=[]) == ""


@pytest.mark.parametrize(
    ("days", "since"), [(30, "2026-03-31 22:00"), (None, "2026-04-22 22:00"), (3, "2026-04-22 22:00")]
)
def test_airings_matter_since_the_first_calendar_day_that_counts(
    build: SimpleNamespace, days: int | None, since: str
) -> None:
    found = airings_since(RecyclePolicy(cooldown_days=days), "Europe/Berlin", build.at("2026-05-01 12:00"))
    assert found == build.at(since)
