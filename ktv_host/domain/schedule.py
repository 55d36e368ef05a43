"""Schedules: slots with absolute times, and what is on air now."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ktv_host.domain.media import LibraryItem
from ktv_host.domain.reasons import NEVER_PLANNED

BY_HAND = ""  # the block of a slot that somebody put on air


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One airing: [start_at, end_at) in UTC. ``item`` is a snapshot taken when it was scheduled.

    A ``filler`` slot covers left-over time: it counts as aired, but a sequential block's position is never a filler.
    """

    id: str
    channel_id: str
    generation: int
    block_id: str
    start_at: datetime
    end_at: datetime
    item: LibraryItem
    reason: str = ""
    filler: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """No signal: [start_at, end_at) and why nothing airs."""

    start_at: datetime
    end_at: datetime
    reason: str
    block_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """One generation. ``slots`` are those asked for, oldest first."""

    id: str
    channel_id: str
    generation: int
    parent: int | None
    valid_from: datetime
    valid_until: datetime
    slots: tuple[Slot, ...] = ()
    gaps: tuple[Gap, ...] = ()

    @property
    def dead_air(self) -> timedelta:
        """The time within programming blocks that nothing airs in."""
        return sum((gap.end_at - gap.start_at for gap in self.gaps if gap.block_id), timedelta())


@dataclass(frozen=True, slots=True)
class Broadcast:
    """What is on air: the slot, how far into it, and what follows."""

    slot: Slot
    offset_secs: int
    next: Slot | None


def on_air(slots: Sequence[Slot], now: datetime) -> Broadcast | None:
    """The broadcast at ``now`` from slots in order of time; None is no signal."""
    index = bisect_right(slots, now, key=lambda slot: slot.start_at) - 1
    if index < 0 or slots[index].end_at <= now:
        return None
    slot = slots[index]
    following = slots[index + 1] if index + 1 < len(slots) else None
    return Broadcast(slot, int((now - slot.start_at).total_seconds()), following)


def standing_gaps(newest_first: Sequence[Schedule], now: datetime) -> tuple[Gap, ...]:
    """The gaps that have not ended, oldest first: each generation's until the one after it begins.

    Time between a generation's end and the next one's beginning, when the host slept, is a gap too.
    """
    found: list[Gap] = []
    until: datetime | None = None
    for schedule in newest_first:
        end = schedule.valid_until if until is None else min(until, schedule.valid_until)
        if until is not None and end < until:
            found.append(Gap(end, until, NEVER_PLANNED))
        found += [replace(gap, end_at=min(gap.end_at, end)) for gap in schedule.gaps if gap.start_at < end]
        until = schedule.valid_from
    return tuple(sorted((gap for gap in found if gap.end_at > now), key=lambda gap: gap.start_at))
