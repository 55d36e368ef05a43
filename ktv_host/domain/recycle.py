"""The recycle policy: which items of a pool may air again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from fractions import Fraction
from math import ceil
from zoneinfo import ZoneInfo

from ktv_host.domain.block import RecyclePolicy
from ktv_host.domain.pool import PoolItem
from ktv_host.domain.wall_clock import instant, zone

LONGEST_OCCURRENCE_DAYS = 8  # seven days, and one more where clocks change


@dataclass(frozen=True, slots=True)
class Airing:
    """One past or scheduled airing on the channel. Scheduled time counts as aired."""

    item_id: str
    start_at: datetime
    end_at: datetime
    block_id: str
    generation: int


@dataclass(frozen=True, slots=True)
class Selectable:
    """The items of a pool that may air now, in pool order; ``early`` came back before their cooldown ended."""

    items: Sequence[PoolItem]
    early: frozenset[str] = frozenset()


class Cooldown:
    """What aired on a channel, and what the policy says about it. The plan in the making is noted as it grows.

    An item is out on a calendar day of the channel's zone when it aired at most ``cooldown_days`` days from it, or in
    this generation or one of the ``cooldown_generations`` before it. Null and 0 switch either rule off. When fewer than
    ``ceil(min_available_ratio x pool)`` items are left, and at least when none is, items come back, the one that has
    not aired for longest first (ties: pool order), until that many are selectable.
    """

    def __init__(self, policy: RecyclePolicy, tz: ZoneInfo, generation: int, airings: Iterable[Airing]) -> None:
        self._days = policy.cooldown_days or 0
        self._generations = policy.cooldown_generations or 0
        self._ratio = Fraction(str(policy.min_available_ratio))
        self._tz = tz
        self._generation = generation
        self._last: dict[str, datetime] = {}
        self._by_day: dict[int, set[str]] = {}
        self._recent: set[str] = set()  # out by generation, whatever the day
        self._day = 0
        self._out: set[str] = set()
        for airing in airings:
            self.note(airing.item_id, airing.start_at, airing.generation)

    def note(self, item_id: str, start_at: datetime, generation: int | None = None) -> None:
        """Count an airing; one of the generation being planned when none is named."""
        last = self._last.get(item_id)
        if last is None or start_at > last:
            self._last[item_id] = start_at
        behind = 0 if generation is None else self._generation - generation
        if self._generations and behind <= self._generations:
            self._recent.add(item_id)
            self._out.add(item_id)
        if self._days:
            day = self._day_of(start_at)
            self._by_day.setdefault(day, set()).add(item_id)
            if abs(day - self._day) <= self._days:
                self._out.add(item_id)

    def last_aired(self, item_id: str) -> datetime | None:
        return self._last.get(item_id)

    def selectable(self, pool: Sequence[PoolItem], at: datetime) -> Selectable:
        """What may air at ``at``; never nothing of a pool that holds something."""
        out = self._out_on(self._day_of(at))
        if not out:
            return Selectable(pool)
        left = [item for item in pool if item.id not in out]
        floor = max(1, ceil(self._ratio * len(pool)))
        if len(left) >= floor or len(left) == len(pool):
            return Selectable(left)
        waiting = sorted((item for item in pool if item.id in out), key=lambda item: self._last[item.id])
        early = frozenset(item.id for item in waiting[: floor - len(left)])
        return Selectable([item for item in pool if item.id not in out or item.id in early], early)

    def _day_of(self, at: datetime) -> int:
        return at.astimezone(self._tz).toordinal()

    def _out_on(self, day: int) -> set[str]:
        if day != self._day:
            self._day = day
            near = (ids for other, ids in self._by_day.items() if abs(other - day) <= self._days)
            self._out = self._recent.union(*near)
        return self._out


def airings_since(policy: RecyclePolicy, timezone: str, start: datetime) -> datetime:
    """The instant from which airings matter to a plan that begins at ``start``, generations apart.

    Enough for the calendar days of the policy and for an occurrence that is already running.
    """
    tz = zone(timezone)
    days = max(policy.cooldown_days or 0, LONGEST_OCCURRENCE_DAYS)
    return instant(datetime.combine(start.astimezone(tz).date() - timedelta(days=days), time()), tz)
