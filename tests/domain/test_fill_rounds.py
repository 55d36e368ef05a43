"""best_fit, random and filler."""

from collections import Counter
from dataclasses import replace
from itertools import chain, combinations, pairwise
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ktv_host.domain.block import RecyclePolicy
from ktv_host.domain.plan import Plan, PlanRequest
from ktv_host.domain.planner import plan
from ktv_host.domain.recycle import Airing


def evening(request: PlanRequest) -> Plan:
    """The first evening only."""
    return plan(replace(request, until=request.start.replace(hour=23)))


def ids(made: Plan, *, filler: bool = False) -> list[str]:
    return [slot.item_id for slot in made.slots if slot.filler is filler]


def reasons(made: Plan) -> list[str]:
    return [gap.reason for gap in made.gaps if gap.block_id is not None]


def dead_air(made: Plan) -> int:
    return sum(int((gap.end_at - gap.start_at).total_seconds()) for gap in made.gaps if gap.block_id is not None)


class TestBestFit:
    def test_the_selection_with_the_least_dead_air_airs_longest_first(self, build: SimpleNamespace) -> None:
        pool = [build.item("a", 100), build.item("b", 70), build.item("c", 50), build.item("d", 40)]
        made = evening(build.request(build.block("best_fit"), pool=pool))
        assert ids(made) == ["b", "c"]
        assert dead_air(made) == 0

    def test_of_equally_good_selections_the_longest_first_one_airs(self, build: SimpleNamespace) -> None:
        pool = [build.item("a", 60), build.item("b", 60), build.item("c", 40), build.item("d", 80)]
        assert ids(evening(build.request(build.block("best_fit"), pool=pool))) == ["d", "c"]

    def test_of_equally_long_items_the_first_of_the_pool_airs(self, build: SimpleNamespace) -> None:
        pool = [build.item("b", 120), build.item("a", 120)]
        assert ids(evening(build.request(build.block("best_fit"), pool=pool))) == ["b"]

    def test_of_equally_long_items_the_one_that_rested_longest_airs(self, build: SimpleNamespace) -> None:
        pool = [build.item(name, 120) for name in "abc"]
        days = {"a": "2026-03-01 10:00", "b": "2026-02-01 10:00", "c": "2026-04-01 10:00"}
        airings = [Airing(name, build.at(day), build.at(day), "other", 1) for name, day in days.items()]
        assert ids(evening(build.request(build.block("best_fit"), pool=pool, airings=airings))) == ["b"]

    def test_a_pool_that_fits_airs_in_rounds(self, build: SimpleNamespace) -> None:
        pool = [build.item("a", 20), build.item("b", 30)]
        made = evening(build.request(build.block("best_fit"), pool=pool))
        assert ids(made) == ["b", "a", "b", "a", "a"]

    def test_the_only_item_of_a_pool_airs_again_and_again(self, build: SimpleNamespace) -> None:
        made = evening(build.request(build.block("best_fit"), pool=[build.item("a", 35)]))
        assert ids(made) == ["a", "a", "a"]
        assert reasons(made) == ["best_fit: 105 of 120 min filled, nothing fits the last 15 min"]

    def test_what_is_longer_than_the_block_does_not_stop_the_rounds(self, build: SimpleNamespace) -> None:
        pool = [build.item("long", 121), build.item("a", 60)]
        assert ids(evening(build.request(build.block("best_fit"), pool=pool))) == ["a", "a"]

    def test_the_gap_at_the_end_says_how_much_was_filled(self, build: SimpleNamespace) -> None:
        pool = [build.item("a", 118), build.item("b", 117)]
        made = evening(build.request(build.block("best_fit"), pool=pool))
        assert reasons(made) == ["best_fit: 118 of 120 min filled, nothing fits the last 2 min"]

    def test_the_gap_says_when_cooldown_made_it(self, build: SimpleNamespace) -> None:
        pool = [build.item("a", 90), build.item("b", 30), build.item("c", 89)]
        airings = [Airing("b", build.at("2026-04-30 10:00"), build.at("2026-04-30 10:30"), "other", 1)]
        made = evening(build.request(build.block("best_fit"), pool=pool, airings=airings, policy=RecyclePolicy()))
        assert ids(made) == ["a"]
        assert reasons(made) == ["best_fit: 90 of 120 min filled, nothing that may air again now fits the last 30 min"]

    @settings(deadline=None, max_examples=60)
    @given(data=st.data())
    def test_dead_air_is_what_exhaustion_finds(self, data: st.DataObject, build: SimpleNamespace) -> None:
        lengths = data.draw(st.lists(st.integers(1, 120), min_size=1, max_size=9))
        pool = [build.item(f"i{number}", mins) for number, mins in enumerate(lengths)]
        made = evening(build.request(build.block("best_fit"), pool=pool))
        if sum(lengths) <= 120:
            return  # rounds: the tests above
        selections = chain.from_iterable(combinations(lengths, size) for size in range(len(lengths) + 1))
        best = max(
            (sorted(chosen, reverse=True) for chosen in selections if sum(chosen) <= 120),
            key=lambda chosen: (sum(chosen), chosen),
        )
        assert dead_air(made) == (120 - sum(best)) * 60
        assert [int((slot.end_at - slot.start_at).total_seconds()) // 60 for slot in made.slots] == best

    def test_a_pool_of_ten_thousand_leaves_no_second(self, build: SimpleNamespace) -> None:
        pool = [build.item(f"i{number}", 20 + (number * 7919) % 6000 / 60) for number in range(10_000)]
        made = evening(build.request(build.block("best_fit", start="18:00", duration_mins=240), pool=pool))
        assert dead_air(made) == 0


class TestRandom:
    def test_every_item_airs_once_before_any_airs_again(self, build: SimpleNamespace) -> None:
        pool = [build.item(name, 10) for name in "abcdef"]
        aired = ids(evening(build.request(build.block("random"), pool=pool)))
        assert sorted(aired[:6]) == sorted(aired[6:]) == list("abcdef")

    def test_a_round_does_not_begin_with_what_just_aired(self, build: SimpleNamespace) -> None:
        pool = [build.item(name, 5) for name in "abc"]
        for generation in range(1, 30):
            aired = ids(evening(build.request(build.block("random"), pool=pool, generation=generation)))
            assert all(one != two for one, two in pairwise(aired))

    def test_what_still_fits_is_drawn_when_other_items_do_not(self, build: SimpleNamespace) -> None:
        pool = [build.item("a", 100), build.item("b", 90), build.item("c", 20)]
        for generation in range(1, 10):
            made = evening(build.request(build.block("random"), pool=pool, generation=generation))
            assert sorted(ids(made)) in (["a", "c"], ["b", "c"])

    def test_the_shuffle_is_the_channels_generations_and_occurrences_own(self, build: SimpleNamespace) -> None:
        pool = [build.item(f"i{number}", 5) for number in range(24)]
        request = build.request(build.block("random"), pool=pool)
        first, second = ids(plan(request))[:24], ids(plan(request))[24:]
        assert first == ids(evening(request))
        others = [second, ids(evening(replace(request, generation=2))), ids(evening(replace(request, channel_id="c2")))]
        assert len({tuple(order) for order in (first, *others)}) == 4

    def test_each_item_comes_first_about_as_often_as_any(self, build: SimpleNamespace) -> None:
        pool = [build.item(name, 60) for name in "abcd"]
        requests = [build.request(build.block("random"), pool=pool, generation=number) for number in range(1, 401)]
        firsts = Counter(ids(evening(request))[0] for request in requests)
        assert all(70 < firsts[name] < 130 for name in "abcd")


class TestBoth:
    @pytest.mark.parametrize("strategy", ["best_fit", "random"])
    def test_an_empty_pool_leaves_the_window_open_and_says_so(self, build: SimpleNamespace, strategy: str) -> None:
        made = evening(build.request(build.block(strategy)))
        assert reasons(made) == [f"{strategy}: the pool is empty: the filter matches nothing"]

    @pytest.mark.parametrize("strategy", ["best_fit", "random"])
    def test_items_of_unknown_length_never_air(self, build: SimpleNamespace, strategy: str) -> None:
        pool = [build.item("a", 0), build.item("b", 0)]
        made = evening(build.request(build.block(strategy), pool=pool))
        assert reasons(made) == [f"{strategy}: no item of the pool has a known length (2 items)"]

    @pytest.mark.parametrize("strategy", ["best_fit", "random"])
    def test_items_that_are_all_too_long_leave_the_window_open(self, build: SimpleNamespace, strategy: str) -> None:
        made = evening(build.request(build.block(strategy), pool=[build.item("a", 121), build.item("b", 150)]))
        assert reasons(made) == [f"{strategy}: all 2 items are longer than the block's 120 min"]

    @pytest.mark.parametrize("strategy", ["best_fit", "random"])
    def test_the_gap_says_when_the_time_left_is_too_short(self, build: SimpleNamespace, strategy: str) -> None:
        pool = [build.item(f"i{number}", 30) for number in range(12)]
        request = build.request(build.block(strategy), pool=pool, start=build.at("2026-05-01 21:57"))
        assert reasons(evening(request)) == [f"{strategy}: all 12 items are longer than the 3 min left"]

    @pytest.mark.parametrize("strategy", ["best_fit", "random"])
    def test_items_in_cooldown_do_not_air(self, build: SimpleNamespace, strategy: str) -> None:
        pool = [build.item(name, 60) for name in "abcd"]
        made = plan(build.request(build.block(strategy), pool=pool, policy=RecyclePolicy()))
        assert sorted(ids(made)) == list("abcd")

    @pytest.mark.parametrize("strategy", ["best_fit", "random"])
    @pytest.mark.parametrize("ignores", [True, False])
    def test_a_block_may_ignore_the_policy(self, build: SimpleNamespace, strategy: str, ignores: bool) -> None:
        pool = [build.item("a", 120), build.item("b", 119)]
        yesterday = [Airing("a", build.at("2026-04-30 10:00"), build.at("2026-04-30 12:00"), "other", 1)]
        block = build.block(strategy, ignore_recycle_policy=ignores)
        request = build.request(block, pool=pool, airings=yesterday, policy=RecyclePolicy())
        plans = [evening(replace(request, generation=number)) for number in range(2, 14)]
        assert any("a" in ids(made) for made in plans) is ignores

    @pytest.mark.parametrize("strategy", ["best_fit", "random"])
    @pytest.mark.parametrize("ratio", [0.0, 0.2])
    def test_cooldown_alone_never_leaves_a_block_empty(
        self, build: SimpleNamespace, strategy: str, ratio: float
    ) -> None:
        """Half an hour is left; what may air again is an hour long."""
        pool = [build.item("hour", 60), build.item("half", 30), build.item("other", 29)]
        aired = [("half", "2026-04-30 10:00"), ("other", "2026-04-30 12:00")]
        request = build.request(
            build.block(strategy),
            pool=pool,
            start=build.at("2026-05-01 21:30"),
            policy=RecyclePolicy(min_available_ratio=ratio),
            airings=[Airing(name, build.at(day), build.at(day), "x", 1) for name, day in aired],
        )
        made = evening(request)
        assert ids(made) == ["half"]
        assert "back early" in made.slots[0].reason

    @pytest.mark.parametrize("strategy", ["best_fit", "random"])
    def test_what_other_blocks_aired_counts(self, build: SimpleNamespace, strategy: str) -> None:
        pool = [build.item("a", 120), build.item("b", 120)]
        request = build.request(
            build.block("sequential", id="early", start="18:00"),
            build.block(strategy),
            pool=pool,
            policy=RecyclePolicy(),
        )
        assert ids(evening(request)) == ["a", "b"]


class TestRefinements:
    def test_programmes_start_on_the_clock_and_the_gap_says_so(self, build: SimpleNamespace) -> None:
        block = build.block("best_fit", start="20:05", duration_mins=85, align_mins=30)
        made = evening(build.request(block, pool=[build.item("a", 25), build.item("b", 29)]))
        assert [f"{slot.start_at:%H:%M} {slot.item_id}" for slot in made.slots] == ["20:30 b", "21:00 a"]
        assert reasons(made) == [
            "waits for 20:30: programmes start every 30 min",
            "waits for 21:00: programmes start every 30 min",
            "best_fit: no start is left in the window",
        ]

    def test_an_aligned_block_cannot_air_what_is_longer_than_after_its_first_start(
        self, build: SimpleNamespace
    ) -> None:
        block = build.block("random", start="20:05", align_mins=30)
        made = evening(build.request(block, pool=[build.item("a", 96)]))
        assert reasons(made) == ["random: the only item is longer than the block's 95 min"]

    @pytest.mark.parametrize("strategy", ["best_fit", "random"])
    def test_a_series_airs_no_more_than_its_cap(self, build: SimpleNamespace, strategy: str) -> None:
        pool = [*build.episodes(9, 20), build.item("film", 40), build.item("short", 10)]
        made = evening(build.request(build.block(strategy, max_per_series=2), pool=pool))
        assert Counter(name[0] for name in ids(made))["s"] <= 4
        assert len([name for name in ids(made) if name.startswith("s1")]) == 2

    def test_the_cap_is_told_as_the_reason(self, build: SimpleNamespace) -> None:
        made = evening(build.request(build.block("best_fit", max_per_series=2), pool=build.episodes(9, 30)))
        assert reasons(made) == [
            "best_fit: 60 of 120 min filled, max_per_series is reached for what would fit the last 60 min"
        ]

    def test_filler_covers_the_end_of_the_window(self, build: SimpleNamespace) -> None:
        request = build.request(
            build.block("best_fit", with_filler=True),
            pool=[build.item("a", 110)],
            filler_pool=[build.item("x", 6), build.item("y", 5), build.item("z", 4)],
        )
        made = evening(request)
        assert [slot.item_id for slot in made.slots] == ["a", "x", "z"]
        assert ids(made, filler=True) == ["x", "z"]
        assert reasons(made) == []

    def test_filler_covers_the_time_between_aligned_starts(self, build: SimpleNamespace) -> None:
        request = build.request(
            build.block("sequential", align_mins=30, with_filler=True, duration_mins=60),
            pool=build.episodes(2, 25),
            filler_pool=[build.item("x", 5)],
        )
        assert [slot.item_id for slot in evening(request).slots] == ["s1e1", "x", "s1e2", "x"]

    def test_filler_may_be_longer_than_the_programmes_of_an_aligned_block(self, build: SimpleNamespace) -> None:
        request = build.request(
            build.block("random", start="20:05", duration_mins=40, align_mins=30, with_filler=True),
            pool=[build.item("a", 15)],
            filler_pool=[build.item("x", 25)],
        )
        assert [slot.item_id for slot in evening(request).slots] == ["x", "a"]

    def test_a_gap_that_filler_leaves_gives_both_reasons(self, build: SimpleNamespace) -> None:
        request = build.request(
            build.block("best_fit", with_filler=True),
            pool=[build.item("a", 110)],
            filler_pool=[build.item("x", 7)],
        )
        (reason,) = reasons(evening(request))
        assert reason == (
            "best_fit: 110 of 120 min filled, nothing fits the last 10 min; "
            "filler: 7 of 10 min filled, nothing fits the last 3 min"
        )

    def test_an_empty_pool_of_filler_leaves_the_gap(self, build: SimpleNamespace) -> None:
        request = build.request(build.block("best_fit", with_filler=True), pool=[build.item("a", 110)])
        (reason,) = reasons(evening(request))
        assert reason == (
            "best_fit: 110 of 120 min filled, nothing fits the last 10 min; "
            "filler: the pool is empty: the filter matches nothing"
        )

    def test_filler_obeys_the_recycle_policy(self, build: SimpleNamespace) -> None:
        fillers = [build.item(f"x{number}", 10) for number in range(10)]
        request = build.request(
            build.block("best_fit", with_filler=True),
            pool=[build.item("a", 110)],
            filler_pool=fillers,
            policy=RecyclePolicy(),
        )
        assert ids(plan(request), filler=True) == ["x0", "x1"]

    def test_filler_does_not_count_towards_the_cap(self, build: SimpleNamespace) -> None:
        trailers = [build.item("t", 10, series_name="The Show")]
        request = build.request(
            build.block("random", with_filler=True, max_per_series=2, duration_mins=80),
            pool=build.episodes(2, 30),
            filler_pool=trailers,
        )
        assert ids(evening(request), filler=True) == ["t", "t"]
