"""Config versions: what a channel's programming was after each change."""

from dataclasses import dataclass
from datetime import datetime

from ktv_host.domain.block import RecyclePolicy, ScheduleConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigVersion:
    """A snapshot; ``version`` counts from 1 in its channel, and the newest one is what the channel has.

    ``changes`` says in words what differs from the version before. ``actor_id`` is None when no person made it;
    ``actor_email`` is known while that account exists.
    """

    channel_id: str
    version: int
    config: ScheduleConfig
    policy: RecyclePolicy
    created_at: datetime
    actor_id: str | None = None
    actor_email: str | None = None
    changes: tuple[str, ...] = ()
    label: str | None = None
    restored_from: int | None = None
