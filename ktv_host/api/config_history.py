"""/channels/:id/config/history: what a channel's programming was, and going back to it."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from ktv_host.api.channels import ChannelBody, channel_body
from ktv_host.api.guard import OnChannel
from ktv_host.api.paging import next_page
from ktv_host.api.reply import Reply
from ktv_host.api.route import Call, Route
from ktv_host.domain.access import Action
from ktv_host.domain.codec import encode_config, encode_policy
from ktv_host.domain.config_version import ConfigVersion
from ktv_host.errors import NotFound


class Author(TypedDict):
    """``email`` is null when that account is gone."""

    id: str
    email: str | None


class ConfigVersionSummary(TypedDict):
    """``changes`` says in words what differs from the version before; ``author`` is null when no person made it."""

    version: int
    created_at: datetime
    author: Author | None
    label: str | None
    changes: list[str]
    restored_from: int | None


class ConfigVersionBody(ConfigVersionSummary):
    schedule_config: dict[str, Any]
    recycle_policy: dict[str, Any]


class VersionsQuery(BaseModel):
    limit: int = Field(20, ge=1, le=200)
    before: int | None = Field(None, ge=1, le=2**31 - 1, description="only versions older than this one")


class LabelBody(BaseModel):
    """null takes the label away."""

    model_config = ConfigDict(extra="forbid")

    label: Annotated[str, Field(min_length=1, max_length=200)] | None


async def versions(call: Call[VersionsQuery, None]) -> Reply:
    limit = call.query.limit
    found = await call.host.config_history.page(call.channel.id, limit, call.query.before)
    more = len(found) == limit and found[-1].version > 1
    headers = next_page(call.host.public_url, before=found[-1].version) if more else {}
    return Reply([_summary(version) for version in found], headers=headers)


async def version(call: Call[None, None]) -> Reply:
    return Reply(_body(await call.host.config_history.version(call.channel.id, _number(call))))


async def label(call: Call[None, LabelBody]) -> Reply:
    return Reply(_body(await call.host.config_history.label(call.channel.id, _number(call), call.body.label)))


async def restore(call: Call[None, None]) -> Reply:
    channel = await call.host.config_history.restore(call.channel.id, _number(call), call.caller.user_id)
    return Reply(channel_body(channel, call.host))


def _number(call: Call[Any, Any]) -> int:
    text = call.path["version"]
    if not text.isdecimal() or len(text) > 9:
        raise NotFound(f"this channel has no config version {text}")
    return int(text)


def _summary(version: ConfigVersion) -> ConfigVersionSummary:
    author = Author(id=version.actor_id, email=version.actor_email) if version.actor_id else None
    return ConfigVersionSummary(
        version=version.version,
        created_at=version.created_at,
        author=author,
        label=version.label,
        changes=list(version.changes),
        restored_from=version.restored_from,
    )


def _body(version: ConfigVersion) -> ConfigVersionBody:
    return ConfigVersionBody(
        **_summary(version),
        schedule_config=encode_config(version.config),
        recycle_policy=encode_policy(version.policy),
    )


ALL = "/channels/<channel_id>/config/history"
ONE = f"{ALL}/<version>"
EDIT = OnChannel(Action.EDIT)
ROUTES = (
    Route(
        "GET",
        ALL,
        versions,
        "What the programming was, newest first; the next page is in Link",
        EDIT,
        {200: list[ConfigVersionSummary]},
        query=VersionsQuery,
    ),
    Route("GET", ONE, version, "One version, with its programming", EDIT, {200: ConfigVersionBody}),
    Route("PATCH", ONE, label, "Label a version", EDIT, {200: ConfigVersionBody}, body=LabelBody),
    Route(
        "POST",
        f"{ONE}/restore",
        restore,
        "Go back to a version; it becomes the newest one",
        EDIT,
        {200: ChannelBody},
        errors=(409,),
    ),
)
