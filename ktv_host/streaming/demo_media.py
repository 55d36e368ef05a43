"""Small made-up films, so that the house can be tried without anybody's library."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from math import ceil
from pathlib import Path
from typing import Literal, cast

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.filter import Graph
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from ktv_host.streaming.font import bitmap, wrap

WIDTH, HEIGHT, FPS, RATE = 640, 360, 24, 48_000
# What a file of its time holds, and how many pictures last a whole number of sound frames: the seamless loop.
_AUDIO = {"h264": ("aac", 64), "mpeg4": ("ac3", 96)}
_INK, _PAPER, _MARGIN, _BEAM = 235, 16, 8, 16


def make_clip(path: Path, *, seconds: float, hue: int, title: str, codec: Literal["h264", "mpeg4"]) -> None:
    """Encode a short test picture with a wandering beam, turned by ``hue`` degrees, with its title and a tone.

    The length is rounded (to 2⅔ s, or 4 s for mpeg4) so that ``loop_clip`` can join the clip to itself.
    """
    sound_codec, unit = _AUDIO[codec]
    frames = unit * max(1, round(seconds * FPS / unit))
    options = {"preset": "medium", "crf": "36", "bf": "0"} if codec == "h264" else {"q:v": "9", "bf": "0"}
    with av.open(path, "w", options=_container_options(path)) as output:
        video = output.add_stream("libx264" if codec == "h264" else "mpeg4", FPS, options=options)
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        video.codec_context.gop_size = 4 * FPS
        audio = cast(AudioStream, output.add_stream(sound_codec, RATE, layout="stereo"))
        audio.codec_context.bit_rate = 48_000
        picture = _painter(hue, _label(title))
        for number, sound in zip(range(frames), _tones(220 * 2 ** (hue % 360 / 360)), strict=False):
            output.mux(video.encode(picture(number / frames)))
            output.mux(audio.encode(sound))
        output.mux(video.encode(None))
        output.mux(audio.encode(None))


def loop_clip(source: Path, target: Path, *, seconds: float, metadata: Mapping[str, str]) -> None:
    """Repeat a clip of ``make_clip`` by stream copy until it lasts ``seconds``.

    ``metadata`` (title, genre, date, description …) goes into the container.
    """
    with av.open(source) as original, av.open(target, "w", options=_container_options(target)) as output:
        output.metadata.update(metadata)
        streams = [_like(stream, output) for stream in original.streams]
        pieces = [_Piece.of(packet) for packet in original.demux() if packet.dts is not None]
        length = max(piece.end * piece.time_base for piece in pieces if piece.track == 0)
        laps = [round(length / (stream.time_base or 1)) for stream in original.streams]  # in ticks: exact, and quick
        for lap in range(ceil(seconds / length)):
            for piece in pieces:
                start = piece.start + lap * laps[piece.track]
                if piece.plays_in(lap, laps[piece.track]) and start * piece.time_base < seconds:
                    output.mux_one(piece.packet(streams[piece.track], start))


def _container_options(path: Path) -> dict[str, str]:
    return {"movflags": "+faststart"} if path.suffix == ".mp4" else {}


def _like(stream: Stream, output: OutputContainer) -> Stream:
    """A stream to copy into. For sound that of an idle encoder: a template loses what AVI's header needs."""
    if isinstance(stream, AudioStream):
        return output.add_stream(stream.codec_context.name, RATE, layout="stereo")
    return output.add_stream_from_template(stream)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A packet of the clip, to be used once per lap. ``start`` and ``end`` are ticks of ``time_base``."""

    track: int
    start: int
    end: int
    time_base: Fraction
    is_keyframe: bool
    data: bytes

    @classmethod
    def of(cls, packet: "Packet[Stream]") -> "_Piece":
        start = packet.pts or 0
        end = start + (packet.duration or 0)
        return cls(packet.stream.index, start, end, packet.time_base, packet.is_keyframe, bytes(packet))

    def plays_in(self, lap: int, length: int) -> bool:
        """The encoder's priming sound before 0 is for the first lap, what rings on after the end is for none."""
        return self.start < length and (self.start >= 0 or lap == 0)

    def packet(self, stream: Stream, start: int) -> "Packet[Stream]":
        made = Packet(self.data)
        made.stream = stream
        made.time_base = self.time_base
        made.pts = made.dts = start
        made.duration = self.end - self.start
        made.is_keyframe = self.is_keyframe
        return made


def _painter(hue: int, label: NDArray[np.bool_]) -> Callable[[float], VideoFrame]:
    """Pictures by their place in the clip, 0 … 1. Almost still, so that hours of them are small files."""
    graph = Graph()
    nodes = [
        graph.add("smptehdbars", f"size={WIDTH}x{HEIGHT}:rate={FPS}"),
        graph.add("hue", f"h={hue % 360}"),
        graph.add("format", "yuv420p"),
        graph.add("buffersink"),
    ]
    graph.link_nodes(*nodes).configure()
    still = graph.vpull().to_ndarray()
    height, width = label.shape
    box = still[_MARGIN : _MARGIN * 3 + height, _MARGIN : _MARGIN * 3 + width]
    box[:] = _PAPER
    box[_MARGIN : _MARGIN + height, _MARGIN : _MARGIN + width][label] = _INK

    def paint(place: float) -> VideoFrame:
        pixels = still.copy()
        left = round(place * (WIDTH - _BEAM))
        pixels[HEIGHT - _BEAM : HEIGHT, left : left + _BEAM] = _INK
        return VideoFrame.from_ndarray(pixels, format="yuv420p")

    return paint


def _label(title: str) -> NDArray[np.bool_]:
    lines = [bitmap(line, scale=4) for line in wrap(title, 24)]
    width = max(line.shape[1] for line in lines)
    return np.concatenate([np.pad(line, ((4, 4), (0, width - line.shape[1]))) for line in lines])


def _tones(pitch: float) -> Iterator[av.AudioFrame]:
    """One block of a soft tone per picture."""
    samples = RATE // FPS
    for number in count():
        times = np.arange(number * samples, (number + 1) * samples) / RATE
        swell = 0.6 + 0.4 * np.sin(2 * np.pi * times / 4)
        wave = (0.08 * swell * np.sin(2 * np.pi * pitch * times)).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(np.stack([wave, wave]), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = RATE, number * samples, Fraction(1, RATE)
        yield frame
