"""/presets: line-ups proposed for the library, and channels made from them."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from ktv_host.api.channels import ChannelBody, Name, channel_body
from ktv_host.api.guard import SignedIn
from ktv_host.api.reply import Reply
from ktv_host.api.route import Call, Route
from ktv_host.domain.codec import encode_config


class PresetBody(TypedDict):
    """``items`` and ``minutes`` are what the library has for it. ``id`` is what from-preset takes."""

    id: str
    kind: str
    name: str
    description: str
    items: int
    minutes: int
    schedule_config: dict[str, Any]


class PresetsQuery(BaseModel):
    most: int = Field(5, ge=1, le=100, description="at most so many of each kind, those with the most material")


class FromPreset(BaseModel):
    model_config = ConfigDict(extra="forbid")

    preset: Annotated[str, Field(min_length=1, max_length=500, description="the id of one of GET /presets")]
    name: Name | None = Field(None, description="default: the preset's")
    timezone: str = Field("UTC", description="IANA zone whose clock the line-up follows")


async def propose(call: Call[PresetsQuery, None]) -> Reply:
    found = await call.host.presets.propose(call.query.most)
    return Reply(
        [
            PresetBody(
                id=preset.id,
                kind=preset.kind,
                name=preset.name,
                description=preset.description,
                items=preset.items,
                minutes=preset.minutes,
                schedule_config=encode_config(preset.config),
            )
            for preset in found
        ]
    )


async def create(call: Call[None, FromPreset]) -> Reply:
    wanted = call.body
    channel = await call.host.presets.create(call.caller, wanted.preset, wanted.name, wanted.timezone)
    return Reply(channel_body(channel, call.host), 201, {"Location": f"/api/v1/channels/{channel.id}"})


ROUTES = (
    Route(
        "GET",
        "/presets",
        propose,
        "Line-ups the library has the material for",
        SignedIn(),
        {200: list[PresetBody]},
        query=PresetsQuery,
    ),
    Route(
        "POST",
        "/channels/from-preset",
        create,
        "A channel from such a line-up, on the air at once",
        SignedIn(),
        {201: ChannelBody},
        body=FromPreset,
    ),
)
