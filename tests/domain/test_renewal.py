"""Renewals: when, from where to where, and what weeks of them air."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace

import pytest

from ktv_host.domain.block import FillStrategy
from ktv_host.domain.grid import occurrences
from ktv_host.domain.plan import PlannedSlot, PlanRequest
from ktv_host.domain.planner import plan
from ktv_host.domain.position import Position
from ktv_host.domain.recycle import Airing, airings_since
from ktv_host.domain.renewal import failed_again, may_try, planned_ahead, renewal_due, renewal_window
from ktv_host.domain.schedule import Gap, Schedule


def broadcast(first: PlanRequest, until: datetime) -> tuple[list[PlannedSlot], list[Gap]]:
    """Everything a channel airs when its schedule is renewed as the host does it, looking every three hours."""
    made = plan(first)
    slots, gaps, valid_until = list(made.slots), list(made.gaps), made.valid_until
    aired = airings(made.slots, 1)
    generation, now = 1, first.start
    while valid_until < until:
        now += timedelta(hours=3)
        if not renewal_due(valid_until, now):
            continue
        generation += 1
        start, end = renewal_window(valid_until, now)
        assert start == valid_until
        since = airings_since(first.policy, first.timezone, start)
        request = replace(
            first,
            generation=generation,
            start=start,
            until=end,
            airings=[airing for airing in aired if airing.start_at >= since],
            positions=positions(first, slots),
        )
        made = plan(request)
        slots += made.slots
        gaps += made.gaps
        aired += airings(made.slots, generation)
        valid_until = made.valid_until
    return slots, gaps


def airings(slots: Sequence[PlannedSlot], generation: int) -> list[Airing]:
    return [Airing(slot.item_id, slot.start_at, slot.end_at, slot.block_id, generation) for slot in slots]


def positions(request: PlanRequest, slots: Sequence[PlannedSlot]) -> dict[str, Position]:
    last = {slot.block_id: slot.item_id for slot in slots if not slot.filler}
    items = {item.id: item for pool in request.pools.values() for item in pool}
    return {
        block_id: Position(
            item_id,
            items[item_id].title,
            items[item_id].series_name,
            items[item_id].season_number,
            items[item_id].episode_number,
        )
        for block_id, item_id in last.items()
    }


def assert_every_episode_in_order(slots: Sequence[PlannedSlot], order: Sequence[str]) -> None:
    aired = [slot.item_id for slot in slots if not slot.filler]
    assert len(aired) > 2 * len(order)
    assert aired == [order[number % len(order)] for number in range(len(aired))]


def assert_seamless(slots: Sequence[PlannedSlot], gaps: Sequence[Gap]) -> None:
    spans = sorted([*slots, *gaps], key=lambda span: span.start_at)
    assert all(one.end_at == two.start_at for one, two in pairwise(spans))


@pytest.fixture
def marathon(build: SimpleNamespace) -> PlanRequest:
    """A series around the clock in Berlin, over the day clocks go forward; no episode is as long as another."""
    pool = [
        replace(item, duration_secs=1300 + 37 * number) for number, item in enumerate(build.episodes(10, seasons=3))
    ]
    start = build.at("2026-03-10 17:23")
    return build.request(
        build.block(start="00:00", duration_mins=1440, align_mins=None),
        pool=pool,
        timezone="Europe/Berlin",
        start=start,
        until=start + timedelta(hours=48),
    )


def test_four_weeks_of_a_marathon_air_every_episode_in_order(marathon: PlanRequest) -> None:
    slots, gaps = broadcast(marathon, marathon.start + timedelta(weeks=4))
    assert_every_episode_in_order(slots, [item.id for item in marathon.pools["evening"]])
    assert_seamless(slots, gaps)


def test_four_weeks_of_evenings_air_every_episode_in_order(build: SimpleNamespace) -> None:
    """Lord Howe goes back half an hour on 2026-04-05, in the middle of the block; filler ends every evening."""
    start = build.at("2026-03-20 10:00")
    pool = [replace(item, duration_secs=1500 + 61 * number) for number, item in enumerate(build.episodes(7))]
    request = build.request(
        build.block(start="23:30", duration_mins=200, align_mins=15, with_filler=True),
        pool=pool,
        filler_pool=[build.item(f"x{number}", number) for number in range(1, 6)],
        timezone="Australia/Lord_Howe",
        start=start,
        until=start + timedelta(hours=48),
    )
    slots, gaps = broadcast(request, start + timedelta(weeks=4))
    assert_every_episode_in_order(slots, [item.id for item in pool])
    assert_seamless(slots, gaps)


@pytest.mark.parametrize("strategy", [FillStrategy.BEST_FIT, FillStrategy.RANDOM])
def test_four_weeks_of_renewals_leave_no_hole_in_a_round_the_clock_block(
    build: SimpleNamespace, strategy: FillStrategy
) -> None:
    start = build.at("2026-10-05 09:41")
    pool = [build.item(f"i{number}", 20 + number % 70) for number in range(600)]
    request = build.request(
        build.block(strategy, start="00:00", duration_mins=1440, with_filler=True),
        pool=pool,
        filler_pool=[build.item(f"x{number}", 1) for number in range(100)],
        timezone="America/New_York",
        start=start,
        until=start + timedelta(hours=48),
    )
    slots, gaps = broadcast(request, start + timedelta(weeks=4))
    assert_seamless(slots, gaps)
    assert gaps == []


def test_a_seam_makes_no_more_dead_air_than_an_uncut_plan(build: SimpleNamespace) -> None:
    start = build.at("2026-05-01 20:00")
    pool = [build.item(f"i{number}", 31 + number) for number in range(12)]
    block = build.block("best_fit", duration_mins=200)
    uncut = plan(build.request(block, pool=pool, start=start, until=start + timedelta(minutes=200)))
    for minute in range(1, 200, 7):
        cut = plan(build.request(block, pool=pool, start=start, until=start + timedelta(minutes=minute)))
        rest = plan(
            build.request(
                block,
                pool=[item for item in pool if item.id not in {slot.item_id for slot in cut.slots}],
                start=cut.valid_until,
                until=start + timedelta(minutes=200),
            )
        )
        assert dead_air([*cut.gaps, *rest.gaps]) <= dead_air(uncut.gaps)


def dead_air(gaps: Sequence[Gap]) -> timedelta:
    return sum((gap.end_at - gap.start_at for gap in gaps), timedelta())


def test_a_schedule_is_renewed_when_less_than_a_day_is_left(build: SimpleNamespace) -> None:
    until = build.at("2026-05-03 12:00")
    assert not renewal_due(until, build.at("2026-05-02 12:00"))
    assert renewal_due(until, build.at("2026-05-02 12:01"))


def test_a_renewal_begins_where_the_schedule_ends(build: SimpleNamespace) -> None:
    until = build.at("2026-05-03 12:00")
    assert renewal_window(until, build.at("2026-05-02 13:00")) == (until, build.at("2026-05-05 12:00"))


def test_time_slept_through_is_never_filled_afterwards(build: SimpleNamespace) -> None:
    now = build.at("2026-05-09 07:00").replace(microsecond=5)
    assert renewal_window(build.at("2026-05-03 12:00"), now) == (
        build.at("2026-05-09 07:00"),
        build.at("2026-05-11 07:00"),
    )


def generation(build: SimpleNamespace, begins: str, ends: str) -> Schedule:
    at = build.at
    return Schedule(id="x", channel_id="c", generation=1, parent=None, valid_from=at(begins), valid_until=at(ends))


def test_a_schedule_a_wrong_clock_made_is_planned_anew(build: SimpleNamespace) -> None:
    before = generation(build, "2026-05-01 12:00", "2026-05-03 12:00")
    ahead = generation(build, "2026-05-20 00:00", "2026-05-22 00:00")
    renewed = generation(build, "2026-05-22 00:00", "2026-05-24 00:00")
    now = build.at("2026-05-02 13:00")
    assert planned_ahead([ahead, before], now)
    assert planned_ahead([ahead], now)
    assert planned_ahead([renewed, ahead], now)


def test_a_renewal_is_not_taken_for_one(build: SimpleNamespace) -> None:
    before = generation(build, "2026-05-01 12:00", "2026-05-03 12:00")
    renewed = generation(build, "2026-05-03 12:00", "2026-05-05 12:00")
    after_a_sleep = generation(build, "2026-05-09 07:00", "2026-05-11 07:00")
    assert not planned_ahead([renewed, before], build.at("2026-05-02 12:01"))
    assert not planned_ahead([after_a_sleep, renewed], build.at("2026-05-09 07:00"))
    assert not planned_ahead([], build.at("2026-05-09 07:00"))


def test_the_pause_after_a_failure_doubles_up_to_half_an_hour(build: SimpleNamespace) -> None:
    now, failure, pauses = build.at("2026-05-01 12:00"), None, []
    for _ in range(9):
        failure = failed_again(failure, "c", "no media", now)
        pauses.append((failure.next_try_at - now).total_seconds())
        assert not may_try(failure, build.at("2026-05-01 11:00"), failure.next_try_at - timedelta(seconds=1))
        now = failure.next_try_at
        assert may_try(failure, build.at("2026-05-01 11:00"), now)
    assert pauses == [30, 60, 120, 240, 480, 960, 1800, 1800, 1800]
    assert failure is not None
    assert (failure.tries, failure.since) == (9, build.at("2026-05-01 12:00"))


def test_a_change_of_the_channel_or_a_clock_put_back_ends_the_pause(build: SimpleNamespace) -> None:
    now = build.at("2026-05-01 12:00")
    failure = failed_again(None, "c", "no media", now)
    assert may_try(failure, now + timedelta(seconds=1), now + timedelta(seconds=2))
    assert may_try(failure, now - timedelta(days=9), now - timedelta(days=1))


@pytest.mark.soak
def test_a_year_of_renewals_airs_every_episode_in_order_in_every_zone(
    build: SimpleNamespace, marathon: PlanRequest
) -> None:
    for name in build.zones:
        for evenings in (False, True):
            block = build.block(start="21:45", duration_mins=310) if evenings else marathon.config.blocks[0]
            request = replace(marathon, timezone=name, config=replace(marathon.config, blocks=(block,)))
            slots, gaps = broadcast(request, request.start + timedelta(days=366))
            assert_every_episode_in_order(slots, [item.id for item in marathon.pools["evening"]])
            assert_seamless(slots, gaps)
            assert_within_occurrences(request, slots)


def assert_within_occurrences(request: PlanRequest, slots: Sequence[PlannedSlot]) -> None:
    windows = occurrences(request.config, request.timezone, request.start, slots[-1].end_at)
    place = 0
    for slot in slots:
        while windows[place].end_at <= slot.start_at:
            place += 1
        assert windows[place].start_at <= slot.start_at
        assert slot.end_at <= windows[place].end_at
