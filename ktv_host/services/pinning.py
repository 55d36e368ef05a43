"""Pins: what a new schedule must not change, because players have been told of it already."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ktv_host.db.ledger import LedgerRepository
from ktv_host.domain.airtime import LedgerRow
from ktv_host.services.plan_shelf import PlanShelf
from ktv_host.streaming.ledger import FROZEN_MS, LEAD_MS, cut_after, milliseconds, moment_of, pinned

Owned = Callable[[str, datetime], bool]
"""Whether the slot's block owns the time until then."""


@dataclass(frozen=True, slots=True)
class Pins:
    """``ends``: when a slot ends whose picture is published, by its id. ``cut``: ledger rows that end sooner now."""

    channel_id: str
    now_ms: int
    ends: dict[str, datetime]
    cut: tuple[LedgerRow, ...]


class Pinning:
    def __init__(self, ledger: LedgerRepository, plans: PlanShelf) -> None:
        self._ledger = ledger
        self._plans = plans

    async def look(self, channel_id: str, now: datetime, owned: Owned) -> Pins:
        """Changes nothing. A slot its block no longer owns is cut at the first segment's end no playlist has passed."""
        now_ms = milliseconds(now)
        rows = pinned(await self._ledger.since(channel_id, now_ms), now_ms)
        plans = await self._plans.get([row.plan for row in rows if row.plan])
        ends: dict[str, datetime] = {}
        cut: list[LedgerRow] = []
        for row in rows:
            if row.slot_id is None:
                continue
            end_ms = row.end_ms
            if not owned(row.slot_id, moment_of(end_ms)):
                shorter = cut_after(row, plans.get(row.plan or ""), now_ms + LEAD_MS)
                cut.append(shorter)
                end_ms = shorter.end_ms
            ends[row.slot_id] = moment_of(end_ms)
        return Pins(channel_id, now_ms, ends, tuple(cut))

    async def apply(self, pins: Pins) -> None:
        """Write the cuts and forget rows nobody has seen; belongs into the transaction that changes the slots."""
        for row in pins.cut:
            await self._ledger.shorten(row)
        await self._ledger.drop_from(pins.channel_id, pins.now_ms + FROZEN_MS)
