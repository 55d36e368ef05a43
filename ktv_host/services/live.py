"""The linear stream: playlists computed from the ledger and the clock; nothing runs while nobody watches."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from ktv_host.auth.signing import UrlSigner, hour_after
from ktv_host.db.ledger import LedgerRepository
from ktv_host.db.schedules import ScheduleRepository
from ktv_host.domain.airtime import LedgerRow
from ktv_host.domain.channel import Channel
from ktv_host.domain.media import MediaSource
from ktv_host.domain.schedule import Slot
from ktv_host.errors import KtvError, MediaGone, NotFound
from ktv_host.hooks import Clock, Logger
from ktv_host.services.captions import captions
from ktv_host.services.plan_shelf import PlanShelf
from ktv_host.services.watching import Watching
from ktv_host.streaming.ledger import BACK_MS, FROZEN_MS, LEAD_MS, materialise, milliseconds, moment_of
from ktv_host.streaming.modes import Mode, Profile
from ktv_host.streaming.plans import Plan, Planner
from ktv_host.streaming.playlist import master_playlist, media_playlist
from ktv_host.streaming.segments import SegmentBytes, SegmentMaker
from ktv_host.streaming.slate import slate_plan

HOURS_OF_AN_ADDRESS = 6
LOOK_AHEAD = timedelta(minutes=30)
KEPT = timedelta(days=1)
PURPOSE = "segment"
SourceOf = Callable[[str], Awaitable[MediaSource]]


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
        schedules: ScheduleRepository,
        planner: Planner,
        segments: SegmentMaker,
        source: SourceOf,
        signer: UrlSigner,
        base_path: str,
        clock: Clock,
        steady_ms: Callable[[], int],
        logger: Logger,
        profile: Profile | None = None,
    ) -> None:
        self._ledger = ledger
        self._plans = plans
        self._schedules = schedules
        self._planner = planner
        self._segments = segments
        self._source = source
        self._signer = signer
        self._base_path = base_path
        self._clock = clock
        self._steady_ms = steady_ms
        self._logger = logger
        self._profile = profile or Profile()
        self._texts: dict[str, _Text] = {}
        self.watching = Watching(clock)

    async def playlist(self, channel: Channel) -> str:
        """The media playlist of this second: the same text from every process."""
        now_ms = self._steady_ms()
        self.watching.playlist(channel.id)
        kept = self._texts.get(channel.id)
        if kept is not None and kept.second == now_ms // 1000:
            return kept.text
        rows = await self._rows(channel, now_ms)
        plans = await self._plans.get({plan for row in rows for plan in (row.plan, row.slate) if plan})
        text = media_playlist(rows, plans, now_ms, self._address)
        self._texts[channel.id] = _Text(now_ms // 1000, text)
        return text

    async def master(self, channel: Channel, media_url: str) -> str:
        """One variant with codecs that cover what airs soon."""
        rows = await self._rows(channel, self._steady_ms())
        plans = await self._plans.get({row.plan or row.slate for row in rows})
        return master_playlist(media_url, [plans[key] for row in rows if (key := row.plan or row.slate) in plans])

    async def segment(self, plan_id: str, name: str, expires: int, signature: str) -> SegmentBytes:
        """Within eight seconds: the segment, or slate in its place. Raises NotFound for what was never listed."""
        if not self._signer.holds(PURPOSE, plan_id, expires, signature, self._clock()):
            raise NotFound("this address has expired or was changed")
        k, cut_ms = _segment_name(name)
        plan = (await self._plans.get({plan_id})).get(plan_id)
        if plan is None:
            raise NotFound("there is no such plan")
        made = await self._segments.get(
            plan, k, cut_ms, source=lambda: self._source_of(plan), caption=plan.caption or ("", "Please stand by")
        )
        self.watching.segment(plan, fallback=made.fallback)
        return made

    async def purge(self) -> None:
        """Forget ledger rows of yesterday."""
        await self._ledger.purge(milliseconds(self._clock() - KEPT))

    async def sweep(self) -> None:
        """Keep the segment cache small; one process at a time does it, whoever has the folder's lock."""
        await self._segments.sweep()

    def _address(self, plan: str, k: int, cut_ms: int | None, row: LedgerRow) -> str:
        expires = hour_after(moment_of(row.end_ms), HOURS_OF_AN_ADDRESS)
        name = str(k) if cut_ms is None else f"{k}-{cut_ms}"
        signature = self._signer.sign(PURPOSE, plan, expires)
        return f"{self._base_path}/api/v1/seg/{plan}/{expires}-{signature}/{name}.ts"

    async def _rows(self, channel: Channel, now_ms: int) -> list[LedgerRow]:
        """The ledger around now; what is missing of it is written first."""
        rows = await self._ledger.since(channel.id, now_ms - BACK_MS)
        last = rows[-1] if rows else None
        if last is None or last.end_ms < now_ms + LEAD_MS:
            await self._extend(channel, last, now_ms)
            rows = await self._ledger.since(channel.id, now_ms - BACK_MS)
        return rows

    async def _extend(self, channel: Channel, last: LedgerRow | None, now_ms: int) -> None:
        now = self._clock()
        window = now - timedelta(milliseconds=BACK_MS), now + LOOK_AHEAD
        slots = await self._schedules.slots(channel.id, *window)
        near = [slot for slot in slots if milliseconds(slot.start_at) < now_ms + LEAD_MS + FROZEN_MS]
        plans = {slot.id: plan for slot in near if (plan := await self._plan(slot)) is not None}
        slates: dict[str, Plan] = {}

        def slate(slot: Slot | None, following: Slot | None) -> str:
            plan = slate_plan(*captions(channel, slot, following))
            slates[plan.id] = plan
            return plan.id

        rows = materialise(channel.id, last, slots, plans, slate, now_ms=now_ms)
        for plan in slates.values():
            await self._plans.put(plan, None)
        await self._ledger.append(rows)

    async def _plan(self, slot: Slot) -> Plan | None:
        """The item's plan; None airs slate: unreadable, or not to be copied."""
        media_id = str(slot.item.id)
        try:
            plan = await self._planner.plan(await self._source(media_id), self._profile)
        except KtvError as error:
            self._logger.warning("slot airs slate", item=media_id, reason=error.message)
            return None
        if plan.mode is not Mode.COPY:
            self._logger.info("slot airs slate", item=media_id, reason=plan.reason)
            return None
        await self._plans.put(plan, media_id)
        return plan

    async def _source_of(self, plan: Plan) -> MediaSource:
        media_id = self._plans.media_of(plan.id)
        if media_id is None:
            raise MediaGone("this plan has no source")
        return await self._source(media_id)


def _segment_name(name: str) -> tuple[int, int | None]:
    k, dash, cut = name.partition("-")
    if not k.isdecimal() or (dash and not cut.isdecimal()) or len(name) > 20:
        raise NotFound("there is no such segment")
    return int(k), int(cut) if dash else None
