"""Exact subset sum against looking at every selection."""

from collections import Counter
from itertools import chain, combinations
from time import perf_counter

from hypothesis import given
from hypothesis import strategies as st

from ktv_host.domain.subset import longest_first


def picked(lengths: list[int], budget: int) -> list[int]:
    return sorted(Counter(longest_first(Counter(lengths), budget)).elements(), reverse=True)


def best_by_exhaustion(lengths: list[int], budget: int) -> list[int]:
    selections = chain.from_iterable(combinations(lengths, size) for size in range(len(lengths) + 1))
    fitting = [sorted(selection, reverse=True) for selection in selections if sum(selection) <= budget]
    return max(fitting, key=lambda selection: (sum(selection), selection))


@given(st.lists(st.integers(1, 40), max_size=9), st.integers(0, 120))
def test_it_finds_what_exhaustion_finds(lengths: list[int], budget: int) -> None:
    assert picked(lengths, budget) == best_by_exhaustion(lengths, budget)


@given(st.lists(st.sampled_from((3, 7, 8, 20)), max_size=11), st.integers(0, 90))
def test_it_finds_what_exhaustion_finds_among_many_of_equal_length(lengths: list[int], budget: int) -> None:
    assert picked(lengths, budget) == best_by_exhaustion(lengths, budget)


def test_longest_first_decides_between_equal_sums() -> None:
    assert picked([50, 40, 30, 60, 20], 90) == [60, 30]


def test_no_item_is_taken_more_often_than_it_is_there() -> None:
    assert picked([30, 30], 100) == [30, 30]


def test_nothing_fits_a_budget_of_nothing() -> None:
    assert picked([1, 2], 0) == []
    assert picked([], 10) == []


def test_ten_thousand_lengths_in_a_window_of_four_hours_take_no_second() -> None:
    lengths = [60 + (number * 7919) % 9000 for number in range(10_000)]
    started = perf_counter()
    assert sum(picked(lengths, 14_400)) == 14_400
    assert perf_counter() - started < 1
