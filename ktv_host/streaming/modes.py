"""How an item's segments are made: copied if every player can take them, re-encoded only as far as needed."""

from dataclasses import dataclass
from enum import StrEnum

from ktv_host.streaming.ticks import HZ

MAX_SEGMENT = 10 * HZ + 49 * HZ // 100  # 10.49 s still rounds to a target duration of 10 s
_COPY_CONTAINERS = {"mov", "mp4", "matroska", "webm", "mpegts", "flv"}
_MAX_LEVEL = 42
_HDR_TRANSFERS = {16, 18}  # PQ and HLG, in the numbers of H.273


class Mode(StrEnum):
    COPY = "copy"
    HYBRID = "hybrid"  # pictures copied, sound encoded
    TRANSCODE = "transcode"
    SLATE = "slate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a channel asks of its stream. Everything in it changes bytes, so everything is in the plan's id."""

    height: int = 720
    video_kbps: int = 3000
    preset: str = "veryfast"
    languages: tuple[str, ...] = ()
    gain_db: float = 0.0
    watermark: str | None = None
    burn_subtitles: bool = False
    uniform: bool = False  # one format for all items, for players that dislike changes

    @property
    def key(self) -> str:
        values = (self.height, self.video_kbps, self.preset, ",".join(self.languages), f"{self.gain_db:g}")
        return "|".join(map(str, (*values, self.watermark or "", self.burn_subtitles, self.uniform)))


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoFacts:
    codec: str
    profile: str | None
    level: int
    pixel_format: str | None
    width: int
    height: int
    frame_rate: float
    interlaced: bool
    square_pixels: bool
    rotation: int
    transfer: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioFacts:
    codec: str
    profile: str | None
    channels: int
    sample_rate: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamFacts:
    """What decides the mode. ``largest_gap`` is between keyframes, in ticks; None when it is not known."""

    containers: frozenset[str]
    video: VideoFacts
    audio: AudioFacts | None
    largest_gap: int | None
    orderly: bool = True  # decoding times rise
    hidden: bool = False  # an edit list hides pictures that others need


@dataclass(frozen=True, slots=True)
class Choice:
    mode: Mode
    reason: str


def choose_mode(facts: StreamFacts, profile: Profile) -> Choice:
    """The cheapest mode that gives what the profile and every player ask for, and why nothing cheaper does."""
    obstacle = _video_obstacle(facts, profile)
    if obstacle is not None:
        return Choice(Mode.TRANSCODE, obstacle)
    obstacle = _audio_obstacle(facts.audio, profile)
    if obstacle is not None:
        return Choice(Mode.HYBRID, obstacle)
    return Choice(Mode.COPY, "every player takes it as it is")


def _video_obstacle(facts: StreamFacts, profile: Profile) -> str | None:
    video = facts.video
    obstacles = {
        "the channel asks for one format for all items": profile.uniform,
        "a watermark is burned in": profile.watermark is not None,
        "subtitles are burned in": profile.burn_subtitles,
        f"the video codec is {video.codec}, not H.264": video.codec != "h264",
        f"the pixel format is {video.pixel_format}, not 8-bit 4:2:0": video.pixel_format not in {"yuv420p", "yuvj420p"},
        f"the H.264 level is {video.level / 10:g}, above 4.2": not 0 < video.level <= _MAX_LEVEL,
        "it is interlaced": video.interlaced,
        "it is rotated": video.rotation % 360 != 0,
        "its pixels are not square": not video.square_pixels,
        "it is HDR": video.transfer in _HDR_TRANSFERS,
        "its container keeps no reliable times": not facts.containers & _COPY_CONTAINERS,
        "its decoding times go backwards": not facts.orderly,
        "an edit list hides its first pictures": facts.hidden,
        "its keyframes are not known": facts.largest_gap is None,
        "its keyframes are more than 10.49 s apart": (facts.largest_gap or 0) > MAX_SEGMENT,
    }
    return next((text for text, holds in obstacles.items() if holds), None)


def _audio_obstacle(audio: AudioFacts | None, profile: Profile) -> str | None:
    if audio is None:
        return None  # silence is added, which needs no encoder
    if audio.codec != "aac" or audio.profile != "LC":
        return f"the sound is {audio.codec} {audio.profile or ''}".rstrip() + ", not AAC-LC"
    if audio.channels > 2:
        return f"the sound has {audio.channels} channels"
    return "the channel changes the volume" if profile.gain_db else None
