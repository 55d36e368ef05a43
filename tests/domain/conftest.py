"""What the scheduling tests build from: blocks, items, requests, and hypothesis strategies for all of them."""

import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import strategies as st

from ktv_host.domain.block import (
    WEEK,
    AlgorithmicContent,
    FillStrategy,
    ManualContent,
    ProgrammingBlock,
    RecyclePolicy,
    ScheduleConfig,
)
from ktv_host.domain.filter import MediaFilter
from ktv_host.domain.grid import overlaps
from ktv_host.domain.media import ContentType
from ktv_host.domain.plan import Kept, PlannedSlot, PlanRequest
from ktv_host.domain.pool import PoolItem
from ktv_host.domain.recycle import Airing

GOLDEN = Path(__file__).parent / "golden"
ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",  # half an hour
    "Africa/Casablanca",  # back for Ramadan
    "Africa/Cairo",  # clocks change at midnight
    "America/Santiago",
    "Asia/Beirut",
    "Pacific/Chatham",
    "America/St_Johns",
    "Europe/Dublin",  # winter time is the exception
    "Antarctica/Troll",  # two hours
]


def block(strategy: str | Sequence[str] = "sequential", **fields: Any) -> ProgrammingBlock:
    """A block from 20:00 for two hours; ``strategy`` is a list of ids for a manual one."""
    content: AlgorithmicContent | ManualContent
    if isinstance(strategy, str):
        content = AlgorithmicContent(strategy=FillStrategy(strategy))
    else:
        content = ManualContent(items=tuple(strategy))
    start = fields.pop("start", "20:00")
    if fields.pop("with_filler", False):
        fields["filler"] = MediaFilter(content_type=ContentType.SHORT)
    usual: dict[str, Any] = {"id": "evening", "name": "Evening", "duration_mins": 120}
    return ProgrammingBlock(**{**usual, "start_time": time.fromisoformat(start), "content": content, **fields})


def item(item_id: str, mins: float, **fields: Any) -> PoolItem:
    return PoolItem(item_id, int(mins * 60), **{"title": item_id, **fields})


def episodes(number: int, mins: float = 30, series: str = "The Show", seasons: int = 1) -> list[PoolItem]:
    """``number`` episodes a season, in order; ids are ``s1e1`` and so on."""
    return [
        item(f"s{season}e{episode}", mins, series_name=series, season_number=season, episode_number=episode)
        for season in range(1, seasons + 1)
        for episode in range(1, number + 1)
    ]


def at(text: str) -> datetime:
    """``2026-05-01 20:00`` in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def request(*blocks: ProgrammingBlock, pool: Sequence[PoolItem] = (), **fields: Any) -> PlanRequest:
    """Two days from 2026-05-01 00:00 UTC without a recycle policy; ``pool`` is every block's."""
    usual: dict[str, Any] = {
        "channel_id": "channel",
        "timezone": "UTC",
        "config": ScheduleConfig(blocks),
        "policy": RecyclePolicy(cooldown_days=None),
        "generation": 1,
        "start": at("2026-05-01 00:00"),
        "until": at("2026-05-03 00:00"),
        "pools": {each.id: pool for each in blocks},
        "fillers": {each.id: fields.pop("filler_pool", ()) for each in blocks if each.filler is not None},
    }
    return PlanRequest(**{**usual, **fields})


def kept(slot: PlannedSlot) -> Kept:
    return Kept(slot.start_at, slot.end_at, slot.item_id, slot.block_id, slot.filler)


def airings(slots: Sequence[PlannedSlot], generation: int) -> list[Airing]:
    return [Airing(slot.item_id, slot.start_at, slot.end_at, slot.block_id, generation) for slot in slots]


@pytest.fixture(scope="session")
def build() -> SimpleNamespace:
    return SimpleNamespace(
        block=block, item=item, episodes=episodes, at=at, request=request, kept=kept, airings=airings, zones=ZONES
    )


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compare with a file of golden/; KTV_UPDATE_GOLDEN=1 (``make golden``) writes it instead."""

    def check(name: str, text: str) -> None:
        path = GOLDEN / name
        if os.environ.get("KTV_UPDATE_GOLDEN") == "1":
            path.write_text(text, encoding="utf-8")
        assert path.read_text(encoding="utf-8") == text

    return check


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12).filter(str.strip)
labels = st.lists(texts, max_size=3).map(tuple)
seconds = st.none() | st.integers(0, 20_000)


@st.composite
def filters(draw: st.DrawFn) -> MediaFilter:
    shortest, longest = draw(seconds), draw(seconds)
    if shortest is not None and longest is not None:
        shortest, longest = sorted((shortest, longest))
    return MediaFilter(
        content_type=draw(st.none() | st.sampled_from(ContentType)),
        genres=draw(labels),
        decade=draw(st.none() | st.integers(190, 203).map(lambda tens: tens * 10)),
        tags=draw(labels),
        min_duration_secs=shortest,
        max_duration_secs=longest,
        collections=draw(labels),
        series_names=draw(labels),
        search_term=draw(st.none() | texts),
    )


@st.composite
def blocks(draw: st.DrawFn, block_id: str) -> ProgrammingBlock:
    content = draw(
        st.builds(AlgorithmicContent, filter=filters(), strategy=st.sampled_from(FillStrategy))
        | st.builds(ManualContent, items=st.lists(st.sampled_from([f"i{n}" for n in range(40)]), max_size=6).map(tuple))
    )
    return ProgrammingBlock(
        id=block_id,
        name=draw(texts),
        start_time=draw(st.times(timezones=st.none())).replace(microsecond=0, fold=0),
        duration_mins=draw(st.integers(1, 240) | st.integers(1, 3000)),
        content=content,
        days=draw(st.just(frozenset(WEEK)) | st.frozensets(st.sampled_from(WEEK), min_size=1)),
        loop_on_finish=draw(st.booleans()),
        ignore_recycle_policy=draw(st.booleans()),
        align_mins=draw(st.none() | st.sampled_from((5, 15, 30, 60))),
        max_per_series=draw(st.none() | st.integers(1, 3)),
        filler=draw(st.none() | filters()),
    )


@st.composite
def configs(draw: st.DrawFn) -> ScheduleConfig:
    """Blocks that do not overlap: those that would are left out."""
    chosen: list[ProgrammingBlock] = []
    for number in range(draw(st.integers(0, 5))):
        candidate = draw(blocks(f"b{number}"))
        if not overlaps(ScheduleConfig((*chosen, candidate)), "UTC"):
            chosen.append(candidate)
    return ScheduleConfig(tuple(chosen))


policies = st.builds(
    RecyclePolicy,
    cooldown_days=st.none() | st.integers(0, 10),
    cooldown_generations=st.none() | st.integers(0, 3),
    min_available_ratio=st.sampled_from((0.0, 0.07, 0.2, 0.5, 1.0)),
)


@st.composite
def pools(draw: st.DrawFn) -> list[PoolItem]:
    """Items i0, i1 … of a few series, some short, some too long for anything, some of unknown length."""
    found = []
    for number in range(draw(st.integers(0, 12))):
        series = draw(st.none() | st.sampled_from(("Alpha", "Beta")))
        found.append(
            PoolItem(
                f"i{number}",
                draw(st.integers(60, 7200) | st.sampled_from((0, 1, 600, 1800, 86_400))),
                draw(st.sampled_from(("One", "Two", "Three"))),
                series,
                draw(st.none() | st.integers(0, 3)) if series else None,
                draw(st.none() | st.integers(1, 9)) if series else None,
            )
        )
    return found


@st.composite
def histories(draw: st.DrawFn, before: datetime, generation: int) -> list[Airing]:
    found = []
    for _ in range(draw(st.integers(0, 10))):
        start = before - timedelta(minutes=draw(st.integers(1, 15_000)))
        found.append(
            Airing(
                f"i{draw(st.integers(0, 14))}",
                start,
                start + timedelta(minutes=30),
                f"b{draw(st.integers(0, 4))}",
                draw(st.integers(max(0, generation - 4), generation - 1)),
            )
        )
    return found


FIRST, LAST = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (2024, 2028))
instants = st.integers(FIRST, LAST).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@st.composite
def requests(draw: st.DrawFn) -> PlanRequest:
    """Any channel at any moment of 2024 to 2027, nothing kept yet."""
    config, start, generation = draw(configs()), draw(instants), draw(st.integers(1, 6))
    pool, filler = draw(pools()), draw(pools())
    return PlanRequest(
        channel_id="channel",
        timezone=draw(st.sampled_from(ZONES)),
        config=config,
        policy=draw(policies),
        generation=generation,
        start=start,
        until=start + timedelta(minutes=draw(st.integers(1, 2880))),
        pools={each.id: pool for each in config.blocks},
        fillers={each.id: filler for each in config.blocks if each.filler is not None},
        airings=draw(histories(start, generation)),
    )


@pytest.fixture(scope="session")
def some() -> SimpleNamespace:
    """Hypothesis strategies."""
    return SimpleNamespace(
        texts=texts,
        labels=labels,
        filters=filters(),
        configs=configs(),
        policies=policies,
        pools=pools(),
        histories=histories,
        instants=instants,
        requests=requests(),
    )
