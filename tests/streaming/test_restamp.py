"""One endless transport stream made of segments."""

from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from ktv_host.domain.media import LocalFile
from ktv_host.streaming.modes import Profile
from ktv_host.streaming.plans import make_plan
from ktv_host.streaming.remux import copy_segment
from ktv_host.streaming.restamp import PACKET, Restamper
from ktv_host.streaming.segments import copy_job
from ktv_host.streaming.slate import SEGMENT, slate_segment
from ktv_host.streaming.ticks import HZ, LEAD_IN

Piece = tuple[bytes, int, int]  # bytes, where it begins in its item, how long it lasts
_WRAP = 1 << 33


def _item(path: Path, *cuts: int | None) -> list[Piece]:
    source = LocalFile(str(path))
    plan = make_plan(source, Profile())
    pieces = []
    for k, cut in enumerate(cuts):
        length = plan.boundaries[k + 1] - plan.boundaries[k] if cut is None else cut * 90
        pieces.append((copy_segment(copy_job(plan, k, cut, source)), plan.boundaries[k], length))
    return pieces


def _slate(count: int) -> list[Piece]:
    return [(slate_segment(("X",), k * SEGMENT, SEGMENT), k * SEGMENT, SEGMENT) for k in range(count)]


def _joined(items: list[list[Piece]], begin: int = 0) -> Iterator[bytes]:
    restamper = Restamper()
    at = begin
    for item in items:
        for number, (data, start, length) in enumerate(item):
            yield restamper.segment(data, at - start - LEAD_IN, boundary=number == 0)
            at += length


@pytest.fixture
def programme(films: dict[str, Path], odd_films: dict[str, Path]) -> list[list[Piece]]:
    return [
        _item(films["closed.mp4"], None, None, 2345),
        _slate(2),
        _item(films["open.mkv"], None, 777),
        _item(odd_films["silent.mp4"], None, None),
        _item(films["open.ts"], 1),
        _item(films["closed.mkv"], None, None),
    ]


def test_the_stream_decodes_without_a_complaint(
    programme: list[list[Piece]], complaints: Callable[[bytes], str]
) -> None:
    assert complaints(b"".join(_joined(programme * 3))) == ""


def test_decoding_times_always_rise(programme: list[list[Piece]], tmp_path: Path) -> None:
    path = tmp_path / "joined.ts"
    path.write_bytes(b"".join(_joined(programme * 2)))
    times: dict[str, list[int]] = {"video": [], "audio": []}
    with av.open(path) as container:
        for packet in container.demux():
            if packet.dts is not None:
                times[packet.stream.type].append(packet.dts)
    for found in times.values():
        steps = np.diff(found)
        assert steps.min() > 0
        assert steps.max() < HZ // 4


def test_counters_rise_without_a_gap(programme: list[list[Piece]]) -> None:
    packets = np.frombuffer(b"".join(_joined(programme)), np.uint8).reshape(-1, PACKET)
    pids = (packets[:, 1].astype(int) & 0x1F) << 8 | packets[:, 2]
    for pid in np.unique(pids):
        own = packets[(pids == pid) & (packets[:, 3] & 0x10 != 0)]
        assert (np.diff(own[:, 3].astype(int) & 0x0F) % 16 == 1).all()


def test_no_break_is_marked(programme: list[list[Piece]]) -> None:
    packets = np.frombuffer(b"".join(_joined(programme)), np.uint8).reshape(-1, PACKET)
    adapted = packets[(packets[:, 3] & 0x20 != 0) & (packets[:, 4] > 0)]
    assert not (adapted[:, 5] & 0x80).any()


def test_the_pictures_are_untouched(
    films: dict[str, Path], picture_hashes: Callable[[Path | bytes], list[str]]
) -> None:
    item = _item(films["closed.mp4"], None, None)
    assert picture_hashes(b"".join(_joined([item], begin=7 * HZ))) == picture_hashes(item[0][0] + item[1][0])


def test_stamps_wrap_at_33_bits(films: dict[str, Path], complaints: Callable[[bytes], str]) -> None:
    items = [_item(films["closed.mp4"], None, None, None)]
    assert complaints(b"".join(_joined(items, begin=_WRAP - 7 * HZ))) == ""


def test_an_overlap_is_caught_up_at_the_next_boundary(
    films: dict[str, Path], first_stamp: Callable[[bytes], int]
) -> None:
    (data, _, length), *_ = _item(films["closed.mp4"], None)
    restamper = Restamper()
    restamper.segment(data, 0, boundary=True)
    late = restamper.segment(data, length - HZ // 10, boundary=True)
    on_time = restamper.segment(data, 3 * length, boundary=True)
    assert length - HZ // 10 < first_stamp(late) - first_stamp(data) < length + HZ // 10
    assert first_stamp(on_time) - first_stamp(data) == 3 * length


def test_what_is_no_transport_stream_is_refused() -> None:
    with pytest.raises(ValueError, match="MPEG-TS"):
        Restamper().segment(bytes(PACKET), 0, boundary=True)
