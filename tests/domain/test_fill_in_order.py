"""Sequential and manual blocks."""

from dataclasses import replace
from types import SimpleNamespace

from ktv_host.domain.plan import Kept, Plan, PlanRequest
from ktv_host.domain.planner import plan
from ktv_host.domain.position import Position
from ktv_host.domain.recycle import Airing

S1E2 = Position("s1e2", "s1e2", "The Show", 1, 2)


def evening(request: PlanRequest) -> Plan:
    return plan(replace(request, until=request.start.replace(hour=23)))


def ids(made: Plan) -> list[str]:
    return [slot.item_id for slot in made.slots]


def why(made: Plan) -> list[str]:
    return [slot.reason for slot in made.slots]


def reasons(made: Plan) -> list[str]:
    return [gap.reason for gap in made.gaps if gap.block_id is not None]


class TestSequential:
    def test_it_begins_with_the_first_item_in_library_order(self, build: SimpleNamespace) -> None:
        made = evening(build.request(build.block(), pool=build.episodes(2, seasons=2)[::-1]))
        assert ids(made) == ["s1e1", "s1e2", "s2e1", "s2e2"]
        assert why(made)[:2] == ["sequential: first in order", "sequential: next after S01E01 of The Show"]

    def test_it_goes_on_after_its_position(self, build: SimpleNamespace) -> None:
        made = evening(build.request(build.block(), pool=build.episodes(9), positions={"evening": S1E2}))
        assert ids(made) == ["s1e3", "s1e4", "s1e5", "s1e6"]
        assert why(made)[0] == "sequential: next after S01E02 of The Show"

    def test_it_goes_on_in_the_next_occurrence(self, build: SimpleNamespace) -> None:
        made = plan(build.request(build.block(), pool=build.episodes(9)))
        assert ids(made) == [f"s1e{number}" for number in range(1, 9)]

    def test_it_goes_on_after_an_item_that_left_the_library(self, build: SimpleNamespace) -> None:
        pool = [item for item in build.episodes(4) if item.id != "s1e2"]
        made = evening(build.request(build.block(), pool=pool, positions={"evening": S1E2}))
        assert ids(made)[0] == "s1e3"
        assert why(made)[0] == "sequential: next in order after S01E02 of The Show, which left the library"

    def test_a_file_with_several_episodes_airs_once_and_is_followed_by_what_comes_after_it(
        self, build: SimpleNamespace
    ) -> None:
        first, second, third, fourth = build.episodes(4)
        double = replace(first, id="double", episode_number_end=2)
        made = evening(build.request(build.block(), pool=[double, third, fourth]))
        assert ids(made)[:3] == ["double", "s1e3", "s1e4"]
        assert why(made)[1] == "sequential: next after S01E01-E02 of The Show"
        position = Position("double", "double", "The Show", 1, 1, 2)
        split = build.request(build.block(), pool=[first, second, third, fourth], positions={"evening": position})
        assert ids(evening(split))[0] == "s1e3"

    def test_it_starts_over_after_the_last_item(self, build: SimpleNamespace) -> None:
        made = evening(build.request(build.block(), pool=build.episodes(3), positions={"evening": S1E2}))
        assert ids(made) == ["s1e3", "s1e1", "s1e2", "s1e3"]
        assert why(made)[1] == "sequential: starts over after S01E03 of The Show"

    def test_it_starts_over_when_the_last_item_of_all_is_gone(self, build: SimpleNamespace) -> None:
        made = evening(build.request(build.block(), pool=build.episodes(1), positions={"evening": S1E2}))
        assert why(made)[0] == "sequential: starts over after S01E02 of The Show"

    def test_without_looping_it_ends_after_the_last_item(self, build: SimpleNamespace) -> None:
        block = build.block(loop_on_finish=False)
        made = plan(build.request(block, pool=build.episodes(3), positions={"evening": S1E2}))
        assert ids(made) == ["s1e3"]
        assert reasons(made) == ["sequential: the last item has aired and the block does not loop"] * 2

    def test_it_stops_at_the_first_item_that_does_not_fit(self, build: SimpleNamespace) -> None:
        pool = [build.item("a", 100, series_name="X"), build.item("b", 30, series_name="Y"), build.item("c", 5)]
        made = evening(build.request(build.block(loop_on_finish=False), pool=pool))
        assert ids(made) == ["c", "a"]
        assert reasons(made) == ["sequential: next is “b” of Y (30 min), longer than the 15 min left"]

    def test_the_only_item_of_a_pool_airs_again_and_again(self, build: SimpleNamespace) -> None:
        assert ids(evening(build.request(build.block(), pool=build.episodes(1, 40)))) == ["s1e1"] * 3

    def test_an_empty_pool_leaves_the_window_open_and_says_so(self, build: SimpleNamespace) -> None:
        made = evening(build.request(build.block()))
        assert reasons(made) == ["sequential: the pool is empty: the filter matches nothing"]

    def test_what_is_longer_than_the_whole_block_is_passed_over(self, build: SimpleNamespace) -> None:
        pool = [replace(item, duration_secs=8000) if item.episode_number == 2 else item for item in build.episodes(4)]
        made = evening(build.request(build.block(), pool=pool))
        assert ids(made) == ["s1e1", "s1e3", "s1e4", "s1e1"]
        assert why(made)[1] == (
            "sequential: next after S01E01 of The Show; S01E02 of The Show passed over, longer than the block's 120 min"
        )

    def test_when_all_are_longer_than_the_whole_block_it_says_so(self, build: SimpleNamespace) -> None:
        made = evening(build.request(build.block(), pool=build.episodes(3, 200)))
        assert reasons(made) == ["sequential: all 3 items are longer than the block's 120 min"]

    def test_what_fits_on_ordinary_days_waits_when_clocks_make_the_window_short(self, build: SimpleNamespace) -> None:
        """02:00 to 04:00 in Berlin lasts an hour on 2026-03-29."""
        request = build.request(
            build.block(start="02:00"),
            pool=[*build.episodes(1, 50), *build.episodes(1, 90, series="Then")],
            timezone="Europe/Berlin",
            start=build.at("2026-03-29 00:00"),
            until=build.at("2026-03-30 20:00"),
        )
        pool = [replace(item, id=f"{item.series_name} {item.id}") for item in request.pools["evening"]]
        made = plan(replace(request, pools={"evening": pool}))
        assert [f"{slot.start_at:%d %H:%M} {slot.item_id}" for slot in made.slots] == [
            "29 01:00 The Show s1e1",
            "30 00:00 Then s1e1",
        ]

    def test_the_cooldown_does_not_apply(self, build: SimpleNamespace) -> None:
        aired = [Airing("s1e1", build.at("2026-04-30 20:00"), build.at("2026-04-30 20:30"), "other", 1)]
        assert ids(evening(build.request(build.block(), pool=build.episodes(9), airings=aired)))[0] == "s1e1"

    def test_it_goes_on_after_a_kept_slot_of_its_own(self, build: SimpleNamespace) -> None:
        keep = (Kept(build.at("2026-05-01 20:00"), build.at("2026-05-01 20:30"), "s1e5", "evening"),)
        made = evening(build.request(build.block(), pool=build.episodes(9), keep=keep, positions={"evening": S1E2}))
        assert ids(made) == ["s1e6", "s1e7", "s1e8"]

    def test_a_kept_filler_does_not_move_the_position(self, build: SimpleNamespace) -> None:
        keep = (Kept(build.at("2026-05-01 20:00"), build.at("2026-05-01 20:30"), "s1e5", "evening", filler=True),)
        made = evening(build.request(build.block(), pool=build.episodes(9), keep=keep, positions={"evening": S1E2}))
        assert ids(made) == ["s1e3", "s1e4", "s1e5"]

    def test_a_kept_slot_of_another_line_of_generations_does_not_move_it(self, build: SimpleNamespace) -> None:
        keep = (Kept(build.at("2026-05-01 20:00"), build.at("2026-05-01 20:30"), "s1e5", "evening", in_line=False),)
        made = evening(build.request(build.block(), pool=build.episodes(9), keep=keep, positions={"evening": S1E2}))
        assert ids(made) == ["s1e3", "s1e4", "s1e5"]

    def test_a_kept_slot_counts_once_though_days_follow(self, build: SimpleNamespace) -> None:
        keep = (Kept(build.at("2026-05-01 20:00"), build.at("2026-05-01 22:00"), "s1e1", "evening"),)
        made = plan(build.request(build.block(), pool=build.episodes(9), keep=keep, until=build.at("2026-05-04 00:00")))
        assert ids(made) == [f"s1e{number}" for number in range(2, 10)]

    def test_the_cap_stops_it_and_the_next_occurrence_goes_on(self, build: SimpleNamespace) -> None:
        made = plan(build.request(build.block(max_per_series=1), pool=build.episodes(9)))
        assert ids(made) == ["s1e1", "s1e2"]
        assert reasons(made)[0] == "sequential: next is S01E02 of The Show, but max_per_series is reached"

    def test_the_cap_counts_what_the_occurrence_aired_before_the_plan(self, build: SimpleNamespace) -> None:
        aired = [Airing("s1e2", build.at("2026-05-01 20:00"), build.at("2026-05-01 20:30"), "evening", 1)]
        request = build.request(
            build.block(max_per_series=2),
            pool=build.episodes(9),
            start=build.at("2026-05-01 20:30"),
            positions={"evening": S1E2},
            airings=aired,
        )
        assert ids(evening(request)) == ["s1e3"]


class TestManual:
    def test_its_items_air_in_the_order_given(self, build: SimpleNamespace) -> None:
        pool = [build.item(name, 40) for name in "abc"]
        made = evening(build.request(build.block(["c", "a", "b"]), pool=pool))
        assert ids(made) == ["c", "a", "b"]
        assert why(made)[1] == "manual: item 2 of 3"

    def test_it_begins_anew_in_every_occurrence(self, build: SimpleNamespace) -> None:
        pool = [build.item(name, 50) for name in "abc"]
        assert ids(plan(build.request(build.block(["a", "b", "c"]), pool=pool))) == ["a", "b", "a", "b"]

    def test_it_loops_within_its_occurrence(self, build: SimpleNamespace) -> None:
        made = evening(build.request(build.block(["a", "b"]), pool=[build.item(name, 40) for name in "ab"]))
        assert ids(made) == ["a", "b", "a"]
        assert why(made)[2] == "manual: item 1 of 2, from the beginning again"

    def test_without_looping_it_ends_after_the_last_item(self, build: SimpleNamespace) -> None:
        block = build.block(["a"], loop_on_finish=False)
        made = evening(build.request(block, pool=[build.item("a", 40)]))
        assert reasons(made) == ["manual: the last item has aired and the block does not loop"]

    def test_it_stops_at_the_first_item_that_does_not_fit(self, build: SimpleNamespace) -> None:
        pool = [build.item("a", 100), build.item("b", 30), build.item("c", 5)]
        made = evening(build.request(build.block(["a", "b", "c"]), pool=pool))
        assert reasons(made) == ["manual: next is “b” (30 min), longer than the 20 min left"]

    def test_the_same_item_may_be_listed_twice(self, build: SimpleNamespace) -> None:
        pool = [build.item(name, 30) for name in "ab"]
        assert ids(evening(build.request(build.block(["a", "a", "b"]), pool=pool))) == ["a", "a", "b", "a"]

    def test_what_the_library_lacks_is_passed_over_and_told(self, build: SimpleNamespace) -> None:
        pool = [build.item(name, 40) for name in "ad"]
        made = evening(build.request(build.block(["a", "b", "c", "d"], loop_on_finish=False), pool=pool))
        assert why(made) == ["manual: item 1 of 4", "manual: item 4 of 4; 2 items before it are not in the library"]

    def test_when_the_library_has_none_of_them_it_says_so(self, build: SimpleNamespace) -> None:
        made = evening(build.request(build.block(["a", "b"])))
        assert reasons(made) == ["manual: none of its 2 items is in the library"]

    def test_a_block_that_lists_nothing_says_so(self, build: SimpleNamespace) -> None:
        assert reasons(evening(build.request(build.block([])))) == ["manual: the block lists no items"]

    def test_items_of_unknown_length_never_air(self, build: SimpleNamespace) -> None:
        pool = [build.item("a", 0), build.item("b", 100)]
        assert ids(evening(build.request(build.block(["a", "b"]), pool=pool))) == ["b"]

    def test_a_running_occurrence_goes_on_after_what_it_aired(self, build: SimpleNamespace) -> None:
        pool = [build.item(name, 30) for name in "abc"]
        times = [("a", "20:00", "20:30"), ("b", "20:30", "21:00")]
        aired = [
            Airing(name, build.at(f"2026-05-01 {start}"), build.at(f"2026-05-01 {end}"), "evening", 1)
            for name, start, end in times
        ]
        request = build.request(
            build.block(["a", "b", "c"]), pool=pool, start=build.at("2026-05-01 21:00"), airings=aired
        )
        assert ids(evening(request)) == ["c", "a"]

    def test_a_running_occurrence_goes_on_after_its_kept_slot(self, build: SimpleNamespace) -> None:
        pool = [build.item(name, 30) for name in "aba"]
        times = [("a", "20:00", "20:30"), ("b", "20:30", "21:00"), ("a", "21:00", "21:30")]
        slots = [(name, build.at(f"2026-05-01 {start}"), build.at(f"2026-05-01 {end}")) for name, start, end in times]
        request = build.request(
            build.block(["a", "b", "a", "c"]),
            pool=[*pool, build.item("c", 30)],
            start=build.at("2026-05-01 21:10"),
            airings=[Airing(name, start, end, "evening", 1) for name, start, end in slots],
            keep=(Kept(slots[2][1], slots[2][2], "a", "evening"),),
        )
        assert ids(evening(request)) == ["c"]
