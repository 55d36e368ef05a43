"""AAC frames on the fixed grid: frame n begins n · 1024 samples after the item's first picture, at 48 kHz."""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

import numpy as np
from av.audio.frame import AudioFrame
from av.codec.context import CodecContext
from numpy.typing import NDArray

from ktv_host.streaming.ticks import AAC_SAMPLES, SOUND_FRAME, SOUND_RATE

_PRIMING = 2  # frames the encoder gives before the first whole one


def grid(start: int, end: int) -> range:
    """The numbers of the frames that begin in [start, end) ticks: consecutive spans share none and miss none."""
    return range(-(-start // SOUND_FRAME), -(-end // SOUND_FRAME))


def encode_loop(
    samples: NDArray[np.float32], bit_rate: int = 64_000, *, rate: int = SOUND_RATE, channels: int = 2
) -> list[bytes]:
    """AAC frames of a sound that is played in a loop: one per 1024 of ``samples`` (mono, a multiple of 1024)."""
    layout = "mono" if channels == 1 else "stereo"
    encoder = CodecContext.create("aac", "w")
    encoder.sample_rate, encoder.bit_rate = rate, bit_rate
    encoder.layout, encoder.format = layout, "fltp"
    looped = np.concatenate([samples, samples[: _PRIMING * AAC_SAMPLES]])
    packets: list[bytes] = []
    for number, block in enumerate(looped.reshape(-1, AAC_SAMPLES)):
        frame = AudioFrame.from_ndarray(np.stack([block] * channels), format="fltp", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = rate, number * AAC_SAMPLES, Fraction(1, rate)
        packets += [bytes(packet) for packet in encoder.encode(frame)]
    packets += [bytes(packet) for packet in encoder.encode(None)]
    return packets[_PRIMING : _PRIMING + len(samples) // AAC_SAMPLES]


@lru_cache(maxsize=8)
def silence(rate: int = SOUND_RATE, channels: int = 2) -> Sequence[bytes]:
    """For items without sound, or without it for a while: many players wait for both streams."""
    return encode_loop(np.zeros(4 * AAC_SAMPLES, np.float32), rate=rate, channels=channels)
