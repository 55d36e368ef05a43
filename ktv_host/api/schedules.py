"""/channels/:id/schedule, now, epg, stream: what airs and when."""

from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from ktv_host.api.guard import OnChannel
from ktv_host.api.reply import Reply
from ktv_host.api.route import Call, Route
from ktv_host.api.shapes import SlotBody, slot_body
from ktv_host.domain.access import Action
from ktv_host.domain.schedule import Gap, Schedule, Slot
from ktv_host.domain.user import Scope
from ktv_host.host import Host
from ktv_host.services.links import MediaLinks


class ScheduleBody(TypedDict):
    """``slots`` are all that have not ended, also those of earlier generations."""

    id: str
    channel_id: str
    generation: int
    valid_from: datetime
    valid_until: datetime
    slots: list[SlotBody]


class ExplainedSlot(SlotBody):
    """``filler`` covers left-over time; ``reason`` says which rule put it there."""

    reason: str
    filler: bool


class GapBody(TypedDict):
    """No signal, and why. ``block_id`` is null when no block owns the time."""

    start_at: datetime
    end_at: datetime
    reason: str
    block_id: str | None


class ExplainedSchedule(TypedDict):
    id: str
    channel_id: str
    generation: int
    valid_from: datetime
    valid_until: datetime
    slots: list[ExplainedSlot]
    gaps: list[GapBody]


class ScheduleQuery(BaseModel):
    explain: bool = Field(False, description="say for each slot and each gap why it is there")


class NowBody(TypedDict):
    """``offset_secs`` is how far into the slot we are; ``next`` follows it, if anything does."""

    slot: SlotBody
    offset_secs: int
    next: SlotBody | None


class GuideQuery(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    start: datetime | None = Field(None, alias="from", description="RFC 3339; default now")
    until: datetime | None = Field(None, description="RFC 3339; default four hours later")


async def generate(call: Call[None, None]) -> Reply:
    schedule = await call.host.scheduling.generate(call.channel, call.caller.user_id)
    return Reply(schedule_body(schedule, call.host), 201)


class PlayNowBody(BaseModel):
    """``item_id`` is a media id; without ``instance::`` it is the one of the only provider that has it."""

    model_config = ConfigDict(extra="forbid")

    item_id: str = Field(min_length=1, max_length=300)


async def play_now(call: Call[None, PlayNowBody]) -> Reply:
    schedule = await call.host.scheduling.play_now(call.channel, call.body.item_id, call.caller.user_id)
    return Reply(schedule_body(schedule, call.host), 201)


async def current(call: Call[ScheduleQuery, None]) -> Reply:
    schedule = await call.host.scheduling.current(call.channel.id)
    return Reply(explained(schedule, call.host) if call.query.explain else schedule_body(schedule, call.host))


async def now(call: Call[None, None]) -> Reply:
    host = call.host
    broadcast = await host.broadcasts.now(call.channel.id)
    if broadcast is None:
        return Reply(None, 204)
    moment = host.clock()
    following = slot_body(broadcast.next, host.links, moment) if broadcast.next else None
    body = NowBody(
        slot=slot_body(broadcast.slot, host.links, moment), offset_secs=broadcast.offset_secs, next=following
    )
    return Reply(body)


async def guide(call: Call[GuideQuery, None]) -> Reply:
    slots = await call.host.broadcasts.guide(call.channel.id, _utc(call.query.start), _utc(call.query.until))
    moment = call.host.clock()
    return Reply([slot_body(slot, call.host.links, moment) for slot in slots])


async def stream(call: Call[None, None]) -> Reply:
    broadcast = await call.host.broadcasts.now(call.channel.id)
    if broadcast is None:
        return Reply(None, 204)
    address = await call.host.media.stream_address(str(broadcast.slot.item.id))
    return Reply(None, 307, {"Location": address, "Cache-Control": "no-store"})


def schedule_body(schedule: Schedule, host: Host) -> ScheduleBody:
    moment = host.clock()
    return ScheduleBody(
        id=schedule.id,
        channel_id=schedule.channel_id,
        generation=schedule.generation,
        valid_from=schedule.valid_from,
        valid_until=schedule.valid_until,
        slots=[slot_body(slot, host.links, moment) for slot in schedule.slots],
    )


def explained(schedule: Schedule, host: Host) -> ExplainedSchedule:
    moment = host.clock()
    return ExplainedSchedule(
        id=schedule.id,
        channel_id=schedule.channel_id,
        generation=schedule.generation,
        valid_from=schedule.valid_from,
        valid_until=schedule.valid_until,
        slots=[explained_slot(slot, host.links, moment) for slot in schedule.slots],
        gaps=[gap_body(gap) for gap in schedule.gaps],
    )


def explained_slot(slot: Slot, links: MediaLinks, now: datetime) -> ExplainedSlot:
    return ExplainedSlot(**slot_body(slot, links, now), reason=slot.reason, filler=slot.filler)


def gap_body(gap: Gap) -> GapBody:
    return GapBody(start_at=gap.start_at, end_at=gap.end_at, reason=gap.reason, block_id=gap.block_id)


def _utc(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


ONE = "/channels/<channel_id>"
ROUTES = (
    Route(
        "POST",
        f"{ONE}/schedule",
        generate,
        "Generate a fresh 48-hour schedule; what is on air stays",
        OnChannel(Action.EDIT),
        {201: ScheduleBody},
        errors=(409, 422),
    ),
    Route(
        "POST",
        f"{ONE}/play-now",
        play_now,
        "Put an item on air: at once, or where viewers have not been told otherwise; the rest is planned anew",
        OnChannel(Action.EDIT),
        {201: ScheduleBody},
        body=PlayNowBody,
        errors=(409, 422),
    ),
    Route(
        "GET",
        f"{ONE}/schedule",
        current,
        "The active schedule; with explain it says why",
        OnChannel(Action.READ),
        {200: ScheduleBody | ExplainedSchedule},
        query=ScheduleQuery,
    ),
    Route(
        "GET",
        f"{ONE}/now",
        now,
        "What is playing right now; 204 is no signal",
        OnChannel(Action.READ, Scope.IPTV),
        {200: NowBody, 204: None},
    ),
    Route(
        "GET",
        f"{ONE}/epg",
        guide,
        "The slots that overlap a window of time",
        OnChannel(Action.READ, Scope.IPTV),
        {200: list[SlotBody]},
        query=GuideQuery,
    ),
    Route(
        "GET",
        f"{ONE}/stream",
        stream,
        "Go to the bytes of the item on air; 204 is no signal",
        OnChannel(Action.WATCH, Scope.IPTV, query_token=True),
        {307: None, 204: None},
    ),
)
