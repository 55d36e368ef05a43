"""/channels/:id/schedule/preview and /blocks/preview: what a programming would do."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from ktv_host.api.guard import OnChannel, SignedIn
from ktv_host.api.reply import Reply
from ktv_host.api.route import Call, Route
from ktv_host.api.schedules import ExplainedSchedule, ExplainedSlot, GapBody, explained, explained_slot, gap_body
from ktv_host.domain.access import Action
from ktv_host.domain.codec import decode_block, decode_config, decode_policy
from ktv_host.domain.pool import PoolCounts
from ktv_host.services.channels.channels import new_id
from ktv_host.services.programming.previews import OccurrencePreview, PoolReport


class SchedulePreviewBody(BaseModel):
    """What would change; absent fields stay as the channel has them."""

    model_config = ConfigDict(extra="forbid")

    schedule_config: dict[str, Any] | None = None
    recycle_policy: dict[str, Any] | None = None
    timezone: str | None = None


class BlockPreviewBody(BaseModel):
    """One programming block, and the channel it might stand in."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    block: dict[str, Any]
    timezone: str = "UTC"
    recycle_policy: dict[str, Any] | None = None
    start: AwareDatetime | None = Field(None, alias="from", description="default now")
    occurrences: int = Field(1, ge=1, le=7)


class Counts(TypedDict):
    """``size`` items can air; ``too_long`` and ``unknown_length`` match too, but never can."""

    size: int
    too_long: int
    unknown_length: int


class PoolBody(Counts):
    """What a block chooses from. ``removes``: clause of its filter → items that could air if only it were dropped.

    ``missing`` are ids a manual block lists and the library lacks; ``filler`` is null when the block has none.
    """

    block_id: str
    name: str
    removes: dict[str, int]
    missing: list[str]
    filler: Counts | None


class SchedulePreview(TypedDict):
    """``dead_air_secs`` is the no-signal time inside programming blocks."""

    schedule: ExplainedSchedule
    dead_air_secs: int
    pools: list[PoolBody]


class OccurrenceBody(TypedDict):
    """One window of the block."""

    start_at: datetime
    end_at: datetime
    dead_air_secs: int
    slots: list[ExplainedSlot]
    gaps: list[GapBody]


class BlockPreview(TypedDict):
    occurrences: list[OccurrenceBody]
    pool: PoolBody


async def schedule(call: Call[None, SchedulePreviewBody]) -> Reply:
    wanted, channel = call.body, call.channel
    if wanted.schedule_config is not None:
        config = decode_config(wanted.schedule_config, new_id, path="schedule_config")
        channel = replace(channel, schedule_config=config)
    if wanted.recycle_policy is not None:
        channel = replace(channel, recycle_policy=decode_policy(wanted.recycle_policy, path="recycle_policy"))
    if wanted.timezone is not None:
        channel = replace(channel, timezone=wanted.timezone)
    preview = await call.host.previews.schedule(channel)
    return Reply(
        SchedulePreview(
            schedule=explained(preview.schedule, call.host),
            dead_air_secs=int(preview.schedule.dead_air.total_seconds()),
            pools=[_pool(pool) for pool in preview.pools],
        )
    )


async def block(call: Call[None, BlockPreviewBody]) -> Reply:
    wanted = call.body
    policy = wanted.recycle_policy
    preview = await call.host.previews.block(
        decode_block(wanted.block, new_id, path="block"),
        timezone=wanted.timezone,
        policy=None if policy is None else decode_policy(policy, path="recycle_policy"),
        start=wanted.start,
        number=wanted.occurrences,
    )
    return Reply(
        BlockPreview(
            occurrences=[_occurrence(occurrence, call) for occurrence in preview.occurrences],
            pool=_pool(preview.pool),
        )
    )


def _occurrence(occurrence: OccurrencePreview, call: Call[Any, Any]) -> OccurrenceBody:
    moment = call.host.clock()
    return OccurrenceBody(
        start_at=occurrence.start_at,
        end_at=occurrence.end_at,
        dead_air_secs=int(occurrence.dead_air.total_seconds()),
        slots=[explained_slot(slot, call.host.links, moment) for slot in occurrence.slots],
        gaps=[gap_body(gap) for gap in occurrence.gaps],
    )


def _pool(pool: PoolReport) -> PoolBody:
    return PoolBody(
        **_counts(pool.counts),
        block_id=pool.block_id,
        name=pool.name,
        removes=dict(pool.removes),
        missing=list(pool.missing),
        filler=None if pool.filler is None else _counts(pool.filler),
    )


def _counts(counts: PoolCounts) -> Counts:
    return Counts(size=counts.size, too_long=counts.too_long, unknown_length=counts.unknown_length)


ROUTES = (
    Route(
        "POST",
        "/channels/<channel_id>/schedule/preview",
        schedule,
        "What a programming would do; nothing is saved",
        OnChannel(Action.EDIT),
        {200: SchedulePreview},
        body=SchedulePreviewBody,
    ),
    Route(
        "POST",
        "/blocks/preview",
        block,
        "What one block would do with the library; no channel needed",
        SignedIn(),
        {200: BlockPreview},
        body=BlockPreviewBody,
    ),
)
