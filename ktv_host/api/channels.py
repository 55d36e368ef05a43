"""/channels: create, read, change, delete."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from quart import Response, request
from typing_extensions import TypedDict

from ktv_host.api.conditional import Validators, early_answer, judge
from ktv_host.api.guard import ChannelLogo, MaybeSignedIn, OnChannel, SignedIn
from ktv_host.api.reply import Reply
from ktv_host.api.route import Call, Raw, Route
from ktv_host.auth.redaction import MASK
from ktv_host.domain.access import Action, Verdict, decide
from ktv_host.domain.channel import AccessMode, Channel, LogoPosition
from ktv_host.domain.codec import encode_config, encode_policy
from ktv_host.domain.user import Scope
from ktv_host.errors import Unauthenticated
from ktv_host.host import Host
from ktv_host.services.channels.channels import ChannelDraft

Name = Annotated[str, Field(min_length=1, max_length=200)]
LOGO_MOST = 200_000
# SVG may style itself and hold pictures, and can neither run nor ask for anything
LOGO_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


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
    """What everybody who may know of the channel sees. ``logo_url`` works without a credential, for three days."""

    id: str
    number: int
    name: str
    description: str | None
    timezone: str
    access_mode: AccessMode
    logo: str | None
    logo_url: str | None
    logo_position: LogoPosition
    logo_opacity: float


class ChannelBody(ChannelSummary):
    """What its owner and admins see. Of ``webhook_headers`` only the names: a value sent back as *** stays."""

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


class Unlock(BaseModel):
    model_config = ConfigDict(extra="forbid")

    password: Annotated[SecretStr, Field(max_length=1024)]


class GrantBody(TypedDict):
    """``grant`` goes into the header X-Channel-Grant or into ``?grant=``; ``expires_in`` is in seconds."""

    grant: str
    expires_at: datetime
    expires_in: int


class ListQuery(BaseModel):
    scope: Literal["own", "watchable"] = Field("own", description="own, or all one may watch without a password")


async def list_channels(call: Call[ListQuery, None]) -> Reply:
    if call.query.scope == "own":
        if call.caller.user_id is None:
            raise Unauthenticated("sign in to list your channels, or ask for ?scope=watchable")
        return Reply([channel_body(channel, call.host) for channel in await call.host.channels.owned(call.caller)])
    return Reply([view_for(call, channel) for channel in await call.host.channels.watchable(call.caller)])


async def create(call: Call[None, NewChannel]) -> Reply:
    channel = await call.host.channels.create(call.caller, call.body.draft())
    return Reply(channel_body(channel, call.host), 201, {"Location": f"/api/v1/channels/{channel.id}"})


async def get(call: Call[None, None]) -> Reply:
    return Reply(view_for(call, call.channel))


async def update(call: Call[None, ChannelChange]) -> Reply:
    channel = await call.host.channels.update(call.caller, call.channel.id, call.body.draft())
    return Reply(channel_body(channel, call.host))


async def delete(call: Call[None, None]) -> Reply:
    await call.host.channels.delete(call.caller, call.channel)
    return Reply(None, 204)


async def unlock(call: Call[None, Unlock]) -> Reply:
    grant = await call.host.access.unlock(call.channel, call.body.password.get_secret_value(), call.client)
    remaining = int((grant.expires_at - call.host.clock()).total_seconds())
    return Reply(GrantBody(grant=grant.text, expires_at=grant.expires_at, expires_in=remaining))


async def logo(call: Call[None, None]) -> Response:
    """Also of a picture from elsewhere the host sends the bytes: nobody there learns who watches."""
    picture = await call.host.logos.picture(call.channel)
    validators = Validators(f'"{sha256(picture.data).hexdigest()[:32]}"')
    whose = "public" if call.caller.user_id is None else "private"
    caching = {"Cache-Control": f"{whose}, max-age=3600"}
    headers = {**validators.headers(), **caching, "Content-Security-Policy": LOGO_POLICY}
    if (answer := early_answer(judge(request.method, request.headers, validators), headers)) is not None:
        return answer
    return Response(picture.data, content_type=picture.media_type, headers=headers)


def view_for(call: Call[Any, Any], channel: Channel) -> Mapping[str, Any]:
    verdict = decide(channel.access_mode, Action.EDIT, call.caller, owner_id=channel.owner_id)
    return channel_body(channel, call.host) if verdict is Verdict.ALLOW else channel_summary(channel, call.host)


def channel_summary(channel: Channel, host: Host) -> ChannelSummary:
    return ChannelSummary(
        id=channel.id,
        number=channel.number,
        name=channel.name,
        description=channel.description,
        timezone=channel.timezone,
        access_mode=channel.access_mode,
        logo=channel.logo,
        logo_url=host.links.logo(channel.id, host.clock()) if channel.logo else None,
        logo_position=channel.logo_position,
        logo_opacity=channel.logo_opacity,
    )


def channel_body(channel: Channel, host: Host) -> ChannelBody:
    return ChannelBody(
        **channel_summary(channel, host),
        owner_id=channel.owner_id,
        schedule_config=encode_config(channel.schedule_config),
        recycle_policy=encode_policy(channel.recycle_policy),
        auto_schedule=channel.auto_schedule,
        webhook_url=channel.webhook_url,
        webhook_poll_interval_secs=channel.webhook_poll_interval_secs,
        webhook_body_template=channel.webhook_body_template,
        webhook_headers=dict.fromkeys(channel.webhook_headers, MASK),
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
        "POST",
        f"{ONE}/unlock",
        unlock,
        "Exchange the channel's password for a viewing grant",
        OnChannel(Action.LIST, Scope.IPTV),
        {200: GrantBody},
        body=Unlock,
        errors=(401, 409, 429),
    ),
    Route(
        "GET",
        f"{ONE}/logo",
        logo,
        "The channel's logo, also when it comes from elsewhere",
        ChannelLogo(),
        {200: Raw("image/*", "The picture"), 304: None},
    ),
)
