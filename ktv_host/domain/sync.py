"""Library syncs: what a pass over a provider instance did."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncLog:
    """``status`` is ``running`` until the pass ends; ``error`` says why it failed, for a person."""

    id: int
    instance_id: str
    started_at: datetime
    finished_at: datetime | None
    status: str
    seen: int
    added: int
    updated: int
    gone: int
    error: str | None
