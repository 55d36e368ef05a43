"""Previews: what a programming would do with the library that is there. Nothing is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ktv_host.db.library.reading import LibrarySearch
from ktv_host.domain.block import AlgorithmicContent, ManualContent, ProgrammingBlock, RecyclePolicy, ScheduleConfig
from ktv_host.domain.block_pool import window_secs
from ktv_host.domain.channel import Channel
from ktv_host.domain.filter import relaxed
from ktv_host.domain.grid import Occurrence, occurrences
from ktv_host.domain.media import MediaId
from ktv_host.domain.pool import PoolCounts
from ktv_host.domain.renewal import HORIZON
from ktv_host.domain.schedule import Gap, Schedule, Slot
from ktv_host.errors import FieldError, Invalid
from ktv_host.hooks import Clock
from ktv_host.services.channels.channels import check_zone, refuse_overlaps
from ktv_host.services.library.browsing import Library
from ktv_host.services.programming.drafts import Drafts, Window

WEEK = timedelta(days=7)
NOBODY = "preview"  # stands for the channel a block has not got


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolReport:
    """What a block chooses from.

    ``removes``: clause of the filter → items that could air if only it were dropped. ``missing``: listed by a manual
    block, but not to be had. ``filler`` is None when the block has none.
    """

    block_id: str
    name: str
    counts: PoolCounts
    removes: Mapping[str, int]
    missing: tuple[str, ...] = ()
    filler: PoolCounts | None = None


@dataclass(frozen=True, slots=True)
class SchedulePreview:
    schedule: Schedule
    pools: list[PoolReport]


@dataclass(frozen=True, slots=True)
class OccurrencePreview:
    """One window of a block, and what would air in it."""

    start_at: datetime
    end_at: datetime
    slots: tuple[Slot, ...]
    gaps: tuple[Gap, ...]

    @property
    def dead_air(self) -> timedelta:
        return sum((gap.end_at - gap.start_at for gap in self.gaps), timedelta())


@dataclass(frozen=True, slots=True)
class BlockPreview:
    occurrences: list[OccurrencePreview]
    pool: PoolReport


class Previews:
    def __init__(self, *, drafts: Drafts, search: LibrarySearch, library: Library, clock: Clock) -> None:
        self._drafts = drafts
        self._search = search
        self._library = library
        self._clock = clock

    async def schedule(self, channel: Channel) -> SchedulePreview:
        """What generating now would give a channel that has, unsaved, this programming.

        Raises Invalid for what could not be saved, NoProvider.
        """
        check_zone(channel.timezone)
        refuse_overlaps(channel.schedule_config, channel.timezone)
        config = await self._library.resolve_config(channel.schedule_config, "schedule_config")
        channel = replace(channel, schedule_config=config)
        now = self._clock().replace(microsecond=0)
        window = await self._drafts.from_now(channel, now, now + HORIZON)
        instances = await self._drafts.instances()
        schedule = await self._drafts.make(channel, window, instances)
        return SchedulePreview(schedule, [await self._pool(block, instances) for block in config.blocks])

    async def block(
        self,
        block: ProgrammingBlock,
        *,
        timezone: str = "UTC",
        policy: RecyclePolicy | None = None,
        start: datetime | None = None,
        number: int = 1,
    ) -> BlockPreview:
        """The next ``number`` whole occurrences from ``start`` (default now) on a channel that never aired anything.

        Raises Invalid, NoProvider.
        """
        check_zone(timezone)
        block = await self._library.resolve_block(block, "block")
        config = ScheduleConfig((block,))
        refuse_overlaps(config, timezone, path="block")
        now = self._clock().replace(microsecond=0)
        windows = _next(config, timezone, (start or now).replace(microsecond=0), number)
        instances = await self._drafts.instances()
        channel = Channel(
            id=NOBODY,
            owner_id=NOBODY,
            number=0,
            name=block.name,
            created_at=now,
            updated_at=now,
            timezone=timezone,
            schedule_config=config,
            recycle_policy=policy or RecyclePolicy(),
        )
        schedule = await self._drafts.make(
            channel, Window(windows[0].start_at, windows[-1].end_at, None, None), instances
        )
        return BlockPreview([_occurrence(window, schedule) for window in windows], await self._pool(block, instances))

    async def _pool(self, block: ProgrammingBlock, instances: Sequence[str]) -> PoolReport:
        filler = None
        if block.filler is not None:
            filler = await self._search.pool_counts(block.filler, instances, block.duration_mins * 60)
        if isinstance(block.content, ManualContent):
            return await self._manual(block, block.content, filler)
        return await self._algorithmic(block, block.content, filler, instances)

    async def _algorithmic(
        self, block: ProgrammingBlock, content: AlgorithmicContent, filler: PoolCounts | None, instances: Sequence[str]
    ) -> PoolReport:
        longest = window_secs(block)
        counts = await self._search.pool_counts(content.filter, instances, longest)
        removes = {
            clause: (await self._search.pool_counts(without, instances, longest)).size - counts.size
            for clause, without in relaxed(content.filter).items()
        }
        return PoolReport(block_id=block.id, name=block.name, counts=counts, removes=removes, filler=filler)

    async def _manual(self, block: ProgrammingBlock, content: ManualContent, filler: PoolCounts | None) -> PoolReport:
        listed = dict.fromkeys(content.items)
        found = await self._search.pool_by_ids([MediaId.parse(item) for item in listed])
        fitting = sum(item.duration_secs <= window_secs(block) for item in found.values())
        return PoolReport(
            block_id=block.id,
            name=block.name,
            counts=PoolCounts(size=fitting, too_long=len(found) - fitting),
            removes={},
            missing=tuple(item for item in listed if item not in found),
            filler=filler,
        )


def _next(config: ScheduleConfig, timezone: str, start: datetime, number: int) -> list[Occurrence]:
    """Raises Invalid when there is none, as on days a zone never had."""
    found = occurrences(config, timezone, start, start + (number + 1) * WEEK)
    whole = [occurrence for occurrence in found if occurrence.start_at >= start][:number]
    if not whole:
        raise Invalid("the block does not occur", [FieldError("block.days", "has no occurrence in the next weeks")])
    return whole


def _occurrence(window: Occurrence, schedule: Schedule) -> OccurrencePreview:
    def within(span: Slot | Gap) -> bool:
        return window.start_at <= span.start_at < window.end_at

    return OccurrencePreview(
        window.start_at,
        window.end_at,
        tuple(filter(within, schedule.slots)),
        tuple(gap for gap in schedule.gaps if gap.block_id and within(gap)),
    )
