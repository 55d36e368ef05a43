"""The slate."""

import subprocess
import time
from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest

from ktv_host.streaming.binary import ffmpeg_path
from ktv_host.streaming.modes import Mode
from ktv_host.streaming.plans import decode_plan, encode_plan
from ktv_host.streaming.slate import HEIGHT, SEGMENT, WIDTH, slate_clip, slate_plan, slate_segment
from ktv_host.streaming.ticks import HZ

LINES = ("Retro Comedy", "No signal", "Next 20:15 Parkview Terrace")


def test_segments_put_together_are_one_seamless_stream(
    decoding_steps: Callable[[bytes], dict[str, Counter[int]]], complaints: Callable[[bytes], str]
) -> None:
    joined = b"".join(slate_segment(LINES, k * SEGMENT, SEGMENT) for k in range(5))
    assert decoding_steps(joined) == {"video": Counter({3600: 499}), "audio": Counter({1920: 937})}
    assert complaints(joined) == ""


@pytest.mark.parametrize("length", [HZ // 25, HZ, 9 * HZ + 17])
def test_a_slate_lasts_as_long_as_what_it_stands_for(
    decoding_steps: Callable[[bytes], dict[str, Counter[int]]], length: int
) -> None:
    steps = decoding_steps(slate_segment(LINES, 123_457, length))
    assert (steps["video"].total() + 1) * 3600 == pytest.approx(length, abs=3600)


def test_the_same_words_give_the_same_bytes() -> None:
    first = slate_clip(LINES)
    slate_clip.cache_clear()
    assert slate_clip(LINES) == first


def test_a_clip_is_made_while_a_viewer_waits() -> None:
    slate_clip(("warm",))
    begin = time.process_time()
    slate_clip(("A channel nobody has seen",))
    assert time.process_time() - begin < 1


def test_the_words_are_white_on_black_in_the_middle_of_noise() -> None:
    command = [
        ffmpeg_path(),
        "-v",
        "error",
        "-i",
        "pipe:0",
        "-frames:v",
        "1",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "gray",
        "-",
    ]
    done = subprocess.run(command, input=slate_segment(LINES, 0, SEGMENT), capture_output=True, check=True)
    picture = np.frombuffer(done.stdout, np.uint8).reshape(HEIGHT, WIDTH)
    middle, edge = picture[HEIGHT // 2 - 30 : HEIGHT // 2], picture[:40]
    assert middle.max() > 200
    assert np.median(middle) < 40
    assert edge.std() > 10


@pytest.mark.parametrize("lines", [(), ("",), ("x" * 500,), ("長い題名",), ("A", "b " * 200, "c " * 200)])
def test_any_text_can_be_shown(lines: tuple[str, ...]) -> None:
    assert len(slate_clip(lines).pictures) == 100


def test_the_plan_of_a_slate_is_named_for_its_words() -> None:
    plan = slate_plan(*LINES)
    assert (plan.mode, plan.caption) == (Mode.SLATE, LINES)
    assert plan.id == slate_plan(*LINES).id != slate_plan("Another").id
    assert decode_plan(encode_plan(plan)) == plan
