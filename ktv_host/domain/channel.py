"""Channels: what a person tunes in to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ktv_host.domain.block import RecyclePolicy, ScheduleConfig


class AccessMode(StrEnum):
    PUBLIC = "public"
    PASSWORD_PROTECTED = "password_protected"
    ACCOUNT_REQUIRED = "account_required"
    OWNER_ONLY = "owner_only"


class LogoPosition(StrEnum):
    TOP_RIGHT = "top_right"
    TOP_LEFT = "top_left"
    BOTTOM_LEFT = "bottom_left"
    BOTTOM_RIGHT = "bottom_right"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """``number`` is what a remote control types, unique in the host; ``password_hash`` is for password_protected."""

    id: str
    owner_id: str
    number: int
    name: str
    created_at: datetime
    updated_at: datetime
    description: str | None = None
    timezone: str = "UTC"
    schedule_config: ScheduleConfig = field(default_factory=ScheduleConfig)
    recycle_policy: RecyclePolicy = field(default_factory=RecyclePolicy)
    access_mode: AccessMode = AccessMode.PUBLIC
    password_hash: str | None = None
    logo: str | None = None
    logo_position: LogoPosition = LogoPosition.TOP_RIGHT
    logo_opacity: float = 1.0
    auto_schedule: bool = False
    webhook_url: str | None = None
    webhook_poll_interval_secs: int | None = None
    webhook_body_template: str | None = None
    webhook_headers: Mapping[str, str] = field(default_factory=dict)
