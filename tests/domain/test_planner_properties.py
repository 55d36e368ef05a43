"""What holds for every plan, whatever the channel, its library, its history and the moment."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ktv_host.domain.grid import occurrences
from ktv_host.domain.plan import Plan, PlanRequest
from ktv_host.domain.planner import plan
from ktv_host.domain.wall_clock import zone

often = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def spans(things: Iterable[Any]) -> list[tuple[datetime, datetime]]:
    return sorted((thing.start_at, thing.end_at) for thing in things)


def windows(request: PlanRequest) -> dict[str, list[tuple[datetime, datetime]]]:
    found: dict[str, list[tuple[datetime, datetime]]] = {}
    for occurrence in occurrences(request.config, request.timezone, request.start, request.until):
        found.setdefault(occurrence.block.id, []).append((occurrence.start_at, occurrence.end_at))
    return found


def lengths(request: PlanRequest) -> dict[str, int]:
    pools = (*request.pools.values(), *request.fillers.values())
    return {item.id: item.duration_secs for pool in pools for item in pool}


def assert_tiles(request: PlanRequest, made: Plan) -> None:
    cursor = request.start
    for start, end in spans([*made.slots, *made.gaps, *request.keep]):
        assert start <= cursor if start < request.start else start == cursor
        assert end > start
        cursor = end
    assert cursor == made.valid_until >= request.until


@often
@given(data=st.data())
def test_slots_and_gaps_tile_the_time(data: st.DataObject, some: SimpleNamespace) -> None:
    request = data.draw(some.requests)
    assert_tiles(request, plan(request))


@often
@given(data=st.data())
def test_slots_lie_within_their_occurrence_and_begin_before_until(data: st.DataObject, some: SimpleNamespace) -> None:
    request = data.draw(some.requests)
    owned = windows(request)
    for slot in plan(request).slots:
        assert any(start <= slot.start_at and slot.end_at <= end for start, end in owned[slot.block_id])
        assert request.start <= slot.start_at < request.until


@often
@given(data=st.data())
def test_a_slot_lasts_as_long_as_its_item(data: st.DataObject, some: SimpleNamespace) -> None:
    request = data.draw(some.requests)
    for slot in plan(request).slots:
        pool = request.fillers[slot.block_id] if slot.filler else request.pools[slot.block_id]
        item = next(item for item in pool if item.id == slot.item_id)
        assert slot.end_at - slot.start_at == timedelta(seconds=item.duration_secs) > timedelta()


@often
@given(data=st.data())
def test_slots_and_gaps_say_why(data: st.DataObject, some: SimpleNamespace) -> None:
    made = plan(data.draw(some.requests))
    assert all(thing.reason for thing in (*made.slots, *made.gaps))


@often
@given(data=st.data())
def test_the_same_request_gives_the_same_plan(data: st.DataObject, some: SimpleNamespace) -> None:
    request = data.draw(some.requests)
    assert plan(request) == plan(request)


@often
@given(data=st.data())
def test_programmes_of_an_aligned_block_start_on_the_clock(data: st.DataObject, some: SimpleNamespace) -> None:
    request = data.draw(some.requests)
    aligned = {block.id: block.align_mins for block in request.config.blocks if block.align_mins}
    for slot in plan(request).slots:
        if slot.block_id in aligned and not slot.filler:
            local = slot.start_at.astimezone(zone(request.timezone))
            assert local.minute % aligned[slot.block_id] == local.second == 0


@often
@given(data=st.data())
def test_a_series_airs_no_more_than_its_cap_in_an_occurrence(data: st.DataObject, some: SimpleNamespace) -> None:
    request = replace(data.draw(some.requests), airings=())
    made = plan(request)
    for occurrence in occurrences(request.config, request.timezone, request.start, request.until):
        series = {item.id: item.series_name for item in request.pools[occurrence.block.id]}
        aired = [
            series[slot.item_id]
            for slot in made.slots
            if slot.block_id == occurrence.block.id
            and not slot.filler
            and occurrence.start_at <= slot.start_at < occurrence.end_at
        ]
        cap = occurrence.block.max_per_series
        assert cap is None or all(aired.count(name) <= cap for name in aired if name)


@often
@given(data=st.data())
def test_a_regeneration_at_any_instant_keeps_what_is_on_air_or_pinned(
    data: st.DataObject, some: SimpleNamespace, build: SimpleNamespace
) -> None:
    first = data.draw(some.requests)
    slots = plan(first).slots
    now = first.start + timedelta(seconds=data.draw(st.integers(0, 172_800)))
    pinned = now + timedelta(seconds=data.draw(st.sampled_from((0, 60, 7200))))
    keep = tuple(build.kept(slot) for slot in slots if slot.start_at <= pinned and now < slot.end_at)
    aired = build.airings([slot for slot in slots if slot.start_at < now], first.generation)
    again = replace(
        first,
        generation=first.generation + 1,
        start=now,
        until=now + timedelta(hours=48),
        keep=keep,
        airings=[*first.airings, *aired],
    )
    made = plan(again)
    assert_tiles(again, made)
    assert all(slot.start_at >= kept.end_at or slot.end_at <= kept.start_at for slot in made.slots for kept in keep)


@often
@given(data=st.data())
def test_a_renewal_at_any_seam_tiles_on(data: st.DataObject, some: SimpleNamespace, build: SimpleNamespace) -> None:
    first = data.draw(some.requests)
    made = plan(first)
    again = replace(
        first,
        generation=first.generation + 1,
        start=made.valid_until,
        until=made.valid_until + timedelta(hours=48),
        airings=[*first.airings, *build.airings(made.slots, first.generation)],
    )
    following = plan(again)
    assert_tiles(again, following)
    owned = windows(again)
    assert all(any(a <= s.start_at and s.end_at <= b for a, b in owned[s.block_id]) for s in following.slots)
