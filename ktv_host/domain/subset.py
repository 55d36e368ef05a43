"""Exact subset sum: which lengths fill a budget with the least left over."""

from collections.abc import Iterator, Mapping
from math import isqrt


def longest_first(copies: Mapping[int, int], budget: int) -> dict[int, int]:
    """How many of each length to take: of all selections with the greatest sum within ``budget``, the longest first.

    ``copies`` says how many there are of each length (whole seconds, at least 1). Longest-first: written longest to
    shortest, the selection is the greatest in the order of sequences, as picking by hand from the longest would give.

    Sums that can be made are bits of one big integer: bit s is set when some selection sums to s. Lengths are added
    shortest first, so the bits before a length say what the shorter ones can still make of any rest; the choice then
    walks back from the longest. Only every √n-th state is kept, the others are made again when the walk gets there.
    Time: lengths x log(copies) x budget/64 machine words; space: 2·√lengths x budget/8 bytes.
    """
    lengths = sorted(length for length in copies if length <= budget)
    stride = isqrt(len(lengths)) + 1
    kept: list[int] = []
    sums = 1
    for number, after in enumerate(_states(lengths, copies, budget, 1)):
        if number % stride == 0:
            kept.append(sums)
        sums = after
    rest = sums.bit_length() - 1
    chosen: dict[int, int] = {}
    for part in reversed(range(len(kept))):
        section = lengths[part * stride : (part + 1) * stride]
        before = [kept[part], *_states(section[:-1], copies, budget, kept[part])]
        for length, shorter in zip(reversed(section), reversed(before), strict=True):
            count = min(copies[length], rest // length)
            while not shorter >> (rest - count * length) & 1:
                count -= 1
            if count:
                chosen[length] = count
                rest -= count * length
    return chosen


def _states(lengths: list[int], copies: Mapping[int, int], budget: int, sums: int) -> Iterator[int]:
    """The sums that can be made after each length, within the budget."""
    within = (1 << budget + 1) - 1
    for length in lengths:
        left = min(copies[length], budget // length)
        bundle = 1
        while left:  # 1, 2, 4 … copies at a time make every number of copies
            bundle = min(bundle, left)
            sums |= sums << bundle * length & within
            left -= bundle
            bundle *= 2
        yield sums
