"""Keyframes from an index, and from the packets where there is none."""

from pathlib import Path

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ktv_host.streaming.keyframes import KeyframeTable, decoding_times, keyframe_table
from ktv_host.streaming.ticks import HZ

Films = dict[str, Path]


def _table(path: Path, *, may_scan: bool) -> KeyframeTable | None:
    with av.open(path) as container:
        return keyframe_table(container, container.streams.video[0], may_scan=may_scan)


@pytest.mark.parametrize("name", ["closed.mp4", "closed.mkv", "open.mp4", "open.mkv"])
def test_an_index_is_enough(films: Films, name: str) -> None:
    table = _table(films[name], may_scan=False)
    assert table is not None
    assert (table.times[0], table.end, table.delay) == (0, 60 * HZ, 7200)
    assert len(table.times) in {12, 13}


def test_a_file_without_an_index_is_read_through(films: Films) -> None:
    assert _table(films["closed.ts"], may_scan=False) is None
    scanned, indexed = _table(films["closed.ts"], may_scan=True), _table(films["closed.mkv"], may_scan=False)
    assert scanned is not None
    assert indexed is not None
    assert (scanned.times, scanned.end, scanned.orderly) == (indexed.times, indexed.end, True)


def test_a_file_that_starts_late_counts_from_its_first_picture(odd_films: Films) -> None:
    table = _table(odd_films["late.mkv"], may_scan=False)
    assert table is not None
    assert table.origin >= 7 * HZ
    assert table.times[:2] == (0, 2 * HZ)


def test_far_apart_keyframes_are_seen_by_reading(odd_films: Films) -> None:
    table = _table(odd_films["long.mp4"], may_scan=True)
    assert table is not None
    assert table.end - table.times[-1] > 10 * HZ


class _Packet:
    def __init__(self, dts: int | None, duration: int) -> None:
        self.dts, self.duration = dts, duration


@given(count=st.integers(1, 30), missing=st.integers(0, 5), step=st.integers(1, 5_000), begin=st.integers(-100, 100))
def test_decoding_times_a_container_left_out_are_counted_back(count: int, missing: int, step: int, begin: int) -> None:
    times = [begin + n * step for n in range(count)]
    packets = [_Packet(None if n < min(missing, count - 1) else time, step) for n, time in enumerate(times)]
    assert decoding_times(packets) == times  # type: ignore[arg-type]  # only the two fields are used


def test_without_any_decoding_time_there_is_none() -> None:
    assert decoding_times([_Packet(None, 1)]) == []  # type: ignore[list-item]


def test_an_index_that_lies_is_not_believed(films: Films, tmp_path: Path) -> None:
    data = bytearray(films["closed.mkv"].read_bytes())
    at = data.index(b"\x1c\x53\xbb\x6b")
    while (at := data.find(b"\xb3\x82", at + 1)) > 0:  # a cue's time in two bytes of milliseconds
        time = int.from_bytes(data[at + 2 : at + 4], "big") + 1500
        data[at + 2 : at + 4] = min(time, 0xFFFF).to_bytes(2, "big")
    film = tmp_path / "film.mkv"
    film.write_bytes(data)
    assert _table(film, may_scan=False) is None
    scanned, true = _table(film, may_scan=True), _table(films["closed.mkv"], may_scan=False)
    assert scanned is not None
    assert true is not None
    assert scanned.times == true.times
