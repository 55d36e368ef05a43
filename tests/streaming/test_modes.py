"""Copy, hybrid or transcode: the decision table."""

from dataclasses import replace
from typing import Any

import pytest

from ktv_host.streaming.modes import AudioFacts, Mode, Profile, StreamFacts, VideoFacts, choose_mode
from ktv_host.streaming.ticks import HZ

VIDEO = VideoFacts(
    codec="h264",
    profile="High",
    level=41,
    pixel_format="yuv420p",
    width=1280,
    height=720,
    frame_rate=25.0,
    interlaced=False,
    square_pixels=True,
    rotation=0,
    transfer=1,
)
AUDIO = AudioFacts(codec="aac", profile="LC", channels=2, sample_rate=48_000)
GOOD = StreamFacts(containers=frozenset({"mov", "mp4"}), video=VIDEO, audio=AUDIO, largest_gap=10 * HZ)


def test_h264_with_stereo_aac_is_copied() -> None:
    assert choose_mode(GOOD, Profile()).mode is Mode.COPY


def test_a_film_without_sound_is_copied() -> None:
    assert choose_mode(replace(GOOD, audio=None), Profile()).mode is Mode.COPY


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"codec": "hevc"}, "hevc"),
        ({"pixel_format": "yuv420p10le"}, "8-bit"),
        ({"level": 51}, "above 4.2"),
        ({"level": -99}, "above 4.2"),
        ({"interlaced": True}, "interlaced"),
        ({"rotation": 90}, "rotated"),
        ({"square_pixels": False}, "not square"),
        ({"transfer": 16}, "HDR"),
    ],
)
def test_pictures_not_every_player_takes_are_encoded(change: dict[str, Any], reason: str) -> None:
    choice = choose_mode(replace(GOOD, video=replace(VIDEO, **change)), Profile())
    assert choice.mode is Mode.TRANSCODE
    assert reason in choice.reason


@pytest.mark.parametrize(
    "change",
    [
        {"containers": frozenset({"avi"})},
        {"orderly": False},
        {"hidden": True},
        {"largest_gap": None},
        {"largest_gap": 10 * HZ + 49 * HZ // 100 + 1},
    ],
)
def test_a_file_that_cannot_be_cut_is_encoded(change: dict[str, Any]) -> None:
    assert choose_mode(replace(GOOD, **change), Profile()).mode is Mode.TRANSCODE


@pytest.mark.parametrize(
    "change",
    [{"codec": "ac3", "profile": None}, {"profile": "HE-AAC"}, {"channels": 6}],
    ids=str,
)
def test_sound_not_every_player_takes_is_encoded_alone(change: dict[str, Any]) -> None:
    assert choose_mode(replace(GOOD, audio=replace(AUDIO, **change)), Profile()).mode is Mode.HYBRID


@pytest.mark.parametrize(
    ("profile", "mode"),
    [
        (Profile(gain_db=-3.0), Mode.HYBRID),
        (Profile(watermark="logo.png"), Mode.TRANSCODE),
        (Profile(burn_subtitles=True), Mode.TRANSCODE),
        (Profile(uniform=True), Mode.TRANSCODE),
    ],
)
def test_what_a_channel_adds_is_encoded(profile: Profile, mode: Mode) -> None:
    assert choose_mode(GOOD, profile).mode is mode


def test_profiles_that_differ_have_different_keys() -> None:
    profiles = [Profile(), Profile(height=480), Profile(gain_db=1), Profile(languages=("eng",)), Profile(uniform=True)]
    assert len({profile.key for profile in profiles}) == len(profiles)
