"""What is on: now, the guide of a channel, and where the picture of this moment is."""

from datetime import datetime, timedelta

from ktv_host.db.schedules import ScheduleRepository
from ktv_host.domain.schedule import Broadcast, Slot, on_air
from ktv_host.errors import FieldError, Invalid
from ktv_host.hooks import Clock

LONGEST_GUIDE = timedelta(days=31)
DEFAULT_GUIDE = timedelta(hours=4)


class Broadcasts:
    def __init__(self, schedules: ScheduleRepository, clock: Clock) -> None:
        self._schedules = schedules
        self._clock = clock

    async def now(self, channel_id: str) -> Broadcast | None:
        """None is no signal: a gap, or no schedule at all."""
        now = self._clock()
        return on_air(await self._schedules.slots_after(channel_id, now, 2), now)

    async def guide(self, channel_id: str, start: datetime | None, until: datetime | None) -> list[Slot]:
        """Slots overlapping [start, until); default the next four hours. Raises Invalid for an odd window."""
        start = start or self._clock()
        until = until or start + DEFAULT_GUIDE
        if until <= start:
            raise Invalid("the guide's window is empty", [FieldError("until", "must be later than from")])
        if until - start > LONGEST_GUIDE:
            raise Invalid("the guide's window is too long", [FieldError("until", "at most 31 days after from")])
        return await self._schedules.slots(channel_id, start, until)
