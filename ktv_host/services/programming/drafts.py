"""Drafts: schedules as they would be, planned from the library and from what aired. Nothing is stored here."""

import asyncio
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ktv_host.db.schedules import ScheduleRepository
from ktv_host.domain.channel import Channel
from ktv_host.domain.grid import occurrences
from ktv_host.domain.media import LibraryItem
from ktv_host.domain.plan import Plan
from ktv_host.domain.planner import plan
from ktv_host.domain.schedule import BY_HAND, Schedule, Slot
from ktv_host.errors import FieldError, Invalid, NoProvider
from ktv_host.services.library.browsing import Library
from ktv_host.services.programming.pinning import Pinning, Pins
from ktv_host.services.programming.plan_inputs import PlanInputs

Owned = Callable[[Slot], bool]
PIN_HORIZON = timedelta(minutes=2)  # no playlist tells of more


@dataclass(frozen=True, slots=True)
class Window:
    """What to plan: [start, until), after the newest generation, as a child of ``parent``; and what stays.

    ``pins`` is what players were told already.
    """

    start: datetime
    until: datetime
    newest: Schedule | None
    parent: int | None
    keep: tuple[Slot, ...] = ()
    pins: Pins | None = None

    @property
    def generation(self) -> int:
        return self.newest.generation + 1 if self.newest else 1

    @property
    def drop_from(self) -> datetime | None:
        """From when on slots go; None when this goes on where the newest generation ends."""
        appends = self.newest is not None and self.start >= self.newest.valid_until
        return None if appends else self.start


class Drafts:
    def __init__(
        self, *, schedules: ScheduleRepository, inputs: PlanInputs, library: Library, pinning: Pinning
    ) -> None:
        self._schedules = schedules
        self._inputs = inputs
        self._library = library
        self._pinning = pinning

    async def instances(self) -> list[str]:
        """Where to schedule from. Raises NoProvider when there is nothing."""
        instances = self._library.active()
        if not instances:
            raise NoProvider("no media source is configured; add a provider instance first", retry_after=30)
        if not await self._inputs.any_items(instances):
            raise NoProvider("the library is empty; wait for its first sync", retry_after=5)
        return instances

    async def from_now(self, channel: Channel, now: datetime, until: datetime, parent: int | None = None) -> Window:
        """[now, until): what is on air stays on air while its block owns that time.

        ``parent`` is the generation to go on from, by default the newest one.
        """
        newest = await self._schedules.newest(channel.id)
        keep, pins = await self._to_keep(channel, now, _owner(channel, now))
        of = newest.generation if newest and parent is None else parent
        return Window(now, until, newest, of, keep, pins)

    async def by_hand(self, channel: Channel, item: LibraryItem, now: datetime, until: datetime) -> Window:
        """[now, until) with the item on air as soon as no player was told otherwise."""
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
        return Window(now, until, newest, newest.generation if newest else None, (*kept, slot), pins)

    async def playable(self, item_id: str) -> LibraryItem:
        """An item that can be put on air. Raises Invalid."""
        media_id = await self._library.resolve(item_id, "item_id")
        if not await self._inputs.schedulable(media_id):
            why = "the library has no such item, it is gone, or its length is not known"
            raise Invalid(f"{item_id} cannot be played", [FieldError("item_id", why)])
        return (await self._inputs.items([media_id]))[media_id]

    async def make(self, channel: Channel, window: Window, instances: Sequence[str]) -> Schedule:
        request = await self._inputs.request(
            channel,
            window.generation,
            window.parent,
            start=window.start,
            until=window.until,
            keep=window.keep,
            instances=instances,
        )
        planned = await asyncio.to_thread(plan, request)
        slots = await self._slots(channel.id, window.generation, planned)
        return Schedule(
            id=str(uuid.uuid4()),
            channel_id=channel.id,
            generation=window.generation,
            parent=window.parent,
            valid_from=window.start,
            valid_until=planned.valid_until,
            slots=(*window.keep, *slots),
            gaps=planned.gaps,
        )

    async def _to_keep(self, channel: Channel, now: datetime, owned: Owned) -> tuple[tuple[Slot, ...], Pins]:
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


def _owner(channel: Channel, now: datetime) -> Owned:
    """Whether a slot's block still owns all of its time; what was put on air by hand stays."""
    windows = occurrences(channel.schedule_config, channel.timezone, now, now + PIN_HORIZON)

    def owned(slot: Slot) -> bool:
        return slot.block_id == BY_HAND or any(
            window.block.id == slot.block_id and window.start_at <= slot.start_at and slot.end_at <= window.end_at
            for window in windows
        )

    return owned


def _nobody(slot: Slot) -> bool:  # noqa: ARG001  an Owned
    return False
