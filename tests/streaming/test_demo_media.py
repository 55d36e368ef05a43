"""The made-up films of the demo library."""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import av
import pytest

from ktv_host.domain.media import LocalFile
from ktv_host.streaming.demo_media import loop_clip, make_clip
from ktv_host.streaming.modes import Mode, Profile
from ktv_host.streaming.plans import make_plan
from ktv_host.streaming.probe import probe_file


@pytest.mark.parametrize(
    ("name", "codec", "mode"),
    [
        ("film.mp4", "h264", Mode.COPY),
        ("film.mkv", "h264", Mode.COPY),
        ("film.avi", "mpeg4", Mode.TRANSCODE),
        ("film.mkv", "mpeg4", Mode.TRANSCODE),
    ],
)
def test_a_clip_is_looped_to_the_length_asked_for(
    tmp_path: Path, name: str, codec: Literal["h264", "mpeg4"], mode: Mode
) -> None:
    clip, film = tmp_path / f"clip-{name}", tmp_path / name
    make_clip(clip, seconds=4, hue=200, title="The Long Way", codec=codec)
    loop_clip(clip, film, seconds=45, metadata={"title": "The Long Way", "genre": "Drama", "date": "1994"})
    probe = probe_file(LocalFile(str(film)))
    assert probe.duration_ms == pytest.approx(45_000, abs=60)
    assert (probe.tags["title"], probe.tags["genre"], probe.tags["date"]) == ("The Long Way", "Drama", "1994")
    assert make_plan(LocalFile(str(film)), Profile()).mode is mode


def test_the_seams_of_the_loop_do_not_show(tmp_path: Path, picture_hashes: Callable[[Path | bytes], list[str]]) -> None:
    clip, film = tmp_path / "clip.mp4", tmp_path / "film.mp4"
    make_clip(clip, seconds=2.7, hue=0, title="x", codec="h264")
    loop_clip(clip, film, seconds=8, metadata={})
    assert picture_hashes(film) == picture_hashes(clip) * 3
    with av.open(film) as container:
        times = [packet.dts for packet in container.demux(audio=0) if packet.dts is not None]
    assert {after - before for before, after in itertools.pairwise(times)} == {1024}


def test_films_of_another_hue_look_different(
    tmp_path: Path, picture_hashes: Callable[[Path | bytes], list[str]]
) -> None:
    for hue in (0, 120):
        make_clip(tmp_path / f"{hue}.mp4", seconds=2.7, hue=hue, title="x", codec="h264")
    assert picture_hashes(tmp_path / "0.mp4") != picture_hashes(tmp_path / "120.mp4")
