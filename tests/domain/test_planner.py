"""The planner around the strategies: kept slots, the plan's end, gaps, running blocks."""

from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace

from ktv_host.domain.block import RecyclePolicy, ScheduleConfig
from ktv_host.domain.plan import Kept, Plan
from ktv_host.domain.planner import plan
from ktv_host.domain.position import Position
from ktv_host.domain.recycle import Airing


def times(made: Plan) -> list[str]:
    return [f"{slot.start_at:%d %H:%M}-{slot.end_at:%H:%M} {slot.item_id}" for slot in made.slots]


def gaps(made: Plan) -> list[str]:
    return [f"{gap.start_at:%d %H:%M}-{gap.end_at:%d %H:%M} {gap.reason}" for gap in made.gaps]


def kept(item_id: str, start: datetime, mins: int, block_id: str = "evening") -> Kept:
    return Kept(start, start + timedelta(minutes=mins), item_id, block_id)


def test_time_no_block_covers_is_a_gap(build: SimpleNamespace) -> None:
    made = plan(build.request(build.block(), pool=build.episodes(8), until=build.at("2026-05-02 00:00")))
    assert gaps(made) == [
        "01 00:00-01 20:00 no block covers this time",
        "01 22:00-02 00:00 no block covers this time",
    ]


def test_a_channel_without_blocks_is_one_gap(build: SimpleNamespace) -> None:
    made = plan(build.request())
    assert gaps(made) == ["01 00:00-03 00:00 no block covers this time"]


def test_a_running_block_is_filled_for_what_is_left(build: SimpleNamespace) -> None:
    request = build.request(build.block(), pool=build.episodes(8), start=build.at("2026-05-01 20:50"))
    assert times(plan(request))[:2] == ["01 20:50-21:20 s1e1", "01 21:20-21:50 s1e2"]


def test_slots_that_are_kept_stay_and_the_rest_is_filled_around_them(build: SimpleNamespace) -> None:
    keep = (kept("x", build.at("2026-05-01 20:40"), 30), kept("y", build.at("2026-05-01 21:10"), 5))
    made = plan(build.request(build.block("best_fit"), pool=[build.item("a", 35), build.item("b", 45)], keep=keep))
    assert times(made)[:2] == ["01 20:00-20:35 a", "01 21:15-22:00 b"]
    assert gaps(made)[1] == "01 20:35-01 20:40 best_fit: 35 of 40 min filled, nothing fits the last 5 min"


def test_a_kept_slot_may_run_past_its_block_into_the_next(build: SimpleNamespace) -> None:
    blocks = build.block(), build.block("best_fit", id="night", start="22:00", duration_mins=60)
    request = build.request(*blocks, start=build.at("2026-05-01 21:30"), until=build.at("2026-05-01 23:00"))
    keep = (kept("x", build.at("2026-05-01 21:20"), 55),)
    made = plan(replace(request, keep=keep, pools={"night": [build.item("n", 45)]}))
    assert times(made) == ["01 22:15-23:00 n"]
    assert gaps(made) == []


def test_what_is_kept_counts_for_the_recycle_policy(build: SimpleNamespace) -> None:
    keep = (kept("a", build.at("2026-05-01 20:00"), 60),)
    pool = [build.item("a", 60), build.item("b", 60)]
    made = plan(build.request(build.block("best_fit"), pool=pool, keep=keep, policy=RecyclePolicy()))
    assert times(made)[0] == "01 21:00-22:00 b"


def test_a_slot_may_end_after_until_and_the_plan_is_valid_as_long(build: SimpleNamespace) -> None:
    request = build.request(build.block(), pool=build.episodes(8), until=build.at("2026-05-01 20:45"))
    made = plan(request)
    assert times(made) == ["01 20:00-20:30 s1e1", "01 20:30-21:00 s1e2"]
    assert made.valid_until == build.at("2026-05-01 21:00")


def test_a_slot_does_not_end_after_its_occurrence(build: SimpleNamespace) -> None:
    request = build.request(build.block(), pool=build.episodes(8, 50), until=build.at("2026-05-01 21:45"))
    made = plan(request)
    assert times(made) == ["01 20:00-20:50 s1e1", "01 20:50-21:40 s1e2"]
    assert made.valid_until == build.at("2026-05-01 21:45")
    assert gaps(made)[-1] == (
        "01 21:40-01 21:45 sequential: next is S01E03 of The Show (50 min), longer than the 20 min left"
    )


def test_a_renewal_goes_on_with_the_occurrence(build: SimpleNamespace) -> None:
    block = build.block("best_fit", max_per_series=2)
    pool = [*build.episodes(9, 25), build.item("film", 70)]
    whole = plan(build.request(block, pool=pool, until=build.at("2026-05-01 22:00")))
    first = plan(build.request(block, pool=pool, until=build.at("2026-05-01 20:30")))
    second = plan(
        build.request(
            block,
            pool=[item for item in pool if item.id != "film"],
            generation=2,
            start=first.valid_until,
            until=build.at("2026-05-01 22:00"),
            airings=build.airings(first.slots, 1),
        )
    )
    assert times(first) + times(second) == times(whole)


def test_an_aligned_block_waits_with_filler_until_the_renewal(build: SimpleNamespace) -> None:
    request = build.request(
        build.block(align_mins=30, with_filler=True),
        pool=build.episodes(8, 25),
        filler_pool=[build.item("long", 40), build.item("x", 4)],
        until=build.at("2026-05-01 20:26"),
    )
    made = plan(request)
    assert times(made) == ["01 20:00-20:25 s1e1", "01 20:25-20:29 x"]
    assert made.valid_until == build.at("2026-05-01 20:29")


def test_airings_after_the_start_do_not_count(build: SimpleNamespace) -> None:
    later = [Airing("a", build.at("2026-05-01 12:00"), build.at("2026-05-01 13:00"), "other", 1)]
    pool = [build.item("a", 120), build.item("b", 119)]
    made = plan(build.request(build.block("best_fit"), pool=pool, airings=later, policy=RecyclePolicy()))
    assert times(made)[0] == "01 20:00-22:00 a"


def test_positions_belong_to_their_blocks(build: SimpleNamespace) -> None:
    blocks = build.block(duration_mins=30), build.block(id="late", start="22:00", duration_mins=30)
    positions = {"late": Position("s1e5", "s1e5", "The Show", 1, 5)}
    request = build.request(*blocks, pool=build.episodes(8), positions=positions, until=build.at("2026-05-02 00:00"))
    assert times(plan(request)) == ["01 20:00-20:30 s1e1", "01 22:00-22:30 s1e6"]


def test_slots_are_whole_seconds_long_wherever_the_plan_begins(build: SimpleNamespace) -> None:
    start = build.at("2026-05-01 20:00") + timedelta(milliseconds=700)
    made = plan(build.request(build.block("best_fit"), pool=[build.item("a", 10)], start=start))
    assert all((slot.end_at - slot.start_at) == timedelta(minutes=10) for slot in made.slots)
    assert made.slots[0].start_at == start


def test_where_windows_overlap_the_one_that_began_first_keeps_the_time(build: SimpleNamespace) -> None:
    blocks = (build.block(), build.block(id="late", start="21:30"))
    request = build.request(pool=(), until=build.at("2026-05-02 00:00"))
    pools = {"evening": build.episodes(8, 60), "late": build.episodes(8, 60)}
    made = plan(replace(request, config=ScheduleConfig(blocks), pools=pools))
    assert times(made) == ["01 20:00-21:00 s1e1", "01 21:00-22:00 s1e2", "01 22:00-23:00 s1e1"]


def test_a_plan_of_no_time_is_empty(build: SimpleNamespace) -> None:
    request = build.request(build.block(), pool=build.episodes(8))
    made = plan(replace(request, until=request.start))
    assert made == Plan((), (), request.start)
