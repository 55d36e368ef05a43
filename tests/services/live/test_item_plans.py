"""Plans of items: made once, in time, and given up on for a while when they fail."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import structlog

from ktv_host.domain.media import LocalFile, MediaSource
from ktv_host.errors import InvalidMedia, MediaGone, ProviderUnavailable
from ktv_host.services.live.item_plans import ItemPlans
from ktv_host.services.live.watching import Watching
from ktv_host.streaming.modes import Mode, Profile
from ktv_host.streaming.plans import Plan
from ktv_host.streaming.slate import slate_plan

PLAN = replace(slate_plan("x"), id="p", asset="bytes 1", mode=Mode.COPY)


class Clock:
    now = datetime(2026, 11, 23, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Files:
    """Stands for the planner and for where sources come from: ``content`` says what lies there."""

    def __init__(self) -> None:
        self.content: dict[str, Plan | Exception] = {"one": PLAN}
        self.planned: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def source(self, media_id: str) -> MediaSource:
        if media_id not in self.content:
            raise MediaGone(f"no {media_id}")
        return LocalFile(media_id)

    async def asset(self, source: LocalFile) -> str:
        found = self.content[source.path]
        return found.asset if isinstance(found, Plan) else ""

    async def plan(self, source: LocalFile, profile: Profile) -> Plan:
        self.planned.append(source.path)
        await self.gate.wait()
        found = self.content[source.path]
        if isinstance(found, Exception):
            raise found
        return found


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def files() -> Files:
    return Files()


@pytest.fixture
def watching(clock: Clock) -> Watching:
    return Watching(clock)


@pytest.fixture
async def plans(files: Files, watching: Watching, clock: Clock) -> Any:
    made = ItemPlans(files, files.source, watching, clock, structlog.get_logger(), deadline=0.05)  # type: ignore[arg-type]
    yield made
    await made.close()


async def test_the_same_content_is_planned_once(plans: ItemPlans, files: Files) -> None:
    assert [await plans.copyable(["one"]) for _ in range(3)] == [{"one": PLAN}] * 3
    assert files.planned == ["one"]


async def test_new_content_gets_a_new_plan(plans: ItemPlans, files: Files) -> None:
    await plans.copyable(["one"])
    changed = files.content["one"] = replace(PLAN, id="q", asset="bytes 2")
    assert await plans.copyable(["one"]) == {"one": changed}


@pytest.mark.parametrize(
    ("error", "still", "again"),
    [(InvalidMedia("no video"), 59, 61), (ProviderUnavailable("down"), 14, 16), (RuntimeError("bug"), 59, 61)],
)
async def test_what_failed_is_left_alone_for_a_while(
    plans: ItemPlans, files: Files, clock: Clock, error: Exception, still: int, again: int
) -> None:
    files.content["one"] = error
    assert await plans.copyable(["one"]) == {}
    files.content["one"] = PLAN
    clock.advance(still)
    assert await plans.copyable(["one"]) == {}
    clock.advance(again - still)
    assert await plans.copyable(["one"]) == {"one": PLAN}


async def test_an_item_that_is_gone_does_not_hold_up_the_others(plans: ItemPlans, watching: Watching) -> None:
    assert await plans.copyable(["one", "two"]) == {"one": PLAN}
    assert [(trouble.item_id, trouble.reason) for trouble in watching.troubles()] == [("two", "no two")]


async def test_what_is_late_is_left_out_and_there_the_next_time(plans: ItemPlans, files: Files) -> None:
    files.gate.clear()
    assert await plans.copyable(["one"]) == {}
    files.gate.set()
    assert await plans.copyable(["one"]) == {"one": PLAN}
    assert files.planned == ["one"]


async def test_what_cannot_be_copied_says_why_once(plans: ItemPlans, files: Files, watching: Watching) -> None:
    files.content["one"] = replace(PLAN, mode=Mode.TRANSCODE, reason="it is interlaced")
    assert [await plans.copyable(["one"]) for _ in range(2)] == [{}, {}]
    assert [trouble.reason for trouble in watching.troubles()] == ["it is interlaced"]
