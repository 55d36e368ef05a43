"""A stretch: free time of one occurrence while it is being filled."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ktv_host.domain.plan import PlannedSlot
from ktv_host.domain.pool import PoolItem
from ktv_host.domain.wall_clock import aligned

SECOND = timedelta(seconds=1)


class Stretch:
    """[start, end) of a block's window, filled from its beginning.

    A slot may begin where the last one ended, or at the next aligned start. It ends within the stretch, but it begins
    before ``until``: the time after that is planned when the schedule is renewed.
    """

    def __init__(
        self,
        block_id: str,
        start: datetime,
        end: datetime,
        *,
        until: datetime,
        align_mins: int | None = None,
        tz: ZoneInfo,
        filler: bool = False,
    ) -> None:
        self.start = start
        self.end = end
        self.slots: list[PlannedSlot] = []
        self.next_start = start
        self.left = 0
        self.block_id = block_id
        self._until = until
        self._align_mins = align_mins
        self._tz = tz
        self._filler = filler
        self._advance(start)

    @property
    def open(self) -> bool:
        """Whether another slot may begin."""
        return self.next_start < self._until

    @property
    def length(self) -> int:
        return (self.end - self.start) // SECOND

    def fits(self, item: PoolItem) -> bool:
        return item.duration_secs <= self.left

    def place(self, item: PoolItem, reason: str) -> PlannedSlot:
        end = self.next_start + timedelta(seconds=item.duration_secs)
        slot = PlannedSlot(item.id, self.block_id, self.next_start, end, reason, self._filler)
        self.slots.append(slot)
        self._advance(end)
        return slot

    def _advance(self, cursor: datetime) -> None:
        self.next_start = cursor if self._align_mins is None else aligned(cursor, self._align_mins, self._tz)
        self.left = max(0, (self.end - self.next_start) // SECOND)  # whole seconds for the next slot
