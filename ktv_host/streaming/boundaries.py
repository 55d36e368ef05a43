"""Where an item is cut into segments: ticks from its first picture, fixed for ever."""

import sys
from array import array
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from ktv_host.streaming.modes import MAX_SEGMENT
from ktv_host.streaming.ticks import HZ

TARGET = 4 * HZ - HZ // 100  # containers that count milliseconds place a keyframe a little early
_SLIVER = HZ  # a last segment shorter than this is joined to the one before it where that fits


def copy_boundaries(keyframes: Sequence[int], end: int) -> tuple[int, ...]:
    """Cuts at keyframes (rising, the first is 0): segments of 4 s or more, never above 10.49 s if keyframes allow."""
    cuts = [0]
    following = [*keyframes[1:], end]
    for time, after in zip(keyframes[1:], following[1:], strict=True):
        start = cuts[-1]
        fits = after - start <= MAX_SEGMENT
        is_last = after == end and end - time < _SLIVER
        if not fits or (time - start >= TARGET and not is_last):
            cuts.append(time)
    return (*cuts, end)


def largest_gap(keyframes: Sequence[int], end: int) -> int:
    return max(after - time for time, after in pairwise([*keyframes, end]))


def even_boundaries(duration: int, frame_rate: Fraction) -> tuple[int, ...]:
    """Cuts every 4 s, to whole pictures at ``frame_rate``, for items that are encoded."""
    frames = round(4 * frame_rate)
    step = Fraction(frames * HZ) / frame_rate
    count = max(1, -(-duration // step))
    return (*(round(step * index) for index in range(int(count))), duration)


def encode_boundaries(boundaries: Sequence[int]) -> bytes:
    """Four bytes a segment."""
    steps = array("I", (after - before for before, after in pairwise(boundaries)))
    if sys.byteorder == "big":
        steps.byteswap()
    return steps.tobytes()


def decode_boundaries(data: bytes) -> tuple[int, ...]:
    steps = array("I")
    steps.frombytes(data)
    if sys.byteorder == "big":
        steps.byteswap()
    boundaries = [0]
    for step in steps:
        boundaries.append(boundaries[-1] + step)
    return tuple(boundaries)
