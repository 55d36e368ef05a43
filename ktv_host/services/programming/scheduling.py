"""Scheduling: generations of a channel's schedule, made, renewed and read."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

from ktv_host.db.schedules import ScheduleRepository
from ktv_host.domain.channel import Channel
from ktv_host.domain.events import EventKind
from ktv_host.domain.renewal import HORIZON, planned_ahead, renewal_due, renewal_window
from ktv_host.domain.schedule import Schedule, standing_gaps
from ktv_host.errors import Conflict, NoProvider, NotFound
from ktv_host.hooks import Clock
from ktv_host.services.activity import Activity
from ktv_host.services.programming.drafts import Drafts, Window
from ktv_host.services.programming.pinning import Pinning

ATTEMPTS = 3
PAGE = 10

_WindowSource = Callable[[], Awaitable[Window | None]]


class Scheduling:
    def __init__(
        self,
        *,
        schedules: ScheduleRepository,
        drafts: Drafts,
        activity: Activity,
        clock: Clock,
        pinning: Pinning,
        transaction: Callable[[], AbstractAsyncContextManager[object]],
    ) -> None:
        self._schedules = schedules
        self._drafts = drafts
        self._activity = activity
        self._clock = clock
        self._pinning = pinning
        self._transaction = transaction

    async def current(self, channel_id: str) -> Schedule:
        """The newest generation, with every slot and every gap that has not ended, of earlier generations too.

        Raises NotFound before the first one.
        """
        now = self._clock()
        standing = await self._schedules.generations(channel_id, PAGE)
        if not standing:
            raise NotFound("this channel has no schedule yet; make one with POST /channels/{id}/schedule")
        while standing[-1].valid_from > now and (
            more := await self._schedules.generations(channel_id, PAGE, standing[-1].generation)
        ):
            standing += more
        slots = await self._schedules.slots_after(channel_id, now, None)
        return replace(standing[0], slots=tuple(slots), gaps=standing_gaps(standing, now))

    async def generate(self, channel: Channel, actor_id: str | None = None, *, parent: int | None = None) -> Schedule:
        """A new generation over [now, now + 48 h); what is on air stays on air while its block owns that time.

        Raises NoProvider when there is nothing to schedule from.
        """
        now = self._clock().replace(microsecond=0)

        async def window() -> Window:
            return await self._drafts.from_now(channel, now, now + HORIZON, parent)

        made = await self._make(channel, window, actor_id)
        assert made is not None, "a generation that is asked for has a window"
        return made

    async def play_now(self, channel: Channel, item_id: str, actor_id: str | None = None) -> Schedule:
        """A new generation with the item on air as soon as no player was told otherwise; what follows is planned anew.

        On a channel somebody watches that is half a minute away, at the end of a segment. Raises Invalid, NoProvider.
        """
        now = self._clock().replace(microsecond=0)
        item = await self._drafts.playable(item_id)

        async def window() -> Window:
            return await self._drafts.by_hand(channel, item, now, now + HORIZON)

        made = await self._make(channel, window, actor_id)
        assert made is not None, "a generation that is asked for has a window"
        return made

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

    async def has_library(self) -> bool:
        """Whether there is anything to schedule from."""
        try:
            await self._drafts.instances()
        except NoProvider:
            return False
        return True

    async def renew(self, channel: Channel) -> Schedule | None:
        """Append a generation when less than a day is left; deletes nothing. Time slept through stays a gap.

        A schedule of a clock that was ahead and is no more is planned anew from now on. None when nothing was due,
        also because another process was first.
        """

        async def window() -> Window | None:
            now = self._clock().replace(microsecond=0)
            newest_two = await self._schedules.generations(channel.id, 2)
            if not newest_two or newest_two[0].valid_until <= now or planned_ahead(newest_two, now):
                return await self._drafts.from_now(channel, now, now + HORIZON)
            newest = newest_two[0]
            if not renewal_due(newest.valid_until, now):
                return None
            start, until = renewal_window(newest.valid_until, now)
            return Window(start, until, newest, newest.generation)

        return await self._make(channel, window, None)

    async def _make(self, channel: Channel, window: _WindowSource, actor_id: str | None) -> Schedule | None:
        for attempt in range(1, ATTEMPTS + 1):
            wanted = await window()
            if wanted is None:
                return None
            schedule = await self._drafts.make(channel, wanted, await self._drafts.instances())
            try:
                async with self._transaction():
                    if wanted.pins is not None:
                        await self._pinning.apply(wanted.pins)
                    await self._schedules.add_generation(schedule, drop_from=wanted.drop_from)
                    await self._record(channel, schedule, actor_id)
                return schedule
            except Conflict:  # another request made this generation at the same moment
                if attempt == ATTEMPTS:
                    raise
        raise AssertionError("the last attempt returned or raised")

    async def _record(self, channel: Channel, schedule: Schedule, actor_id: str | None) -> None:
        await self._activity.record(
            EventKind.SCHEDULE_GENERATED,
            f"{channel.name}: schedule {schedule.generation} with {len(schedule.slots)} programmes",
            channel_id=channel.id,
            actor_id=actor_id,
            data={"generation": schedule.generation},
        )
