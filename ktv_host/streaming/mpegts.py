"""Writing MPEG-TS segments: every segment starts clean, and stamps are exactly those it is given."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Stream

from ktv_host.streaming.ticks import HZ, SOUND_RATE

CLOCK = Fraction(1, HZ)
_OPTIONS = {
    # Continuity counters restart in every segment: without the flag demuxers call the first packets corrupt.
    "mpegts_flags": "initial_discontinuity+resend_headers",
    "mpegts_copyts": "1",
    "avoid_negative_ts": "disabled",
}


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment in memory that is being written."""

    buffer: io.BytesIO
    container: OutputContainer

    @classmethod
    def begin(cls) -> "Segment":
        buffer = io.BytesIO()
        return cls(buffer, av.open(buffer, "w", format="mpegts", options=dict(_OPTIONS)))

    def add(self, template: Stream) -> Stream:
        return self.container.add_stream_from_template(template)

    def add_sound(self) -> AudioStream:
        """A stereo AAC stream for packets that were encoded elsewhere."""
        return self.container.add_stream("aac", SOUND_RATE, layout="stereo")

    def write(self, packets: Iterable["Packet[Stream]"]) -> bytes:
        """Mux the packets and finish. Their times are in ticks."""
        for packet in packets:
            packet.time_base = CLOCK
            self.container.mux_one(packet)
        self.container.close()
        return self.buffer.getvalue()


def stamped(data: bytes, stream: Stream, time: int, duration: int, *, keyframe: bool = True) -> "Packet[Stream]":
    """A packet whose presentation and decoding time are the same."""
    packet = Packet(data)
    packet.stream = stream
    packet.time_base = CLOCK
    packet.pts = packet.dts = time
    packet.duration = duration
    packet.is_keyframe = keyframe
    return packet
