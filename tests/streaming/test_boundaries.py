"""Where items are cut."""

from fractions import Fraction
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ktv_host.streaming.boundaries import (
    copy_boundaries,
    decode_boundaries,
    encode_boundaries,
    even_boundaries,
    largest_gap,
)
from ktv_host.streaming.modes import MAX_SEGMENT
from ktv_host.streaming.ticks import HZ

_GAPS = st.lists(st.integers(1, MAX_SEGMENT), min_size=1, max_size=200)


@given(gaps=_GAPS)
def test_segments_begin_at_keyframes_and_never_last_too_long(gaps: list[int]) -> None:
    *keyframes, end = accumulate([0, *gaps])
    boundaries = copy_boundaries(keyframes, end)
    assert boundaries[0] == 0
    assert boundaries[-1] == end
    assert set(boundaries[:-1]) <= set(keyframes)
    assert all(0 < after - before <= MAX_SEGMENT for before, after in pairwise(boundaries))


def test_a_usual_film_has_segments_of_four_seconds_or_more() -> None:
    boundaries = copy_boundaries([n * 2 * HZ for n in range(100)], 200 * HZ)
    assert {after - before for before, after in pairwise(boundaries)} == {4 * HZ}


def test_a_last_splinter_is_joined_to_the_segment_before() -> None:
    assert copy_boundaries([0, 5 * HZ], 5 * HZ + HZ // 2) == (0, 5 * HZ + HZ // 2)


def test_the_default_gop_of_x264_at_film_speed_fits() -> None:
    gop = round(250 * HZ * 1001 / 24000)
    assert largest_gap([0, gop], 2 * gop) <= MAX_SEGMENT


@pytest.mark.parametrize("rate", [Fraction(24), Fraction(25), Fraction(24000, 1001), Fraction(30000, 1001)])
def test_encoded_segments_hold_whole_pictures(rate: Fraction) -> None:
    boundaries = even_boundaries(3600 * HZ, rate)
    lengths = [after - before for before, after in pairwise(boundaries[:-1])]
    assert all(abs(length * rate / HZ - round(length * rate / HZ)) < Fraction(1, 1000) for length in lengths)
    assert all(abs(length - 4 * HZ) < HZ // 10 for length in lengths)
    assert boundaries[-1] == 3600 * HZ


@given(steps=st.lists(st.integers(0, 2**31), max_size=50))
def test_boundaries_survive_being_stored(steps: list[int]) -> None:
    boundaries = tuple(accumulate([0, *steps]))
    assert decode_boundaries(encode_boundaries(boundaries)) == boundaries


def test_a_film_of_two_hours_is_stored_in_a_few_kilobytes() -> None:
    assert len(encode_boundaries([n * 4 * HZ for n in range(1801)])) == 7200
