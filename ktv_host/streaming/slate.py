"""The slate: analogue static with a few words, shown where there is nothing else to show.

One clip of 4 s is encoded once per text; every segment is cut from its loop, so a slate of any length costs nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from av.codec.context import CodecContext
from av.packet import Packet
from av.stream import Stream
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from ktv_host.streaming.font import bitmap, wrap
from ktv_host.streaming.modes import Mode
from ktv_host.streaming.mpegts import Segment, stamped
from ktv_host.streaming.plans import ALGO, Plan
from ktv_host.streaming.sound import encode_loop, grid
from ktv_host.streaming.ticks import AAC_SAMPLES, HZ, LEAD_IN, SOUND_FRAME

WIDTH, HEIGHT, FPS = 640, 360, 25
SEGMENT = 4 * HZ
_FRAMES = 4 * FPS
_PICTURE = HZ // FPS
_SOUND_LOOP = 375  # frames: 8 s exactly
_GRAIN = 4  # pixels a speck of noise is wide
_HOLD = 2  # pictures it stays
_LOUDNESS = 0.004
_MARGIN, _BLACK, _WHITE = 10, 16, 235
_CODECS = "avc1.42c01e,mp4a.40.2"
_BANDWIDTH = 1_500_000


@dataclass(frozen=True, slots=True)
class Clip:
    """The encoded loop: 100 pictures of which the first is a keyframe, and 8 s of sound."""

    pictures: tuple[bytes, ...]
    sound: tuple[bytes, ...]


def slate_plan(*lines: str) -> Plan:
    """The plan of the slate with these lines; the first is the largest."""
    digest = blake2b(f"slate|{'|'.join(lines)}|{ALGO}".encode(), digest_size=8).hexdigest()
    return Plan(
        id=digest,
        asset="",
        mode=Mode.SLATE,
        reason="there is nothing else to show",
        boundaries=(),
        width=WIDTH,
        height=HEIGHT,
        codecs=_CODECS,
        bandwidth=_BANDWIDTH,
        caption=lines,
    )


def slate_segment(lines: tuple[str, ...], start: int, length: int, delay: int = 0) -> bytes:
    """The slate from ``start`` for ``length`` ticks, on the time line of the item it stands for.

    ``delay`` is the item's: decoding times then go on evenly from its pictures to the slate and back.
    """
    clip = slate_clip(lines)
    segment = Segment.begin()
    track = segment.container.add_mux_stream("h264", FPS, width=WIDTH, height=HEIGHT)
    sound = segment.add_sound()
    pictures = list(_pictures(clip, track, start, length))
    for picture in pictures:
        picture.dts = (picture.pts or 0) - delay
    packets = [*pictures, *_sounds(clip, sound, start, length)]
    packets.sort(key=lambda packet: packet.dts or 0)
    return segment.write(packets)


def _pictures(clip: Clip, track: Stream, start: int, length: int) -> Iterator["Packet[Stream]"]:
    for number in range(-(-length // _PICTURE)):
        position = number % _FRAMES
        time = start + number * _PICTURE + LEAD_IN
        yield stamped(clip.pictures[position], track, time, _PICTURE, keyframe=position == 0)


def _sounds(clip: Clip, track: Stream, start: int, length: int) -> Iterator["Packet[Stream]"]:
    for number in grid(start, start + length):
        data = clip.sound[number % len(clip.sound)]
        yield stamped(data, track, number * SOUND_FRAME + LEAD_IN, SOUND_FRAME)


@lru_cache(maxsize=16)  # half a megabyte each
def slate_clip(lines: tuple[str, ...]) -> Clip:
    """Encode the clip, in a fraction of a second. The same text gives the same bytes everywhere."""
    encoder = _encoder()
    words = _words(lines)
    noise = np.random.default_rng(1)
    pictures: list[bytes] = []
    for number in range(0, _FRAMES, _HOLD):
        pixels = _static(noise, words)
        for shown in range(number, number + _HOLD):
            frame = VideoFrame.from_ndarray(pixels, format="yuv420p")
            frame.pts, frame.time_base = shown, Fraction(1, FPS)
            pictures += [bytes(packet) for packet in encoder.encode(frame)]
    pictures += [bytes(packet) for packet in encoder.encode(None)]
    return Clip(tuple(pictures), _hiss())


@lru_cache(maxsize=1)
def _hiss() -> tuple[bytes, ...]:
    noise = np.random.default_rng(2).standard_normal(_SOUND_LOOP * AAC_SAMPLES)
    return tuple(encode_loop((noise * _LOUDNESS).astype(np.float32)))


def _encoder() -> VideoCodecContext:
    encoder = CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, FPS), Fraction(FPS)
    encoder.gop_size = _FRAMES
    encoder.options = {
        "preset": "ultrafast",
        "profile": "baseline",
        "crf": "32",
        "threads": "1",  # more would make the bytes depend on the machine
        "x264-params": "scenecut=0",
    }
    return encoder


def _static(noise: np.random.Generator, words: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """One picture: coarse grey noise with darker lines, and the words on a black band."""
    rows, columns = HEIGHT // _GRAIN, WIDTH // _GRAIN
    specks = noise.integers(30, 150, (rows, columns), dtype=np.uint8)
    specks[::3] //= 2
    pixels = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
    pixels[:HEIGHT] = specks.repeat(_GRAIN, axis=0).repeat(_GRAIN, axis=1)
    if words.any():
        top = (HEIGHT - words.shape[0]) // 2
        band = pixels[top - _MARGIN : top + words.shape[0] + _MARGIN]
        band[:] = _BLACK
        left = (WIDTH - words.shape[1]) // 2
        band[_MARGIN:-_MARGIN, left : left + words.shape[1]][words] = _WHITE
    return pixels


def _words(lines: tuple[str, ...]) -> NDArray[np.bool_]:
    """The lines in the middle: the first large, the others small, cut where the picture would be full."""
    rows: list[NDArray[np.bool_]] = []
    for number, line in enumerate(lines):
        scale, columns, most = (6, 17, 2) if number == 0 else (3, 34, 2)
        rows += [bitmap(part, scale=scale) for part in wrap(line, columns)[:most] if part]
    if not rows:
        return np.zeros((0, 0), np.bool_)
    width = max(row.shape[1] for row in rows)
    centred = [np.pad(row, ((8, 8), _sides(width - row.shape[1]))) for row in rows]
    return np.concatenate(centred)[: HEIGHT - 4 * _MARGIN]


def _sides(space: int) -> tuple[int, int]:
    return space // 2, space - space // 2
