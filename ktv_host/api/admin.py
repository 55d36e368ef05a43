"""/admin/activity and /plugins: what happened, and what is installed."""

from datetime import datetime
from typing import Any

from typing_extensions import TypedDict

from ktv_host.api.guard import Admin
from ktv_host.api.reply import Reply
from ktv_host.api.route import Call, Route


class EventBody(TypedDict):
    id: int
    kind: str
    at: datetime
    message: str
    channel_id: str | None
    actor_id: str | None
    data: dict[str, Any]


class PluginBody(TypedDict):
    """``state`` is loaded or failed; ``reason`` says why."""

    name: str
    distribution: str | None
    version: str | None
    state: str
    hooks: list[str]
    reason: str | None


async def activity(call: Call[None, None]) -> Reply:
    return Reply(
        [
            EventBody(
                id=event.id,
                kind=event.kind.value,
                at=event.at,
                message=event.message,
                channel_id=event.channel_id,
                actor_id=event.actor_id,
                data=dict(event.data),
            )
            for event in await call.host.activity.recent()
        ]
    )


async def plugins(call: Call[None, None]) -> Reply:
    return Reply(
        [
            PluginBody(
                name=record.name,
                distribution=record.distribution,
                version=record.version,
                state=record.state,
                hooks=list(record.hooks),
                reason=record.reason,
            )
            for record in call.host.plugins
        ]
    )


ROUTES = (
    Route("GET", "/admin/activity", activity, "The last fifty events, newest first", Admin(), {200: list[EventBody]}),
    Route("GET", "/plugins", plugins, "Every installed plugin, failed ones too", Admin(), {200: list[PluginBody]}),
)
