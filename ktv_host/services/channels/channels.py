"""Channels: create, read, change and delete, and who may."""

import uuid
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from ktv_host.auth.passwords import Passwords
from ktv_host.auth.redaction import MASK
from ktv_host.db.channels import ChannelRepository
from ktv_host.domain.access import Action, Verdict, decide
from ktv_host.domain.block import RecyclePolicy, ScheduleConfig
from ktv_host.domain.channel import AccessMode, Channel
from ktv_host.domain.codec import decode_config, decode_policy
from ktv_host.domain.events import EventKind
from ktv_host.domain.grid import overlaps
from ktv_host.domain.user import Caller
from ktv_host.errors import FieldError, Invalid, NotFound
from ktv_host.hooks import Clock
from ktv_host.services.activity import Activity
from ktv_host.services.channels.config_history import ConfigHistory
from ktv_host.services.channels.logos import clean_logo
from ktv_host.services.library.browsing import Library


@dataclass(frozen=True, slots=True)
class ChannelDraft:
    """Fields to set; those absent from ``values`` stay as they are. ``access_password`` is plain text here."""

    values: Mapping[str, Any]


class Channels:
    def __init__(
        self,
        *,
        channels: ChannelRepository,
        history: ConfigHistory,
        library: Library,
        passwords: Passwords,
        activity: Activity,
        clock: Clock,
        transaction: Callable[[], AbstractAsyncContextManager[object]],
    ) -> None:
        self._channels = channels
        self._history = history
        self._library = library
        self._passwords = passwords
        self._activity = activity
        self._clock = clock
        self._transaction = transaction

    async def all(self) -> list[Channel]:
        return await self._channels.all()

    async def owned(self, caller: Caller) -> list[Channel]:
        return await self._channels.owned_by(caller.user_id) if caller.user_id else []

    async def watchable(self, caller: Caller) -> list[Channel]:
        """All the caller may watch without a password, and their own; in order of number."""
        return [
            channel
            for channel in await self._channels.all()
            if decide(channel.access_mode, Action.WATCH, caller, owner_id=channel.owner_id) is Verdict.ALLOW
        ]

    async def create(self, caller: Caller, draft: ChannelDraft) -> Channel:
        now = self._clock()
        blank = Channel(
            id=str(uuid.uuid4()), owner_id=caller.user_id or "", number=0, name="", created_at=now, updated_at=now
        )
        wanted = checked(replace(blank, **await self._values(draft)))
        async with self._transaction():
            channel = await self._channels.add(wanted)
            await self._history.keep(None, channel, caller.user_id)
            await self._activity.record(
                EventKind.CHANNEL_CREATED,
                f"channel {channel.name} was created",
                channel_id=channel.id,
                actor_id=caller.user_id,
            )
        return channel

    async def update(self, caller: Caller, channel_id: str, draft: ChannelDraft) -> Channel:
        """Two changes at the same moment to different fields both hold. Raises Invalid, Conflict, NotFound."""
        values = await self._values(draft)
        async with self._transaction():
            before = await self._channels.locked(channel_id)
            if before is None:
                raise NotFound(f"there is no channel {channel_id}")
            if "webhook_headers" in values:
                values["webhook_headers"] = with_kept(before.webhook_headers, values["webhook_headers"])
            changed = checked(replace(before, **values, updated_at=self._clock()))
            await self._channels.update(changed)
            await self._history.keep(before, changed, caller.user_id)
            await self._activity.record(
                EventKind.CHANNEL_UPDATED,
                f"channel {changed.name} was changed",
                channel_id=changed.id,
                actor_id=caller.user_id,
                data={"fields": sorted(draft.values)},
            )
        return changed

    async def delete(self, caller: Caller, channel: Channel) -> None:
        await self._channels.delete(channel.id)
        await self._activity.record(
            EventKind.CHANNEL_DELETED, f"channel {channel.name} was deleted", actor_id=caller.user_id
        )

    async def _values(self, draft: ChannelDraft) -> dict[str, Any]:
        """The draft as fields of a channel: decoded, items resolved, the password hashed. Raises Invalid."""
        values = dict(draft.values)
        if "schedule_config" in values:
            config = decode_config(values["schedule_config"], new_id, path="schedule_config")
            values["schedule_config"] = await self._library.resolve_config(config, "schedule_config")
        if "recycle_policy" in values:
            policy = values["recycle_policy"]
            values["recycle_policy"] = (
                RecyclePolicy() if policy is None else decode_policy(policy, path="recycle_policy")
            )
        if "logo" in values:
            values["logo"] = clean_logo(values["logo"]) if values["logo"] else None
        if "access_password" in values:
            password = values.pop("access_password")
            values["password_hash"] = None if password is None else await self._passwords.hash(password)
        return values


def with_kept(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """Headers as somebody sends them back who saw only their names: a masked value stays as it was."""
    return {name: before.get(name, value) if value == MASK else value for name, value in after.items()}


def new_id() -> str:
    return str(uuid.uuid4())


def checked(channel: Channel) -> Channel:
    """The channel, when it may be saved. Raises Invalid."""
    if channel.access_mode is AccessMode.PASSWORD_PROTECTED and channel.password_hash is None:
        raise Invalid("a password_protected channel needs a password", [FieldError("access_password", "is missing")])
    check_zone(channel.timezone)
    refuse_overlaps(channel.schedule_config, channel.timezone)
    return channel


def check_zone(name: str) -> None:
    """Raises Invalid for what is no IANA zone."""
    if name not in available_timezones():
        raise Invalid("unknown time zone", [FieldError("timezone", f"{name!r} is no IANA zone, e.g. Europe/Berlin")])
    ZoneInfo(name)


def refuse_overlaps(config: ScheduleConfig, timezone: str, *, path: str = "schedule_config.blocks") -> None:
    """Raises Invalid naming both blocks of each overlap and when they meet."""
    found = overlaps(config, timezone)
    if found:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise Invalid(f"{found[0].message}{more}", [FieldError(path, overlap.message) for overlap in found])
