"""Domain events: what notifiers deliver and the activity list shows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class EventKind(StrEnum):
    CHANNEL_CREATED = "channel_created"
    CHANNEL_UPDATED = "channel_updated"
    CHANNEL_DELETED = "channel_deleted"
    SCHEDULE_GENERATED = "schedule_generated"
    SCHEDULE_FAILED = "schedule_failed"
    BROADCAST_CHANGED = "broadcast_changed"
    NO_SIGNAL = "no_signal"
    PROVIDER_CHANGED = "provider_changed"
    PROVIDER_FAILED = "provider_failed"
    LIBRARY_SYNCED = "library_synced"
    LIBRARY_SYNC_FAILED = "library_sync_failed"
    USER_REGISTERED = "user_registered"
    IDENTITY_LINKED = "identity_linked"
    USER_DISABLED = "user_disabled"
    USER_ENABLED = "user_enabled"
    USER_DELETED = "user_deleted"
    ROLE_CHANGED = "role_changed"
    PASSWORD_CHANGED = "password_changed"
    SESSIONS_ENDED = "sessions_ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened. ``id`` rises; 0 until the host stored it."""

    id: int = 0
    kind: EventKind
    at: datetime
    message: str
    channel_id: str | None = None
    actor_id: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
