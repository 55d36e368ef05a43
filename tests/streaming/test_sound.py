"""Sound on the fixed grid."""

import io
from itertools import accumulate, pairwise

import av
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ktv_host.streaming.mpegts import Segment, stamped
from ktv_host.streaming.sound import encode_loop, grid, silence
from ktv_host.streaming.ticks import AAC_SAMPLES, SOUND_FRAME


@given(lengths=st.lists(st.integers(1, 10_000_000), min_size=1, max_size=20), begin=st.integers(-(10**6), 10**9))
def test_neighbouring_spans_share_no_frame_and_miss_none(lengths: list[int], begin: int) -> None:
    cuts = list(accumulate([begin, *lengths]))
    numbers = [number for start, end in pairwise(cuts) for number in grid(start, end)]
    assert numbers == list(grid(cuts[0], cuts[-1]))


def test_a_loop_has_one_frame_per_1024_samples() -> None:
    assert len(encode_loop(np.zeros(10 * AAC_SAMPLES, np.float32))) == 10


def test_silence_is_silent() -> None:
    segment = Segment.begin()
    track = segment.add_sound()
    frames = silence()
    data = segment.write(
        stamped(frames[number % len(frames)], track, number * SOUND_FRAME, SOUND_FRAME) for number in range(50)
    )
    with av.open(io.BytesIO(data), format="mpegts") as container:
        samples = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)
    assert samples.shape[1] >= 40 * AAC_SAMPLES
    assert np.abs(samples).max() < 1e-4
