"""Where an item's keyframes are: from the container's index where it has one, else by reading its packets."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from ktv_host.errors import InvalidMedia
from ktv_host.streaming.boundaries import largest_gap
from ktv_host.streaming.modes import MAX_SEGMENT
from ktv_host.streaming.ticks import HZ, PER_MS, from_ticks, to_ticks

_NUDGE = 10 * PER_MS
_TOLERANCE = 2 * PER_MS  # a container may count in milliseconds
_REORDER = 17  # pictures H.264 may hold back, and one
_DURATION_TAG = re.compile(r"(\d+):(\d\d):(\d\d(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class KeyframeTable:
    """``times`` rise from 0, in ticks from the first picture, which the file stamps ``origin``.

    ``delay`` is how far a picture's presentation lies behind its decoding. An mp4 indexes decoding times: with
    ``by_dts`` a packet's place is ``dts + delay``, otherwise it is its ``pts``. ``orderly`` is whether decoding times
    rise, ``hidden`` whether pictures before the first are in the file and must not be shown.
    """

    times: tuple[int, ...]
    end: int
    origin: int
    delay: int
    by_dts: bool
    orderly: bool = True
    hidden: bool = False


def keyframe_table(container: InputContainer, video: VideoStream, *, may_scan: bool) -> KeyframeTable | None:
    """None when only reading the whole file would tell and ``may_scan`` forbids it."""
    names = set(container.format.name.split(","))
    base = video.time_base
    if base is None:
        raise InvalidMedia("its video stream has no clock")
    head = [p for p in islice(container.demux([video]), _REORDER) if p.pts is not None]
    if not head:
        raise InvalidMedia("its video stream has no pictures")
    origin = to_ticks(head[0].pts or 0, base)
    decoding = decoding_times(head)
    delay = max(0, origin - to_ticks(decoding[0], base)) if decoding else 0
    table = None
    if head[0].is_discard:
        origin = to_ticks(video.start_time or 0, base)
        end = _stream_end(video, origin)
        return KeyframeTable(_indexed(video, delay - origin), end, origin, delay, by_dts=True, hidden=True)
    if "mp4" in names:
        times = _indexed(video, delay - origin)
        table = KeyframeTable(times, _stream_end(video, origin), origin, delay, by_dts=True)
    elif "matroska" in names:
        container.seek(0)  # the cues are read at the first seek
        times = _indexed(video, -origin)
        table = KeyframeTable(times, _matroska_end(container, video, origin), origin, delay, by_dts=False)
    if table is not None and _covers(table) and _is_true(container, video, table):
        return table
    return _scan(container, video, origin, delay) if may_scan else None


def decoding_times(packets: Sequence["Packet[Stream]"]) -> list[int]:
    """Decoding times of packets in decoding order; those a container left out are counted back from the next known."""
    known = [index for index, packet in enumerate(packets) if packet.dts is not None]
    if not known:
        return []
    times = [packet.dts if packet.dts is not None else 0 for packet in packets]
    step = _step([times[index] for index in known], packets)
    for index in range(known[0] - 1, -1, -1):
        times[index] = times[index + 1] - step
    for index in range(known[0] + 1, len(packets)):
        if packets[index].dts is None:
            times[index] = times[index - 1] + 1
    return times


def _step(known: Sequence[int], packets: Sequence["Packet[Stream]"]) -> int:
    if len(known) > 1:
        return max(1, known[1] - known[0])
    return max(1, packets[0].duration or 1)


def _indexed(video: VideoStream, shift: int) -> tuple[int, ...]:
    base = video.time_base
    assert base is not None
    entries = video.index_entries
    stamps = (entry.timestamp for entry in entries if entry.is_keyframe and not entry.is_discard)
    return _rising(to_ticks(stamp, base) + shift for stamp in stamps)


def _rising(times: Iterable[int]) -> tuple[int, ...]:
    """From 0 on, without repeats. The first picture is a keyframe even where the index begins later."""
    return (0, *sorted({time for time in times if time > 0}))


def _covers(table: KeyframeTable) -> bool:
    """A sparse or partial index (fragments not read yet, a few cues) looks like keyframes that are far apart."""
    return table.end > table.times[-1] and largest_gap(table.times, table.end) <= MAX_SEGMENT


def _is_true(container: InputContainer, video: VideoStream, table: KeyframeTable) -> bool:
    """Is the keyframe in the middle where the index says? One that lies there is a reason to read all packets."""
    base, wanted = video.time_base, table.times[len(table.times) // 2]
    if base is None or not wanted:
        return True
    container.seek(from_ticks(wanted + table.origin + _NUDGE, base), stream=video)
    for packet in container.demux(video):
        stamp = packet.dts if table.by_dts else packet.pts
        if packet.is_keyframe and stamp is not None:
            place = to_ticks(stamp, base) - table.origin + (table.delay if table.by_dts else 0)
            if place >= wanted - _TOLERANCE:
                return place <= wanted + _TOLERANCE
    return False


def _stream_end(video: VideoStream, origin: int) -> int:
    if video.duration is None or video.time_base is None:
        return 0
    return to_ticks((video.start_time or 0) + video.duration, video.time_base) - origin


def _matroska_end(container: InputContainer, video: VideoStream, origin: int) -> int:
    """The file's duration counts from 0; its sound may last longer than its pictures, which a tag tells."""
    end = (container.duration or 0) * HZ // av.time_base
    match = _DURATION_TAG.fullmatch(video.metadata.get("DURATION", ""))
    if match:
        tagged = round((int(match[1]) * 3600 + int(match[2]) * 60 + float(match[3])) * HZ)
        end = min(end, tagged) if tagged > 0 else end
    return end - origin


def _scan(container: InputContainer, video: VideoStream, origin: int, delay: int) -> KeyframeTable:
    base = video.time_base
    assert base is not None
    container.seek(0)
    keyframes, decoded, end, complete = [], [], origin, True
    for packet in container.demux(video):
        if packet.pts is None:
            complete = complete and not packet.size  # an empty packet ends the stream
            continue
        time = to_ticks(packet.pts, base)
        end = max(end, time + to_ticks(packet.duration or 0, base))
        if packet.is_keyframe:
            keyframes.append(time - origin)
        if packet.dts is not None:
            decoded.append(packet.dts)
    orderly = complete and all(before < after for before, after in pairwise(decoded))
    times = _rising(keyframes)
    return KeyframeTable(times, max(end - origin, times[-1] + 1), origin, delay, by_dts=False, orderly=orderly)
