"""A channel's programming: past generations, export and import."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from ktv_host.api.channels import ChannelBody, channel_body
from ktv_host.api.guard import OnChannel, SignedIn
from ktv_host.api.paging import next_page
from ktv_host.api.reply import Reply
from ktv_host.api.route import Call, Route
from ktv_host.api.schedules import ExplainedSchedule, ScheduleBody, explained, schedule_body
from ktv_host.domain.access import Action
from ktv_host.domain.codec import encode_config, encode_policy
from ktv_host.domain.exchange import export_channel, import_channel
from ktv_host.errors import NotFound
from ktv_host.services.channels.channels import ChannelDraft, new_id


class GenerationBody(TypedDict):
    id: str
    generation: int
    parent: int | None
    valid_from: datetime
    valid_until: datetime


class ImportBody(BaseModel):
    """An export of a channel; ``blocks`` or ``day_blocks`` may also stand at the top."""

    model_config = ConfigDict(extra="allow")


class HistoryQuery(BaseModel):
    limit: int = Field(20, ge=1, le=200)
    before: int | None = Field(None, ge=1, le=2**31 - 1, description="only generations older than this one")


async def generations(call: Call[HistoryQuery, None]) -> Reply:
    limit = call.query.limit
    found = await call.host.scheduling.generations(call.channel.id, limit, call.query.before)
    more = len(found) == limit and found[-1].generation > 1
    return Reply(
        [
            GenerationBody(
                id=one.id,
                generation=one.generation,
                parent=one.parent,
                valid_from=one.valid_from,
                valid_until=one.valid_until,
            )
            for one in found
        ],
        headers=next_page(call.host.public_url, before=found[-1].generation) if more else {},
    )


async def generation(call: Call[None, None]) -> Reply:
    found = await call.host.scheduling.generation(call.channel.id, _number(call.path["generation"]))
    return Reply(explained(found, call.host))


async def rollback(call: Call[None, None]) -> Reply:
    number = _number(call.path["generation"])
    schedule = await call.host.scheduling.rollback(call.channel, number, call.caller.user_id)
    return Reply(schedule_body(schedule, call.host), 201)


async def export(call: Call[None, None]) -> Reply:
    return Reply(export_channel(call.channel))


async def bring_in(call: Call[None, ImportBody]) -> Reply:
    imported = import_channel(call.body.model_extra, new_id)
    draft = ChannelDraft(
        {
            "name": imported.name,
            "description": imported.description,
            "timezone": imported.timezone,
            "schedule_config": encode_config(imported.config),
            "recycle_policy": encode_policy(imported.policy),
        }
    )
    channel = await call.host.channels.create(call.caller, draft)
    return Reply(channel_body(channel, call.host), 201)


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise NotFound(f"there is no generation {text}")
    return int(text)


ONE = "/channels/<channel_id>"
EDIT = OnChannel(Action.EDIT)
ROUTES = (
    Route(
        "GET",
        f"{ONE}/schedule/history",
        generations,
        "Past generations, newest first; the next page is in Link",
        EDIT,
        {200: list[GenerationBody]},
        query=HistoryQuery,
    ),
    Route(
        "GET",
        f"{ONE}/schedule/history/<generation>",
        generation,
        "A generation and the slots it made",
        EDIT,
        {200: ExplainedSchedule},
    ),
    Route(
        "POST",
        f"{ONE}/schedule/history/<generation>/rollback",
        rollback,
        "A new generation that goes on where an earlier one was",
        EDIT,
        {201: ScheduleBody},
        errors=(409, 422),
    ),
    Route("GET", f"{ONE}/export", export, "The channel as a document to share", EDIT, {200: dict[str, Any]}),
    Route(
        "POST",
        "/channels/import",
        bring_in,
        "Create a channel from such a document",
        SignedIn(),
        {201: ChannelBody},
        body=ImportBody,
    ),
)
