"""/channels: create, read, change, delete."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from quart import Response
from typing_extensions import TypedDict

from ktv_host.api.guard import MaybeSignedIn, OnChannel, SignedIn
from ktv_host.api.reply import Reply
from ktv_host.api.route import Call, Raw, Route
from ktv_host.domain.access import Action, Verdict, decide
from ktv_host.domain.channel import AccessMode, Channel, LogoPosition
from ktv_host.domain.codec import encode_config, encode_policy
from ktv_host.domain.user import Scope
from ktv_host.errors import NotFound, Unauthenticated
from ktv_host.services.channels import ChannelDraft

Name = Annotated[str, Field(min_length=1, max_length=200)]
LOGO_MOST = 200_000


class ChannelChange(BaseModel):
    """Only the fields that are present change; null clears what can be empty."""

    model_config = ConfigDict(extra="forbid")

    name: Name = Field(default_factory=str)
    number: Annotated[int, Field(ge=1, le=99999)] = Field(default_factory=int)
    description: Annotated[str | None, Field(max_length=5000)] = None
    timezone: str = "UTC"
    schedule_config: dict[str, Any] = Field(default_factory=dict)
    recycle_policy: dict[str, Any] | None = None
    access_mode: AccessMode = AccessMode.PUBLIC
    access_password: SecretStr | None = None
    logo: Annotated[str | None, Field(max_length=LOGO_MOST)] = None
    logo_position: LogoPosition = LogoPosition.TOP_RIGHT
    logo_opacity: Annotated[float, Field(ge=0, le=1)] = 1.0
    auto_schedule: bool = False
    webhook_url: Annotated[str | None, Field(max_length=2000, pattern=r"^https?://")] = None
    webhook_poll_interval_secs: Annotated[int | None, Field(ge=1, le=86400)] = None
    webhook_body_template: Annotated[str | None, Field(max_length=100_000)] = None
    webhook_headers: dict[str, str] | None = None

    def draft(self) -> ChannelDraft:
        values = {name: getattr(self, name) for name in self.model_fields_set}
        if isinstance(values.get("access_password"), SecretStr):
            values["access_password"] = values["access_password"].get_secret_value()
        if "webhook_headers" in values:
            values["webhook_headers"] = values["webhook_headers"] or {}
        return ChannelDraft(values)


class NewChannel(ChannelChange):
    name: Name


class ChannelSummary(TypedDict):
    """What everybody who may know of the channel sees."""

    id: str
    number: int
    name: str
    description: str | None
    timezone: str
    access_mode: AccessMode
    logo: str | None
    logo_position: LogoPosition
    logo_opacity: float


class ChannelBody(ChannelSummary):
    """What its owner and admins see."""

    owner_id: str
    schedule_config: dict[str, Any]
    recycle_policy: dict[str, Any]
    auto_schedule: bool
    webhook_url: str | None
    webhook_poll_interval_secs: int | None
    webhook_body_template: str | None
    webhook_headers: dict[str, str]
    created_at: datetime
    updated_at: datetime


class ListQuery(BaseModel):
    scope: Literal["own", "watchable"] = Field("own", description="own, or all one may watch without a password")


async def list_channels(call: Call[ListQuery, None]) -> Reply:
    if call.query.scope == "own":
        if call.caller.user_id is None:
            raise Unauthenticated("sign in to list your channels, or ask for ?scope=watchable")
        return Reply([channel_body(channel) for channel in await call.host.channels.owned(call.caller)])
    return Reply([view_for(call, channel) for channel in await call.host.channels.watchable(call.caller)])


async def create(call: Call[None, NewChannel]) -> Reply:
    channel = await call.host.channels.create(call.caller, call.body.draft())
    return Reply(channel_body(channel), 201, {"Location": f"/api/v1/channels/{channel.id}"})


async def get(call: Call[None, None]) -> Reply:
    return Reply(view_for(call, call.channel))


async def update(call: Call[None, ChannelChange]) -> Reply:
    return Reply(channel_body(await call.host.channels.update(call.caller, call.channel.id, call.body.draft())))


async def delete(call: Call[None, None]) -> Reply:
    await call.host.channels.delete(call.caller, call.channel)
    return Reply(None, 204)


async def logo(call: Call[None, None]) -> Reply | Response:
    """A link is followed by the client; inline SVG is served so that it can run nothing."""
    picture = call.channel.logo
    if not picture:
        raise NotFound("this channel has no logo")
    if picture.startswith(("http://", "https://")):
        return Reply(None, 307, {"Location": picture})
    headers = {
        "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, max-age=300",
    }
    return Response(picture, content_type="image/svg+xml", headers=headers)


def view_for(call: Call[Any, Any], channel: Channel) -> Mapping[str, Any]:
    verdict = decide(channel.access_mode, Action.EDIT, call.caller, owner_id=channel.owner_id)
    return channel_body(channel) if verdict is Verdict.ALLOW else channel_summary(channel)


def channel_summary(channel: Channel) -> ChannelSummary:
    return ChannelSummary(
        id=channel.id,
        number=channel.number,
        name=channel.name,
        description=channel.description,
        timezone=channel.timezone,
        access_mode=channel.access_mode,
        logo=channel.logo,
        logo_position=channel.logo_position,
        logo_opacity=channel.logo_opacity,
    )


def channel_body(channel: Channel) -> ChannelBody:
    return ChannelBody(
        **channel_summary(channel),
        owner_id=channel.owner_id,
        schedule_config=encode_config(channel.schedule_config),
        recycle_policy=encode_policy(channel.recycle_policy),
        auto_schedule=channel.auto_schedule,
        webhook_url=channel.webhook_url,
        webhook_poll_interval_secs=channel.webhook_poll_interval_secs,
        webhook_body_template=channel.webhook_body_template,
        webhook_headers=dict(channel.webhook_headers),
        created_at=channel.created_at,
        updated_at=channel.updated_at,
    )


ONE = "/channels/<channel_id>"
ROUTES = (
    Route(
        "GET",
        "/channels",
        list_channels,
        "Your channels, or all you may watch",
        MaybeSignedIn(),
        {200: list[ChannelBody | ChannelSummary]},
        query=ListQuery,
    ),
    Route(
        "POST", "/channels", create, "Create a channel", SignedIn(), {201: ChannelBody}, body=NewChannel, errors=(409,)
    ),
    Route("GET", ONE, get, "A channel", OnChannel(Action.LIST), {200: ChannelBody | ChannelSummary}),
    Route(
        "PUT",
        ONE,
        update,
        "Change the fields that are present",
        OnChannel(Action.EDIT),
        {200: ChannelBody},
        body=ChannelChange,
        errors=(409,),
    ),
    Route("DELETE", ONE, delete, "Delete a channel and its schedules", OnChannel(Action.EDIT), {204: None}),
    Route(
        "GET",
        f"{ONE}/logo",
        logo,
        "The channel's logo",
        OnChannel(Action.LIST, Scope.IPTV, query_token=True),
        {200: Raw("image/svg+xml", "Inline SVG"), 307: None},
    ),
)
