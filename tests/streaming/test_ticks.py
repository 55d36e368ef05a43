"""Stream time."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ktv_host.streaming.ticks import HZ, SOUND_FRAME, from_ticks, to_ticks

_BASES = st.sampled_from([Fraction(1, 1000), Fraction(1, 12800), Fraction(1, 90_000), Fraction(1001, 30_000)])


@given(value=st.integers(-(10**9), 10**9), base=_BASES)
def test_a_time_is_off_by_at_most_half_a_tick(value: int, base: Fraction) -> None:
    assert abs(to_ticks(value, base) - value * base * HZ) <= Fraction(1, 2)


@given(value=st.integers(-(10**9), 10**9), base=_BASES)
def test_a_time_in_a_coarser_unit_comes_back(value: int, base: Fraction) -> None:
    assert from_ticks(to_ticks(value, base), base) == value


@pytest.mark.parametrize(("frames", "seconds"), [(375, 8), (46_875, 1000)])
def test_sound_frames_last_a_whole_number_of_ticks(frames: int, seconds: int) -> None:
    assert frames * SOUND_FRAME == seconds * HZ
