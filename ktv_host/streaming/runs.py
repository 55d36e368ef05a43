"""The packets of one copy segment, read from an open file."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from ktv_host.domain.media import MediaSource
from ktv_host.errors import InvalidMedia
from ktv_host.streaming.ticks import HZ, LEAD_IN, PER_MS, from_ticks, to_ticks

_TOLERANCE = 2 * PER_MS  # a container may count in milliseconds
_NUDGE = 10 * PER_MS
_EARLIEST = -LEAD_IN // 2  # sound that begins earlier than that before the first picture could not be stamped
_PATIENCE = 2 * HZ  # how far to read past the end for sound that lies late in the file


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyJob:
    """One segment of a copy plan. Times are ticks from the first picture; ``stop`` cuts the segment short."""

    source: MediaSource
    asset: str
    video_index: int
    audio_index: int | None
    origin: int
    delay: int
    by_dts: bool
    run_up: int
    start: int
    end: int
    last: bool
    stop: int | None = None

    @property
    def until(self) -> int:
        return self.end if self.stop is None else min(self.end, self.stop)

    def place(self, packet: "Packet[Stream]") -> int:
        """Where a packet is, by the clock the plan was made with."""
        if self.by_dts and packet.stream_index == self.video_index and packet.dts is not None:
            return to_ticks(packet.dts, packet.time_base) + self.delay - self.origin
        time = packet.pts if packet.pts is not None else packet.dts
        return to_ticks(time or 0, packet.time_base) - self.origin


class Overshot(Exception):
    """Reading began after the segment's keyframe."""


@dataclass(slots=True)
class Run:
    """Pictures in decoding order from the segment's keyframe on, and the sound that begins within it."""

    job: CopyJob
    pictures: list["Packet[Stream]"] = field(default_factory=list)
    sound: list["Packet[Stream]"] = field(default_factory=list)
    ended: bool = False
    heard: bool = False

    @property
    def complete(self) -> bool:
        return self.ended and self.heard

    def take_picture(self, packet: "Packet[Stream]") -> None:
        place = self.job.place(packet)
        if self.ended:
            self.heard = self.heard or place > self.job.until + _PATIENCE
        elif self.pictures:
            self.ended = self._is_beyond(packet, place)
            if not self.ended:
                self.pictures.append(packet)
        elif packet.is_keyframe and place >= self.job.start - _TOLERANCE:
            if place > self.job.start + _TOLERANCE:
                raise Overshot
            self.pictures.append(packet)

    def take_sound(self, packet: "Packet[Stream]") -> None:
        place = self.job.place(packet)
        if place >= self.job.until:
            self.heard = True
        elif place >= self.job.start or (self.job.start == 0 and place > _EARLIEST):
            self.sound.append(packet)

    def _is_beyond(self, packet: "Packet[Stream]", place: int) -> bool:
        job = self.job
        if packet.is_keyframe and not job.last and place >= job.end - _TOLERANCE:
            return True
        if job.stop is None or packet.dts is None:
            return False
        return to_ticks(packet.dts, packet.time_base) + job.delay - job.origin >= job.stop


def read_run(container: InputContainer, video: VideoStream, audio: AudioStream | None, job: CopyJob) -> Run:
    """Seek and collect, from further back where the container's seek overshoots. Raises InvalidMedia."""
    for target in _targets(job):
        _seek(container, video, job, target)
        try:
            run = _collect(container, video, audio, job)
        except Overshot:
            continue
        if run.pictures:
            return run
    raise InvalidMedia("the keyframe its plan names is not there")


def _targets(job: CopyJob) -> Iterator[int]:
    """Sound of this segment, and the decoding times of its first pictures, may lie before its keyframe in the file."""
    if job.by_dts:
        yield job.start + _NUDGE if job.start else 0
    else:
        yield job.run_up
        if job.run_up > 0:
            yield max(0, job.run_up - 20 * HZ)
    if job.start:
        yield 0


def _seek(container: InputContainer, video: VideoStream, job: CopyJob, target: int) -> None:
    if target <= 0:
        container.seek(min(0, container.start_time or 0))
    else:
        assert video.time_base is not None
        container.seek(from_ticks(target + job.origin, video.time_base), stream=video)


def _collect(container: InputContainer, video: VideoStream, audio: AudioStream | None, job: CopyJob) -> Run:
    run = Run(job, heard=audio is None)
    for packet in container.demux([video] if audio is None else [video, audio]):
        if packet.pts is None and packet.dts is None:
            continue  # the end of a stream
        if packet.stream is video:
            run.take_picture(packet)
        else:
            run.take_sound(packet)
        if run.complete:
            break
    return run
