"""RangeReader: a remote file that reads like a local one."""

import io
import random

from hypothesis import given
from hypothesis import strategies as st

from ktv_host.streaming.reader import RangeReader


class _Bytes:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.size = len(data)
        self.asked: list[tuple[int, int]] = []
        self.closed = False

    def fetch(self, start: int, end: int) -> bytes:
        self.asked.append((start, end))
        return self.data[start:end]

    def close(self) -> None:
        self.closed = True


DATA = random.Random(1).randbytes(10_000)
_STEPS = st.lists(st.tuples(st.integers(0, 11_000), st.integers(0, 3_000)), max_size=30)


@given(steps=_STEPS, block=st.integers(1, 4_000), blocks=st.integers(2, 5))
def test_reading_anywhere_gives_the_bytes_of_the_file(steps: list[tuple[int, int]], block: int, blocks: int) -> None:
    reader = io.BufferedReader(RangeReader(_Bytes(DATA), block=block, blocks=blocks))
    for position, size in steps:
        reader.seek(position)
        assert reader.read(size) == DATA[position : position + size]


def test_every_request_is_bounded_and_blocks_are_kept() -> None:
    source = _Bytes(DATA)
    reader = RangeReader(source, block=1_000)
    for position in (5_100, 5_000, 5_900):
        reader.seek(position)
        reader.read(50)
    assert source.asked == [(5_000, 6_000)]


def test_a_sequential_reader_gets_two_blocks_per_request() -> None:
    source = _Bytes(DATA)
    assert RangeReader(source, block=1_000).readall() == DATA
    assert source.asked[:3] == [(0, 1_000), (1_000, 3_000), (3_000, 5_000)]


def test_closing_closes_the_source_once() -> None:
    source = _Bytes(DATA)
    reader = RangeReader(source)
    reader.close()
    reader.close()
    assert source.closed
