"""Plans: how one item becomes segments, under one profile. Immutable, and the same on every node."""

import json
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from hashlib import blake2b
from typing import Any

import av

from ktv_host.domain.media import LocalFile, MediaSource
from ktv_host.errors import InvalidMedia
from ktv_host.streaming.assets import asset_key
from ktv_host.streaming.boundaries import copy_boundaries, decode_boundaries, encode_boundaries, even_boundaries
from ktv_host.streaming.boundaries import largest_gap as gap_of
from ktv_host.streaming.containers import choose_audio, main_video, opened
from ktv_host.streaming.facts import audio_facts, codec_string, video_facts
from ktv_host.streaming.keyframes import KeyframeTable, keyframe_table
from ktv_host.streaming.modes import Mode, Profile, StreamFacts, choose_mode
from ktv_host.streaming.ticks import HZ
from ktv_host.streaming.worker_pools import WorkerPools

ALGO = "1"  # of everything that turns media into bytes: a change here makes new plans
_SOUND = "mp4a.40.2"
_ENCODED = "avc1.64001f"
_FASTEST = 45.0
_RATES = (Fraction(24000, 1001), Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(30))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """``boundaries[k]`` is where segment k begins and ``boundaries[-1]`` the end, in ticks from the first picture.

    A slate has no boundaries: its segments last 4 s each and never end; ``caption`` is what it shows.
    """

    id: str
    asset: str
    mode: Mode
    reason: str
    boundaries: tuple[int, ...]
    width: int
    height: int
    codecs: str
    bandwidth: int
    frame_rate: float = 25.0
    video_index: int = 0
    audio_index: int | None = None
    origin: int = 0
    delay: int = 0
    by_dts: bool = False
    caption: tuple[str, ...] = field(default=())

    @property
    def length(self) -> int:
        """Ticks of media there are."""
        return self.boundaries[-1] if self.boundaries else 0

    @property
    def segments(self) -> int:
        return max(0, len(self.boundaries) - 1)


def plan_id(asset: str, profile: str, mode: Mode) -> str:
    return blake2b(f"{asset}|{profile}|{mode}|{ALGO}".encode(), digest_size=8).hexdigest()


def encode_plan(plan: Plan) -> bytes:
    """For the database: one line of JSON, then the boundaries."""
    values = {item.name: getattr(plan, item.name) for item in fields(Plan) if item.name != "boundaries"}
    return json.dumps(values).encode() + b"\n" + encode_boundaries(plan.boundaries)


def decode_plan(data: bytes) -> Plan:
    header, _, steps = data.partition(b"\n")
    values: dict[str, Any] = json.loads(header)
    values["mode"], values["caption"] = Mode(values["mode"]), tuple(values["caption"])
    return Plan(boundaries=decode_boundaries(steps) if steps else (), **values)


class Planner:
    """Makes plans in worker processes, ahead of other work: somebody waits for the picture."""

    def __init__(self, workers: WorkerPools) -> None:
        self._workers = workers

    async def asset(self, source: MediaSource) -> str:
        return await self._workers.of(source).run_on("plan", asset_key, source)

    async def plan(self, source: MediaSource, profile: Profile) -> Plan:
        """Raises InvalidMedia, MediaGone, ProviderUnavailable or WorkerCrashed."""
        return await self._workers.of(source).run_on("plan", make_plan, source, profile)


def make_plan(source: MediaSource, profile: Profile) -> Plan:
    """Reads the index and one picture; a local file without an index is read through once."""
    asset = asset_key(source)
    with opened(source) as container:
        video = main_video(container)
        if video is None:
            raise InvalidMedia("it has no video stream")
        audio = choose_audio(container, profile.languages)
        table = keyframe_table(container, video, may_scan=isinstance(source, LocalFile))
        pictures = video_facts(container, video)
        facts = StreamFacts(
            containers=frozenset(container.format.name.split(",")),
            video=pictures,
            audio=audio_facts(audio),
            largest_gap=gap_of(table.times, table.end) if table is not None else None,
            orderly=table is None or table.orderly,
            hidden=table is not None and table.hidden,
        )
        choice = choose_mode(facts, profile)
        seconds = (container.duration or 0) / av.time_base
        copied = choice.mode is not Mode.TRANSCODE
        codecs = codec_string(video.codec_context.extradata) if copied else _ENCODED
        plan = Plan(
            id=plan_id(asset, profile.key, choice.mode),
            asset=asset,
            mode=choice.mode,
            reason=choice.reason,
            boundaries=_boundaries(table, seconds, pictures.frame_rate, copied=copied),
            width=pictures.width,
            height=pictures.height,
            codecs=f"{codecs},{_SOUND}",
            bandwidth=_bandwidth(container.size, seconds) if copied else profile.video_kbps * 1500,
            frame_rate=pictures.frame_rate,
            video_index=video.index,
            audio_index=audio.index if audio is not None else None,
        )
    if table is None:
        return plan
    return replace(plan, origin=table.origin, delay=table.delay, by_dts=table.by_dts)


def _boundaries(table: KeyframeTable | None, seconds: float, rate: float, *, copied: bool) -> tuple[int, ...]:
    if copied and table is not None:
        return copy_boundaries(table.times, table.end)
    length = table.end if table is not None else round(seconds * HZ)
    if length <= 0:
        raise InvalidMedia("its length is not known")
    return even_boundaries(length, encoded_rate(rate))


def encoded_rate(rate: float) -> Fraction:
    """The constant picture rate an item is encoded at: the nearest usual one; 50 and 60 are halved."""
    wanted = rate / 2 if rate > _FASTEST else rate
    return min(_RATES, key=lambda usual: abs(float(usual) - wanted))


def _bandwidth(size: int, seconds: float) -> int:
    """Peak bits per second, guessed from the average: twice of it, and what MPEG-TS adds."""
    return round(size * 8 / max(seconds, 1.0) * 2.1)
