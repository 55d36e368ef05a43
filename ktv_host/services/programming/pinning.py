"""Pins: what a new schedule must not change, because players have been told of it already."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ktv_host.db.ledger import LedgerRepository
from ktv_host.domain.airtime import LedgerRow
from ktv_host.errors import Conflict
from ktv_host.services.live.plan_shelf import PlanShelf
from ktv_host.streaming.ledger import SEEN_MS, cut_after, milliseconds, moment_of, pinned

Owned = Callable[[str], bool]
"""Whether a slot, by its id, still owns all of its time."""


@dataclass(frozen=True, slots=True)
class Pins:
    """``ends``: the slots whose picture is published, by id, and when each has to end (None: when it ends anyway).

    ``cut`` is the row that ends sooner now. The rows that begin at ``free`` or later were in no playlist and go.
    ``rows`` are those that were looked at, ``now_ms`` is when.
    """

    channel_id: str
    now_ms: int
    rows: tuple[LedgerRow, ...]
    ends: dict[str, datetime | None]
    cut: LedgerRow | None
    free: datetime


class Pinning:
    def __init__(self, ledger: LedgerRepository, plans: PlanShelf) -> None:
        self._ledger = ledger
        self._plans = plans

    async def look(self, channel_id: str, now: datetime, owned: Owned) -> Pins:
        """Changes nothing. Where no slot owns the time, it is free from the first segment's end no playlist has passed.

        On a channel nobody watches that is now.
        """
        now_ms = milliseconds(now)
        rows = await self._pinned(channel_id, now_ms)
        plans = await self._plans.get([row.plan for row in rows if row.plan])
        ends: dict[str, datetime | None] = {}
        cut, free_ms = None, now_ms
        for row in rows:
            if row.slot_id is not None and owned(row.slot_id):
                ends[row.slot_id] = None
                free_ms = row.end_ms
                continue
            if row.start_ms >= now_ms + SEEN_MS:
                free_ms = row.start_ms
                break
            kept = cut_after(row, plans.get(row.plan or ""), now_ms + SEEN_MS)
            free_ms = kept.end_ms
            if row.slot_id is not None:
                ends[row.slot_id] = moment_of(kept.end_ms)
            if kept.end_ms < row.end_ms:
                cut = kept
                break
        return Pins(channel_id, now_ms, rows, ends, cut, moment_of(free_ms))

    async def apply(self, pins: Pins) -> None:
        """Write the cut and forget rows nobody has seen; belongs into the transaction that changes the slots.

        Raises Conflict when the ledger has changed since.
        """
        await self._ledger.lock(pins.channel_id)
        if await self._pinned(pins.channel_id, pins.now_ms) != pins.rows:
            raise Conflict("somebody tuned in at this moment; try again")
        if pins.cut is not None:
            await self._ledger.shorten(pins.cut)
        await self._ledger.drop_from(pins.channel_id, milliseconds(pins.free))

    async def _pinned(self, channel_id: str, now_ms: int) -> tuple[LedgerRow, ...]:
        return tuple(pinned(await self._ledger.since(channel_id, now_ms), now_ms))
