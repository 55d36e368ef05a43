"""Sound that begins late, ends early, or is not there: every segment has some, and no picture is lost."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from ktv_host.domain.media import LocalFile
from ktv_host.streaming.modes import Mode, Profile
from ktv_host.streaming.plans import make_plan
from ktv_host.streaming.remux import copy_segment
from ktv_host.streaming.segments import copy_job

Steps = Callable[[bytes], dict[str, Counter[int]]]
Hashes = Callable[[Path | bytes], list[str]]
PICTURE = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25"]
H264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "125", "-bf", "2"]


@pytest.fixture
def film(tmp_path: Path, ffmpeg: Callable[..., None]) -> Callable[..., Path]:
    """Twenty seconds of pictures, and what the arguments say of sound."""

    def make(sound: Sequence[str], *encoding: str, name: str = "film.mkv") -> Path:
        path = tmp_path / name
        ffmpeg(*PICTURE, *sound, "-t", "20", *H264, "-c:a", "aac", *encoding, path)
        return path

    return make


def _segments(path: Path) -> list[bytes]:
    source = LocalFile(str(path))
    plan = make_plan(source, Profile())
    assert plan.mode is Mode.COPY
    return [copy_segment(copy_job(plan, k, None, source)) for k in range(plan.segments)]


SINE = ["-f", "lavfi", "-i", "sine=sample_rate=48000"]


@pytest.mark.parametrize(
    "sound",
    [
        ["-f", "lavfi", "-i", "sine=sample_rate=48000:duration=7"],
        ["-itsoffset", "8", "-f", "lavfi", "-i", "sine=sample_rate=48000:duration=12"],
        ["-itsoffset", "6", "-f", "lavfi", "-i", "sine=sample_rate=48000:duration=2"],
    ],
    ids=["ends early", "begins late", "is short"],
)
def test_silence_fills_what_is_missing(
    film: Callable[..., Path], decoding_steps: Steps, complaints: Callable[[bytes], str], sound: list[str]
) -> None:
    segments = _segments(film(sound, "-ac", "2", name="film.mp4"))
    for segment in segments:
        assert decoding_steps(segment)["audio"].total() > 150
    joined = b"".join(segments)
    steps = decoding_steps(joined)["audio"]
    assert steps.total() * 1920 == pytest.approx(20 * 90_000, abs=90_000)
    assert max(steps) < 90_000 / 2 + 1920
    assert complaints(joined) == ""


def test_silence_is_like_the_rest_of_the_sound(
    film: Callable[..., Path], decoding_steps: Steps, complaints: Callable[[bytes], str]
) -> None:
    early = ["-f", "lavfi", "-i", "sine=sample_rate=44100:duration=7"]
    joined = b"".join(_segments(film(early, "-ac", "1", name="film.mp4")))
    assert decoding_steps(joined)["audio"].total() == pytest.approx(20 * 44_100 / 1024, abs=20)
    assert complaints(joined) == ""


def test_sound_without_a_pause_is_left_alone(film: Callable[..., Path], decoding_steps: Steps) -> None:
    steps = decoding_steps(b"".join(_segments(film(SINE, "-ac", "2", name="film.mp4"))))
    assert set(steps["audio"]) == {1920}


def test_pictures_of_uneven_length_are_copied_as_they_are(
    tmp_path: Path, ffmpeg: Callable[..., None], picture_hashes: Hashes, decoding_steps: Steps
) -> None:
    path = tmp_path / "uneven.mkv"
    uneven = ["-vf", "select='not(eq(mod(n,7),3))+eq(mod(n,50),0)'", "-fps_mode", "vfr", "-bf", "0"]
    ffmpeg(*PICTURE, *SINE, "-t", "20", *H264, *uneven, "-c:a", "aac", "-ac", "2", path)
    joined = b"".join(_segments(path))
    assert picture_hashes(joined) == picture_hashes(path)
    assert len(decoding_steps(joined)["video"]) > 1
