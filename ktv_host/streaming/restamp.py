"""Joining segments into one endless MPEG-TS: stamps shifted, continuity counters renumbered, marks of a break removed.

Works on whole segments at once with numpy: about a millisecond each.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ktv_host.streaming.ticks import HZ

PACKET = 188
VIDEO, SOUND = 0x100, 0x101  # the streams of every segment
_SYNC = 0x47
_WRAP = 1 << 33
_STEP = HZ // 100  # a stamp that would not rise comes this much after the last

Bytes = NDArray[np.uint8]
Rows = NDArray[np.intp]


@dataclass(slots=True)
class Restamper:
    """For one connection; it remembers counters and the last decoding times per stream."""

    _counters: dict[int, int] = field(default_factory=dict)
    _decoded: dict[int, int] = field(default_factory=dict)
    _late: int = 0

    def segment(self, data: bytes, shift: int, *, boundary: bool) -> bytes:
        """The segment with ``shift`` ticks added to every stamp.

        At a ``boundary`` (another item, or slate) the shift holds anew. Should its first picture not be decoded after
        the last one sent, the difference is added until the next boundary, where the time line catches up. Sound from
        before the boundary is left out: it is a frame or two that an encoder put there.
        """
        packets = _packets(data)
        stamps = _Stamps.of(packets)
        if boundary:
            self._late = max(0, _STEP - self._ahead(packets, stamps, shift))
        stamps.shift(packets, shift + self._late)
        if boundary:
            packets = self._without_overlap(packets, stamps)
            stamps = _Stamps.of(packets)
        self._renumber(packets)
        _clear_breaks(packets)
        for pid in (VIDEO, SOUND):
            times = stamps.times(packets, pid)[1]
            if len(times):
                self._decoded[pid] = int(times[-1])
        return packets.tobytes()

    def _ahead(self, packets: Bytes, stamps: "_Stamps", shift: int) -> int:
        """How far the first picture's decoding time lies after the last one sent.

        Its presentation is let alone: a film that was cut may show its last picture late, and adding that up at every
        boundary would move the channel away from its schedule.
        """
        times = stamps.times(packets, VIDEO)[1]
        if not len(times) or VIDEO not in self._decoded:
            return _STEP
        return _difference(int(times[0]) + shift, self._decoded[VIDEO])

    def _without_overlap(self, packets: Bytes, stamps: "_Stamps") -> Bytes:
        last = self._decoded.get(SOUND)
        rows, times = stamps.times(packets, SOUND)
        if last is None or not len(rows):
            return packets
        behind = [row for row, time in zip(rows, times, strict=True) if _difference(int(time), last) >= _STEP]
        begin = behind[0] if behind else len(packets)
        keep = (_pids(packets) != SOUND) | (np.arange(len(packets)) >= begin)
        kept: Bytes = packets[keep]
        return kept

    def _renumber(self, packets: Bytes) -> None:
        """Counters rise with every packet that has a payload."""
        pids = _pids(packets)
        has_payload = packets[:, 3] & 0x10 != 0
        for pid in np.unique(pids):
            rows = np.flatnonzero(pids == pid)
            steps = np.cumsum(has_payload[rows])
            counters = (self._counters.get(int(pid), 15) + steps) % 16
            packets[rows, 3] = (packets[rows, 3] & 0xF0) | counters.astype(np.uint8)
            self._counters[int(pid)] = int(counters[-1])


@dataclass(frozen=True, slots=True)
class _Stamps:
    """Where the stamps are: rows and the column of each, for PCR, PTS and DTS."""

    clock: Rows
    presented: tuple[Rows, Rows]
    decoded: tuple[Rows, Rows]

    @classmethod
    def of(cls, packets: Bytes) -> "_Stamps":
        control = packets[:, 3]
        adapted = control & 0x20 != 0
        room = packets[:, 4].astype(np.intp)
        clock = np.flatnonzero(adapted & (room >= 7) & (packets[:, 5] & 0x10 != 0))
        begin = np.where(adapted, 5 + room, 4)
        starts = np.flatnonzero((packets[:, 1] & 0x40 != 0) & (control & 0x10 != 0) & (begin <= PACKET - 19))
        columns = begin[starts]
        head = [packets[starts, columns + offset] for offset in range(8)]
        is_stream = (head[0] == 0) & (head[1] == 0) & (head[2] == 1) & (head[3] >= 0xC0) & (head[3] <= 0xEF)
        has_presented = is_stream & (head[7] & 0x80 != 0)
        has_decoded = is_stream & (head[7] & 0x40 != 0)
        return cls(
            clock,
            (starts[has_presented], columns[has_presented] + 9),
            (starts[has_decoded], columns[has_decoded] + 14),
        )

    def shift(self, packets: Bytes, ticks: int) -> None:
        for rows, columns in (self.presented, self.decoded):
            _write_stamps(packets, rows, columns, _read_stamps(packets, rows, columns) + ticks)
        _write_clock(packets, self.clock, _read_clock(packets, self.clock) + ticks)

    def times(self, packets: Bytes, pid: int) -> tuple[Rows, NDArray[np.int64]]:
        """Where the frames of a stream begin, and when they are decoded: when presented, if nothing else is said."""
        rows, columns = self.presented
        times = _read_stamps(packets, rows, columns)
        times[np.isin(rows, self.decoded[0])] = _read_stamps(packets, *self.decoded)
        own = _pids(packets)[rows] == pid
        return rows[own], times[own]


def _packets(data: bytes) -> Bytes:
    packets = np.frombuffer(data, np.uint8).reshape(-1, PACKET).copy()
    if not (packets[:, 0] == _SYNC).all():
        raise ValueError("this is not MPEG-TS")
    return packets


def _pids(packets: Bytes) -> Rows:
    pids: Rows = (packets[:, 1].astype(np.intp) & 0x1F) << 8 | packets[:, 2]
    return pids


def _difference(later: int, earlier: int) -> int:
    """Of two stamps that wrap at 33 bits."""
    return (later - earlier + _WRAP // 2) % _WRAP - _WRAP // 2


def _read_stamps(packets: Bytes, rows: Rows, columns: Rows) -> NDArray[np.int64]:
    part = [packets[rows, columns + offset].astype(np.int64) for offset in range(5)]
    times: NDArray[np.int64] = part[0] >> 1 & 7
    for value, bits, drop in ((part[1], 8, 0), (part[2], 7, 1), (part[3], 8, 0), (part[4], 7, 1)):
        times = times << bits | value >> drop
    return times


def _write_stamps(packets: Bytes, rows: Rows, columns: Rows, times: NDArray[np.int64]) -> None:
    times = times % _WRAP
    packets[rows, columns] = (packets[rows, columns] & 0xF1) | (times >> 30 << 1).astype(np.uint8)
    packets[rows, columns + 1] = (times >> 22 & 0xFF).astype(np.uint8)
    packets[rows, columns + 2] = (times >> 14 & 0xFE | 1).astype(np.uint8)
    packets[rows, columns + 3] = (times >> 7 & 0xFF).astype(np.uint8)
    packets[rows, columns + 4] = (times << 1 & 0xFE | 1).astype(np.uint8)


def _read_clock(packets: Bytes, rows: Rows) -> NDArray[np.int64]:
    part = [packets[rows, 6 + offset].astype(np.int64) for offset in range(5)]
    times: NDArray[np.int64] = part[0] << 25 | part[1] << 17 | part[2] << 9 | part[3] << 1 | part[4] >> 7
    return times


def _write_clock(packets: Bytes, rows: Rows, times: NDArray[np.int64]) -> None:
    times = times % _WRAP
    for offset, move in enumerate((25, 17, 9, 1)):
        packets[rows, 6 + offset] = (times >> move & 0xFF).astype(np.uint8)
    packets[rows, 10] = (packets[rows, 10] & 0x7F) | (times << 7 & 0x80).astype(np.uint8)


def _clear_breaks(packets: Bytes) -> None:
    """The discontinuity mark: the stream goes on."""
    marked = (packets[:, 3] & 0x20 != 0) & (packets[:, 4] > 0)
    packets[marked, 5] &= 0x7F
