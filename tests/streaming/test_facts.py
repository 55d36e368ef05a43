"""What the streams of a file are."""

from collections.abc import Callable
from pathlib import Path

import av
import pytest

from ktv_host.streaming.facts import audio_facts, codec_string, video_facts
from ktv_host.streaming.modes import VideoFacts

Films = dict[str, Path]


def _video(path: Path) -> VideoFacts:
    with av.open(path) as container:
        return video_facts(container, container.streams.video[0])


def test_a_usual_film(films: Films) -> None:
    facts = _video(films["closed.mp4"])
    assert (facts.codec, facts.pixel_format, facts.width, facts.height) == ("h264", "yuv420p", 320, 180)
    assert (facts.interlaced, facts.square_pixels, facts.rotation, facts.frame_rate) == (False, True, 0, 25.0)
    assert facts.level == 12


@pytest.mark.parametrize(
    ("options", "field", "value"),
    [
        (["-flags", "+ilme+ildct", "-x264-params", "tff=1"], "interlaced", True),
        (["-vf", "setsar=4/3"], "square_pixels", False),
        (["-pix_fmt", "yuv420p10le"], "pixel_format", "yuv420p10le"),
        (["-color_trc", "smpte2084"], "transfer", 16),
    ],
)
def test_what_is_unusual_is_seen(
    tmp_path: Path, ffmpeg: Callable[..., None], options: list[str], field: str, value: object
) -> None:
    film = tmp_path / "film.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=160x120:rate=25", "-t", "1", "-c:v", "libx264", *options, film)
    assert getattr(_video(film), field) == value


def test_a_phone_held_upright_is_seen(films: Films, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    with av.open(films["closed.mp4"]) as source, av.open(film, "w") as target:
        track = target.add_stream_from_template(source.streams.video[0])
        track.set_display_rotation(90)
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = track
                target.mux(packet)
    assert _video(film).rotation % 180 == 90


def test_sound(odd_films: Films) -> None:
    with av.open(odd_films["surround.mkv"]) as container:
        facts = audio_facts(container.streams.audio[0])
    assert facts is not None
    assert (facts.codec, facts.profile, facts.channels, facts.sample_rate) == ("aac", "LC", 6, 48_000)
    assert audio_facts(None) is None


@pytest.mark.parametrize(
    ("extradata", "name"),
    [
        (b"\x01\x64\x00\x1f\xff", "avc1.64001f"),
        (b"\x00\x00\x00\x01\x67\x42\xc0\x1e\x00", "avc1.42c01e"),
        (b"\x00\x00\x01\x09\xf0\x00\x00\x01\x67\x4d\x40\x28\x00", "avc1.4d4028"),
        (None, "avc1.640028"),
    ],
)
def test_codecs_are_named_as_in_a_playlist(extradata: bytes | None, name: str) -> None:
    assert codec_string(extradata) == name
