"""Scheduling: generations of a channel's schedule, made, renewed and read."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ktv_host.db.channels import ChannelRepository
from ktv_host.db.schedules import ScheduleRepository
from ktv_host.domain.block import ScheduleConfig
from ktv_host.domain.channel import Channel
from ktv_host.domain.events import EventKind
from ktv_host.domain.grid import occurrences
from ktv_host.domain.media import LibraryItem
from ktv_host.domain.plan import Plan
from ktv_host.domain.planner import plan
from ktv_host.domain.renewal import HORIZON, renewal_due, renewal_window
from ktv_host.domain.schedule import BY_HAND, Schedule, Slot
from ktv_host.errors import Conflict, FieldError, Invalid, KtvError, NoProvider, NotFound
from ktv_host.hooks import Clock, Logger
from ktv_host.services.activity import Activity
from ktv_host.services.library import Library
from ktv_host.services.pinning import Pinning, Pins
from ktv_host.services.plan_inputs import PlanInputs, PoolReport

PIN_HORIZON = timedelta(minutes=2)  # no playlist tells of more
ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class _Window:
    """What to plan: [start, until), after the newest generation, as a child of ``parent``; and what stays.

    ``pins`` is what players were told already.
    """

    start: datetime
    until: datetime
    newest: Schedule | None
    parent: int | None
    keep: tuple[Slot, ...]
    pins: Pins | None = None


_WindowSource = Callable[[], Awaitable[_Window]]
_Owned = Callable[[Slot], bool]


def _nobody(slot: Slot) -> bool:  # noqa: ARG001  an _Owned
    return False


class Scheduling:
    def __init__(
        self,
        *,
        schedules: ScheduleRepository,
        channels: ChannelRepository,
        inputs: PlanInputs,
        library: Library,
        activity: Activity,
        clock: Clock,
        logger: Logger,
        pinning: Pinning,
        transaction: Callable[[], AbstractAsyncContextManager[object]],
    ) -> None:
        self._schedules = schedules
        self._channels = channels
        self._inputs = inputs
        self._library = library
        self._activity = activity
        self._clock = clock
        self._logger = logger
        self._pinning = pinning
        self._transaction = transaction

    async def current(self, channel_id: str) -> Schedule:
        """The newest generation with every slot that has not ended. Raises NotFound before the first one."""
        newest = await self._schedules.newest(channel_id)
        if newest is None:
            raise NotFound("this channel has no schedule yet; make one with POST /channels/{id}/schedule")
        return replace(newest, slots=tuple(await self._schedules.slots_after(channel_id, self._clock(), None)))

    async def generate(self, channel: Channel, actor_id: str | None = None, *, parent: int | None = None) -> Schedule:
        """A new generation over [now, now + 48 h); what is on air stays on air while its block owns that time.

        Raises NoProvider when there is nothing to schedule from.
        """
        now = self._clock().replace(microsecond=0)

        async def window() -> _Window:
            newest = await self._schedules.newest(channel.id)
            keep, pins = await self._to_keep(channel, now, self._owner(channel, now))
            of = newest.generation if newest and parent is None else parent
            return _Window(now, now + HORIZON, newest, of, keep, pins)

        return await self._make(channel, window, actor_id)

    async def play_now(self, channel: Channel, item_id: str, actor_id: str | None = None) -> Schedule:
        """A new generation with the item on air as soon as no player was told otherwise; what follows is planned anew.

        On a channel somebody watches that is half a minute away, at the end of a segment. Raises Invalid, NoProvider.
        """
        now = self._clock().replace(microsecond=0)
        item = await self._playable(item_id)

        async def window() -> _Window:
            newest = await self._schedules.newest(channel.id)
            kept, pins = await self._to_keep(channel, now, _nobody)
            begin = max(now, pins.free)
            slot = Slot(
                id=str(uuid.uuid4()),
                channel_id=channel.id,
                generation=newest.generation + 1 if newest else 1,
                block_id=BY_HAND,
                start_at=begin,
                end_at=begin + timedelta(seconds=item.media.duration_secs),
                item=item,
                reason="put on air by hand",
            )
            of = newest.generation if newest else None
            return _Window(now, now + HORIZON, newest, of, (*kept, slot), pins)

        return await self._make(channel, window, actor_id)

    async def _playable(self, item_id: str) -> LibraryItem:
        media_id = await self._library.resolve(item_id, "item_id")
        if not await self._inputs.schedulable(media_id):
            why = "the library has no such item, it is gone, or its length is not known"
            raise Invalid(f"{item_id} cannot be played", [FieldError("item_id", why)])
        return (await self._inputs.items([media_id]))[media_id]

    async def rollback(self, channel: Channel, generation: int, actor_id: str | None = None) -> Schedule:
        """A new generation whose parent is an earlier one: sequential blocks go on where that one was.

        Nothing that aired is rewritten. Raises NotFound, NoProvider.
        """
        await self.generation(channel.id, generation)
        return await self.generate(channel, actor_id, parent=generation)

    async def generations(self, channel_id: str, limit: int, before: int | None = None) -> list[Schedule]:
        """Newest first, without slots."""
        return await self._schedules.generations(channel_id, limit, before)

    async def generation(self, channel_id: str, generation: int) -> Schedule:
        """One generation with the slots it made, as far as they still stand. Raises NotFound."""
        found = await self._schedules.generations(channel_id, 1, generation + 1)
        if not found or found[0].generation != generation:
            raise NotFound(f"this channel has no generation {generation}")
        slots = await self._schedules.slots(channel_id, found[0].valid_from, found[0].valid_until)
        return replace(found[0], slots=tuple(slot for slot in slots if slot.generation == generation))

    async def pools(self, config: ScheduleConfig) -> list[PoolReport]:
        """What each algorithmic block chooses from."""
        return await self._inputs.pools(config, self._library.active())

    async def preview(self, channel: Channel) -> Schedule:
        """What a new generation of this channel, saved or not, would be. Nothing is stored.

        Raises NoProvider.
        """
        now = self._clock().replace(microsecond=0)
        newest = await self._schedules.newest(channel.id)
        of = newest.generation if newest else None
        schedule, _ = await self._draft(channel, _Window(now, now + HORIZON, newest, of, ()), await self._instances())
        return schedule

    async def renew(self, channel: Channel) -> Schedule | None:
        """Append a generation when less than a day is left; deletes nothing. Time slept through stays a gap."""
        now = self._clock().replace(microsecond=0)
        newest = await self._schedules.newest(channel.id)
        valid_until = newest.valid_until if newest else now
        if not renewal_due(valid_until, now):
            return None
        start, until = renewal_window(valid_until, now)

        async def window() -> _Window:
            return _Window(start, until, newest, newest.generation if newest else None, ())

        return await self._make(channel, window, None)

    async def renew_all(self) -> None:
        """One pass of the renewal job over channels with ``auto_schedule``."""
        for channel in await self._channels.all():
            if not channel.auto_schedule or not channel.schedule_config.blocks:
                continue
            try:
                await self.renew(channel)
            except KtvError as error:
                self._logger.warning("renewal failed", channel=channel.id, error=error.message)
                await self._activity.record(
                    EventKind.SCHEDULE_FAILED, f"{channel.name}: {error.message}", channel_id=channel.id
                )

    async def _make(self, channel: Channel, window: _WindowSource, actor_id: str | None) -> Schedule:
        instances = await self._instances()
        for attempt in range(1, ATTEMPTS + 1):
            wanted = await window()
            schedule, drop_from = await self._draft(channel, wanted, instances)
            try:
                async with self._transaction():
                    if wanted.pins is not None:
                        await self._pinning.apply(wanted.pins)
                    await self._schedules.add_generation(schedule, drop_from=drop_from)
                break
            except Conflict:  # another request made this generation at the same moment
                if attempt == ATTEMPTS:
                    raise
        await self._activity.record(
            EventKind.SCHEDULE_GENERATED,
            f"{channel.name}: schedule {schedule.generation} with {len(schedule.slots)} programmes",
            channel_id=channel.id,
            actor_id=actor_id,
            data={"generation": schedule.generation},
        )
        return schedule

    async def _draft(
        self, channel: Channel, window: _Window, instances: Sequence[str]
    ) -> tuple[Schedule, datetime | None]:
        generation = window.newest.generation + 1 if window.newest else 1
        request = await self._inputs.request(
            channel,
            generation,
            window.parent,
            start=window.start,
            until=window.until,
            keep=window.keep,
            instances=instances,
        )
        planned = await asyncio.to_thread(plan, request)
        slots = await self._slots(channel.id, generation, planned)
        schedule = Schedule(
            id=str(uuid.uuid4()),
            channel_id=channel.id,
            generation=generation,
            parent=window.parent,
            valid_from=window.start,
            valid_until=planned.valid_until,
            slots=(*window.keep, *slots),
            gaps=planned.gaps,
        )
        appends = window.newest is not None and window.start >= window.newest.valid_until
        return schedule, None if appends else window.start

    async def _to_keep(self, channel: Channel, now: datetime, owned: _Owned) -> tuple[tuple[Slot, ...], Pins]:
        """What is on air, while it owns that time, and what players were told of; and the pins themselves."""
        slots = {slot.id: slot for slot in await self._schedules.slots(channel.id, now, now + PIN_HORIZON)}
        pins = await self._pinning.look(channel.id, now, lambda key: key in slots and owned(slots[key]))
        kept = []
        for slot in slots.values():
            if slot.id in pins.ends:
                kept.append(replace(slot, end_at=min(slot.end_at, pins.ends[slot.id] or slot.end_at)))
            elif slot.start_at < now and owned(slot):
                kept.append(slot)
        return tuple(kept), pins

    @staticmethod
    def _owner(channel: Channel, now: datetime) -> _Owned:
        """Whether a slot's block still owns all of its time; what was put on air by hand stays."""
        windows = occurrences(channel.schedule_config, channel.timezone, now, now + PIN_HORIZON)

        def owned(slot: Slot) -> bool:
            return slot.block_id == BY_HAND or any(
                window.block.id == slot.block_id and window.start_at <= slot.start_at and slot.end_at <= window.end_at
                for window in windows
            )

        return owned

    async def _slots(self, channel_id: str, generation: int, planned: Plan) -> list[Slot]:
        items = await self._inputs.items({slot.item_id for slot in planned.slots})
        return [
            Slot(
                id=str(uuid.uuid4()),
                channel_id=channel_id,
                generation=generation,
                block_id=slot.block_id,
                start_at=slot.start_at,
                end_at=slot.end_at,
                item=items[slot.item_id],
                reason=slot.reason,
                filler=slot.filler,
            )
            for slot in planned.slots
        ]

    async def _instances(self) -> list[str]:
        instances = self._library.active()
        if not instances:
            raise NoProvider("no media source is configured; add a provider instance first", retry_after=30)
        if not await self._inputs.any_items(instances):
            raise NoProvider("the library is empty; wait for its first sync", retry_after=5)
        return instances
