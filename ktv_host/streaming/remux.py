"""Copy segments: the packets of a file, bit for bit, in MPEG-TS.

Pictures are the decode-order run from one keyframe to the next boundary's; sound is every packet that begins between
the two. So each packet is in exactly one segment, and segments put together are the file again.
"""

from collections.abc import Iterator
from fractions import Fraction

from av.audio.codeccontext import AudioCodecContext
from av.audio.stream import AudioStream
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from ktv_host.errors import InvalidMedia
from ktv_host.streaming.keyframes import decoding_times
from ktv_host.streaming.mpegts import Segment, stamped
from ktv_host.streaming.open_files import kept_open
from ktv_host.streaming.runs import CopyJob, read_run
from ktv_host.streaming.sound import grid, silence
from ktv_host.streaming.ticks import AAC_SAMPLES, HZ, LEAD_IN, SOUND_FRAME, to_ticks

_WHOLE = 0.9  # of the expected length must be there
_GAP = HZ // 2  # without sound: longer than this confuses players


def copy_segment(job: CopyJob) -> bytes:
    """The segment's bytes. Raises InvalidMedia when the file does not hold what the plan says."""
    with kept_open(job.source, job.asset) as container:
        video = container.streams[job.video_index]
        audio = container.streams[job.audio_index] if job.audio_index is not None else None
        assert isinstance(video, VideoStream)
        assert audio is None or isinstance(audio, AudioStream)
        run = read_run(container, video, audio, job)
        segment = Segment.begin()
        packets = list(_pictures(run.pictures, segment.add(video), job))
        if audio is not None:
            packets += _sound(run.sound, segment.add(audio), job)
        else:
            packets += _silence(segment.add_sound(), job)
        packets.sort(key=lambda packet: packet.dts or 0)
        return segment.write(packets)


def _pictures(pictures: list["Packet[Stream]"], track: Stream, job: CopyJob) -> Iterator["Packet[Stream]"]:
    shift = LEAD_IN - job.origin
    latest = 0
    for packet, decoded in zip(pictures, decoding_times(pictures), strict=True):
        base = packet.time_base
        presented = packet.pts if packet.pts is not None else decoded
        packet.pts, packet.dts = to_ticks(presented, base) + shift, to_ticks(decoded, base) + shift
        packet.duration = to_ticks(packet.duration or 0, base)
        latest = max(latest, packet.pts + packet.duration)
        packet.stream = track
        yield packet
    length = job.until - job.start
    if length >= HZ and latest - LEAD_IN - job.start < _WHOLE * length:
        raise InvalidMedia("a part of its pictures is missing or damaged")


def _sound(sound: list["Packet[Stream]"], track: Stream, job: CopyJob) -> Iterator["Packet[Stream]"]:
    """The packets, and silence where there are none for half a second or more."""
    heard = job.start
    for packet in sound:
        place = job.place(packet)
        yield from _pause(track, heard, place)
        packet.duration = to_ticks(packet.duration or 0, packet.time_base)
        packet.pts = packet.dts = place + LEAD_IN
        packet.stream = track
        heard = place + packet.duration
        yield packet
    yield from _pause(track, heard, job.until)


def _pause(track: Stream, start: int, end: int) -> Iterator["Packet[Stream]"]:
    """Silence like the rest of the sound, in whole frames."""
    if end - start < _GAP:
        return
    context = track.codec_context
    assert isinstance(context, AudioCodecContext)
    frames = silence(context.sample_rate, context.channels)
    length = Fraction(AAC_SAMPLES * HZ, context.sample_rate)
    for number in range(int((end - start) / length)):
        yield stamped(frames[number % len(frames)], track, start + int(number * length) + LEAD_IN, int(length))


def _silence(track: Stream, job: CopyJob) -> Iterator["Packet[Stream]"]:
    frames = silence()
    for number in grid(job.start, job.until):
        yield stamped(frames[number % len(frames)], track, number * SOUND_FRAME + LEAD_IN, SOUND_FRAME)
