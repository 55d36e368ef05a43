"""The ledger: rows from slots, plans and the clock."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ktv_host.domain.airtime import LedgerRow
from ktv_host.domain.schedule import Slot
from ktv_host.streaming.ledger import (
    FROZEN_MS,
    JUMP,
    Listed,
    cut_after,
    listed,
    materialise,
    pinned,
    reaches,
    shortened,
    unbroken,
)
from ktv_host.streaming.modes import MAX_SEGMENT
from ktv_host.streaming.plans import Plan
from ktv_host.streaming.ticks import HZ, PER_MS
from tests.streaming.timeline import NOISE, NOW, make_plan, make_slot, no_signal


def rows_of(
    slots: list[Slot], plans: dict[str, Plan], at: float = 0.0, last: LedgerRow | None = None, lead_ms: int = 30_000
) -> list[LedgerRow]:
    return materialise("c", last, slots, plans, no_signal, now_ms=NOW + round(at * 1000), lead_ms=lead_ms)


def segments_of(rows: list[LedgerRow], plans: dict[str, Plan]) -> list[Listed]:
    by_id = {plan.id: plan for plan in plans.values()}
    return [segment for row in rows for segment in listed(row, by_id.get(row.plan or ""))]


PLAN = make_plan("p", [5.0] * 12)


def test_an_item_of_its_slots_length_is_all_its_segments() -> None:
    (row, *_) = rows_of([make_slot("a", 0, 60)], {"a": PLAN})
    assert (row.nmedia, row.npad, row.slot_id, row.plan) == (12, 0, "a", "p")
    assert [segment.k for segment in listed(row, PLAN)] == list(range(12))


def test_an_item_longer_than_its_slot_is_cut_in_its_last_segment() -> None:
    (row, *_) = rows_of([make_slot("a", 0, 57)], {"a": PLAN})
    assert [(s.k, s.cut_ms, s.length) for s in listed(row, PLAN)][-2:] == [(10, None, 5 * HZ), (11, 2000, 2 * HZ)]


def test_a_last_piece_that_is_hardly_there_is_left_out() -> None:
    (row, *_) = rows_of([make_slot("a", 0, 55.05)], {"a": PLAN})
    last = list(listed(row, PLAN))[-1]
    assert (last.k, last.cut_ms, last.length) == (10, None, round(5.05 * HZ))


def test_a_short_rest_lengthens_the_last_segment() -> None:
    (row, *_) = rows_of([make_slot("a", 0, 60.9)], {"a": PLAN})
    assert (row.npad, list(listed(row, PLAN))[-1].length) == (0, round(5.9 * HZ))


def test_a_short_rest_is_slate_where_the_last_segment_would_be_too_long() -> None:
    plan = make_plan("p", [10.4])
    (row, *_) = rows_of([make_slot("a", 0, 11)], {"a": plan})
    assert [(s.plan, s.length) for s in listed(row, plan)] == [("p", round(10.4 * HZ)), (NOISE, round(0.6 * HZ))]


def test_a_longer_rest_is_slate_in_a_run_of_its_own() -> None:
    (row, following, *_) = rows_of([make_slot("a", 0, 70), make_slot("b", 70, 130)], {"a": PLAN, "b": PLAN})
    pads = [s for s in listed(row, PLAN) if s.plan == NOISE]
    assert [(s.k, s.cut_ms, s.length // HZ) for s in pads] == [(0, None, 4), (1, None, 4), (2, 2000, 2)]
    assert {s.run for s in pads} == {row.run0 + 1}
    assert (following.msn0, following.run0) == (row.msn0 + 15, row.run0 + 2)


def test_a_slot_without_a_plan_is_slate_without_a_seam_as_far_as_it_must_be() -> None:
    rows = rows_of([make_slot("a", 0, 600)], {})
    assert [(row.plan, row.slot_id, row.nmedia, row.npad) for row in rows] == [(None, "a", 0, 5)] * 2
    segments = segments_of(rows, {})
    assert [segment.k for segment in segments] == list(range(10))
    assert len({segment.run for segment in segments}) == 1


def test_a_slot_whose_plan_comes_later_goes_on_with_it() -> None:
    rows = rows_of([make_slot("a", 0, 60)], {})
    (row, *_) = rows_of([make_slot("a", 0, 60)], {"a": PLAN}, at=11, last=rows[-1])
    assert (row.start_ms, row.plan, row.k0, row.end_ms) == (NOW + 40_000, "p", 8, NOW + 60_000)


def test_no_signal_is_short_rows_of_one_endless_slate() -> None:
    rows = rows_of([], {})
    assert {row.slot_id for row in rows} == {None}
    segments = segments_of(rows, {})
    assert [segment.k for segment in segments] == list(range(len(segments)))
    assert len({segment.run for segment in segments}) == 1
    assert all(row.end_ms - row.start_ms == 20_000 for row in rows)


def test_no_signal_ends_exactly_when_the_next_slot_begins() -> None:
    rows = rows_of([make_slot("a", 20.7, 80)], {"a": PLAN})
    assert rows[0].end_ms == NOW + 20_700
    assert rows[1].slot_id == "a"


def test_rows_reach_to_the_lead_and_the_frozen_minute() -> None:
    rows = rows_of([make_slot(str(n), n * 10, n * 10 + 10) for n in range(30)], {})
    assert NOW + 90_000 <= rows[-1].end_ms < NOW + 100_000
    assert rows_of([], {}, at=0, last=rows[-1]) == []


def test_a_slot_that_already_runs_is_listed_from_its_beginning() -> None:
    (row, *_) = rows_of([make_slot("a", -50, 10)], {"a": PLAN})
    assert (row.start_ms, row.k0) == (NOW - 50_000, 0)


def test_an_item_joined_late_starts_at_the_boundary_before() -> None:
    (before, *_) = rows_of([], {})
    rows = rows_of([make_slot("a", 3, 63)], {"a": PLAN}, last=before)
    assert (rows[0].start_ms, rows[0].k0) == (NOW + 20_000, 3)
    assert rows[0].end_ms == NOW + 63_000
    assert list(listed(rows[0], PLAN))[-1].k == 11


def test_after_a_pause_numbers_jump_and_never_go_back() -> None:
    (first, *_) = rows_of([make_slot("a", 0, 60)], {"a": PLAN})
    later = rows_of([make_slot("b", 600, 660)], {"b": PLAN}, at=620, last=first)[0]
    assert (later.start_ms, later.msn0) == (NOW + 600_000, first.msn0 + first.count + JUMP)
    assert (later.j, later.run0) == (first.j + 1, first.last_run + 1)


def test_an_idle_channel_goes_on_without_a_jump_when_the_same_slot_still_runs() -> None:
    first = rows_of([], {}, at=0)[-1]
    later = rows_of([make_slot("a", 100, 5_000)], {"a": PLAN}, at=3_000, last=first)[0]
    assert (later.start_ms, later.msn0) == (NOW + 100_000, first.msn0 + first.count)


def test_after_a_clock_that_was_far_ahead_rows_begin_anew_above_its_numbers() -> None:
    ahead = rows_of([], {}, at=5_000)[-1]
    slots = [make_slot("a", 0, 600)]
    assert not reaches(ahead, NOW)
    (row, *_) = rows_of(slots, {"a": PLAN}, at=20, last=ahead)
    assert (row.start_ms, row.j, row.msn0) == (NOW, ahead.j + 1, ahead.msn0 + ahead.count + JUMP)
    assert list(unbroken([ahead, row])) == [row]


def test_rows_reach_when_they_fill_a_playlist() -> None:
    rows = rows_of([], {})
    assert reaches(rows[-1], NOW)
    assert not reaches(rows[-1], rows[-1].end_ms - 29_999)
    assert not reaches(None, NOW)


def test_a_ledger_that_was_lost_begins_above_what_it_had_said() -> None:
    plans = {str(n): make_plan(str(n), [1.0]) for n in range(200)}
    slots = [make_slot(str(n), n, n + 1) for n in range(200)]
    lost = rows_of(slots, plans)
    again = rows_of(slots[150:], plans, at=150)
    assert again[0].msn0 >= lost[-1].msn0


def test_a_shortened_row_keeps_the_segments_before_its_end() -> None:
    (row, *_) = rows_of([make_slot("a", 0, 70)], {"a": PLAN})
    for end in (7_000, 20_000, 62_000, 64_000):
        short = shortened(row, PLAN, NOW + end)
        kept = [s for s in listed(row, PLAN) if s.end <= (NOW + end) * PER_MS]
        assert list(listed(short, PLAN))[: len(kept)] == kept
        assert short.end_ms == NOW + end


def test_a_row_is_never_lengthened() -> None:
    (row, *_) = rows_of([make_slot("a", 0, 60)], {"a": PLAN})
    assert shortened(row, PLAN, NOW + 90_000) == row


def test_play_this_now_cuts_at_a_segments_end() -> None:
    (row, *_) = rows_of([make_slot("a", 0, 60)], {"a": PLAN})
    cut = cut_after(row, PLAN, NOW + 31_000)
    assert (cut.end_ms, cut.nmedia, cut.npad) == (NOW + 35_000, 7, 0)
    assert all(segment.cut_ms is None for segment in listed(cut, PLAN))
    assert cut_after(row, PLAN, NOW + 99_000) == row


def test_published_rows_are_pinned() -> None:
    rows = rows_of([make_slot(str(n), n * 10, n * 10 + 10) for n in range(30)], {}, lead_ms=60_000)
    frozen = pinned(rows, NOW + 15_000)
    assert (frozen[0].start_ms, frozen[-1].start_ms) == (NOW + 10_000, NOW + 15_000 + FROZEN_MS - 5_000)


def test_the_last_moment_of_a_slot_is_not_worth_a_row() -> None:
    (before, *_) = rows_of([], {})
    rows = rows_of([make_slot("a", 0, 20.4), make_slot("b", 20.4, 80)], {"a": PLAN, "b": PLAN}, last=before)
    assert (rows[0].slot_id, rows[0].start_ms, rows[0].k0) == ("b", NOW + 20_000, 0)


_LENGTHS = st.lists(st.integers(1, 10_490), min_size=1, max_size=40)


@given(lengths=_LENGTHS, slot_ms=st.integers(1_000, 300_000), late_ms=st.integers(0, 60_000), data=st.data())
def test_segments_of_a_row_fill_it_exactly(lengths: list[int], slot_ms: int, late_ms: int, data: st.DataObject) -> None:
    plan = make_plan("p", [length / 1000 for length in lengths])
    slot = make_slot("a", 0, slot_ms / 1000)
    before = None
    if 0 < late_ms <= slot_ms - 1_000:
        (before, *_) = rows_of([], {})
        before = replace(before, start_ms=NOW + late_ms - 20_000, end_ms=NOW + late_ms)
    row = next(row for row in rows_of([slot], {"a": plan}, last=before) if row.slot_id == "a")
    row = shortened(row, plan, data.draw(st.integers(row.start_ms + 1_000, max(row.start_ms + 1_000, row.end_ms))))
    segments = list(listed(row, plan))
    assert len(segments) == row.count
    assert (segments[0].start, segments[-1].end) == (row.start_ms * PER_MS, row.end_ms * PER_MS)
    assert all(a.end == b.start and b.msn == a.msn + 1 for a, b in pairwise(segments))
    assert all(0 < segment.length < MAX_SEGMENT + HZ // 1000 for segment in segments)
    for index, segment in enumerate(segments):
        assert list(listed(row, plan, segment.start))[0:1] == segments[index : index + 1]


@pytest.mark.parametrize("now", [0, 7, 55])
def test_rows_made_bit_by_bit_are_the_rows_made_at_once(now: int) -> None:
    slots = [make_slot(str(n), n * 13, n * 13 + 13) for n in range(30)]
    plans = {str(n): make_plan(f"p{n}", [6.0, 4.5, 4.0]) for n in range(0, 30, 2)}
    at_once = rows_of(slots, plans, lead_ms=200_000)
    step_by_step = rows_of(slots, plans)
    for second in range(now, 170):
        step_by_step += rows_of(slots, plans, at=second, last=step_by_step[-1])
    assert at_once[: len(step_by_step)] == step_by_step[: len(at_once)]
