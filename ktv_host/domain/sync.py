"""Library syncs: what a pass over a provider instance does, did and has to remember."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ktv_host.domain.removal import Doubt

FIRST_RETRY = timedelta(minutes=5)


class SyncPhase(StrEnum):
    """``listing`` is a complete pass, which goes on where it stopped; ``changes`` is the short one between two."""

    LISTING = "listing"
    CHANGES = "changes"
    SWEEPING = "sweeping"
    FINISHING = "finishing"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncMemory:
    """What later passes need of former ones. The two times are when the passes began."""

    token: str | None = None
    completed_at: datetime | None = None
    synced_at: datetime | None = None
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PassState:
    """How far a pass is. ``cursor`` is where a complete one goes on; ``since`` the token it was begun with."""

    started_at: datetime
    phase: SyncPhase
    since: str | None = None
    cursor: str | None = None
    pages: int = 0
    seen: int = 0
    added: int = 0
    updated: int = 0
    total: int | None = None


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a pass found. ``held_back`` items look removed but wait for a second pass."""

    seen: int
    added: int
    updated: int
    gone: int
    held_back: int = 0


def next_sync(last: SyncLog | None, failures: int, interval: timedelta) -> datetime | None:
    """When to sync again; None is now. After failures sooner than usual: 5 minutes, doubling."""
    if last is None:
        return None
    if last.status == "failed" and last.finished_at is not None:
        return last.finished_at + min(interval, FIRST_RETRY * (1 << min(max(failures, 1) - 1, 10)))
    return last.started_at + interval
