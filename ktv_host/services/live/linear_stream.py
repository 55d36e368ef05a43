"""The linear stream: playlists computed from the ledger and the clock; nothing runs while nobody watches."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from ktv_host.db.ledger import LedgerRepository
from ktv_host.db.schedules import ScheduleRepository
from ktv_host.domain.airtime import LedgerRow
from ktv_host.domain.channel import Channel
from ktv_host.domain.media import MediaSource
from ktv_host.domain.schedule import Slot
from ktv_host.errors import MediaGone, NotFound, Unavailable
from ktv_host.hooks import Clock
from ktv_host.services.live.addresses import SegmentAddress, SegmentAddresses
from ktv_host.services.live.air_clock import AirClock
from ktv_host.services.live.captions import captions
from ktv_host.services.live.item_plans import ItemPlans, SourceOf
from ktv_host.services.live.plan_shelf import PlanShelf
from ktv_host.services.live.watching import Watching
from ktv_host.streaming.ledger import BACK_MS, FROZEN_MS, LEAD_MS, materialise, milliseconds, moment_of, reaches
from ktv_host.streaming.plans import Plan
from ktv_host.streaming.playlist import master_playlist, media_playlist, window
from ktv_host.streaming.segments import SegmentBytes, SegmentMaker
from ktv_host.streaming.slate import slate_plan
from ktv_host.streaming.ticks import PER_MS

LOOK_AHEAD = timedelta(minutes=30)
KEPT = timedelta(days=1)
ATTEMPTS = 4  # at writing rows, until another process must have written them


@dataclass(frozen=True, slots=True)
class _Text:
    """A playlist as everybody who asks within one second gets it."""

    second: int
    text: str


class LiveStreams:
    def __init__(
        self,
        *,
        ledger: LedgerRepository,
        plans: PlanShelf,
        item_plans: ItemPlans,
        schedules: ScheduleRepository,
        segments: SegmentMaker,
        source: SourceOf,
        addresses: SegmentAddresses,
        clock: Clock,
        air_clock: AirClock,
        watching: Watching,
    ) -> None:
        self._ledger = ledger
        self._plans = plans
        self._item_plans = item_plans
        self._schedules = schedules
        self._segments = segments
        self._source = source
        self._addresses = addresses
        self._clock = clock
        self._air_clock = air_clock
        self._texts: dict[str, _Text] = {}
        self._turns: dict[str, asyncio.Lock] = {}
        self.watching = watching

    async def playlist(self, channel: Channel, reader: bytes | None = None) -> str:
        """The media playlist of this second: the same text from every process."""
        self.watching.playlist(channel.id, reader)
        async with self._turns.setdefault(channel.id, asyncio.Lock()):
            now_ms = await self._air_clock.now_ms()
            kept = self._texts.get(channel.id)
            if kept is not None and kept.second == now_ms // 1000:
                return kept.text
            rows = await self._rows(channel, now_ms)
            plans = await self._plans.get({plan for row in rows for plan in (row.plan, row.slate) if plan})
            text = media_playlist(rows, plans, now_ms, self._addresses.of)
            self._note(channel.id, rows, plans, now_ms)
            self._texts[channel.id] = _Text(now_ms // 1000, text)
        return text

    async def master(self, channel: Channel, media_url: str) -> str:
        """One variant with codecs that cover what airs soon."""
        async with self._turns.setdefault(channel.id, asyncio.Lock()):
            now_ms = await self._air_clock.now_ms()
            rows = await self._rows(channel, now_ms)
        plans = await self._plans.get({plan for row in rows for plan in (row.plan, row.slate) if plan})
        soon = [segment.plan for _, segment in window(rows, plans, now_ms, back_ms=0)]
        return master_playlist(media_url, [plans[key] for key in dict.fromkeys(soon)])

    async def segment(self, address: SegmentAddress, reader: bytes | None = None) -> SegmentBytes:
        """Within eight seconds: the segment, or slate in its place. Raises NotFound for what was never listed."""
        if not self._addresses.holds(address, self._clock()):
            raise NotFound("this address has expired or was changed")
        key = address.key
        plan = (await self._plans.get({key.plan})).get(key.plan)
        if plan is None:
            raise NotFound("there is no such plan")
        made = await self._segments.get(
            plan,
            key.k,
            key.cut_ms,
            source=lambda: self._source_of(plan),
            caption=plan.caption or ("", "Please stand by"),
        )
        self.watching.segment(key.plan, reader, hit=made.hit, slate=made.fallback)
        return made

    async def ready(self, address: SegmentAddress, reader: bytes | None = None) -> bytes | None:
        """The segment's bytes when the address holds and it is there already; else ``segment`` has the answer."""
        if not self._addresses.holds(address, self._clock()):
            return None
        data = await self._segments.ready(address.key)
        if data is not None:
            self.watching.segment(address.key.plan, reader, hit=True, slate=False)
        return data

    async def purge(self) -> None:
        """Forget ledger rows of yesterday and plans nobody wants any more."""
        await self._ledger.purge(milliseconds(self._clock() - KEPT))
        await self._plans.purge()

    async def close(self) -> None:
        await self._item_plans.close()
        await self._segments.close()

    async def sweep(self) -> None:
        """Keep the segment cache small; one process at a time does it, whoever has the folder's lock."""
        await self._segments.sweep()
        self.watching.audiences()  # forgets who stopped watching

    def _note(self, channel_id: str, rows: Sequence[LedgerRow], plans: Mapping[str, Plan], now_ms: int) -> None:
        """For the admin: which plans belong to the channel, and how the picture of now is made."""
        shown = [segment for _, segment in window(rows, plans, now_ms)]
        self.watching.listed(channel_id, {segment.plan for segment in shown})
        on_air = next((segment.plan for segment in shown if segment.end > now_ms * PER_MS), None)
        if on_air is not None and on_air in plans:
            self.watching.on_air(channel_id, plans[on_air].mode)

    async def _rows(self, channel: Channel, now_ms: int) -> list[LedgerRow]:
        """The ledger around now; what is missing of it is written first."""
        for _ in range(ATTEMPTS):
            rows = await self._ledger.since(channel.id, now_ms - BACK_MS)
            last = rows[-1] if rows else None
            if reaches(last, now_ms):
                return rows
            await self._extend(channel, last, now_ms)
        raise Unavailable("the schedule of this channel is being changed; ask again", retry_after=1)

    async def _extend(self, channel: Channel, last: LedgerRow | None, now_ms: int) -> None:
        now = moment_of(now_ms)
        slots = await self._schedules.slots(channel.id, now - timedelta(milliseconds=BACK_MS), now + LOOK_AHEAD)
        plans = await self._plans_of([slot for slot in slots if _is_missing(slot, last, now_ms)])
        slates: dict[str, Plan] = {}

        def slate(slot: Slot | None, following: Slot | None) -> str:
            plan = slate_plan(*captions(channel, slot, following))
            slates[plan.id] = plan
            return plan.id

        rows = materialise(channel.id, last, slots, plans, slate, now_ms=now_ms)
        for plan in slates.values():
            await self._plans.put(plan, None)
        await self._ledger.append(rows, last)

    async def _plans_of(self, slots: Sequence[Slot]) -> dict[str, Plan]:
        """By slot id; a slot without one airs slate."""
        made = await self._item_plans.copyable({str(slot.item.id) for slot in slots})
        for media_id, plan in made.items():
            await self._plans.put(plan, media_id)
        return {slot.id: made[str(slot.item.id)] for slot in slots if str(slot.item.id) in made}

    async def _source_of(self, plan: Plan) -> MediaSource:
        media_id = await self._plans.media_of(plan.id)
        if media_id is None:
            raise MediaGone("this plan has no source")
        return await self._source(media_id)


def _is_missing(slot: Slot, last: LedgerRow | None, now_ms: int) -> bool:
    """May the slot be in a row that is to be written now?"""
    written_ms = last.end_ms if last is not None and last.end_ms < now_ms + LEAD_MS else 0
    return milliseconds(slot.end_at) > written_ms and milliseconds(slot.start_at) < now_ms + LEAD_MS + FROZEN_MS
