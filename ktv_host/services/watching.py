"""Who watches what, as far as this process saw: counters for the admin, nothing is decided by them."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from ktv_host.hooks import Clock
from ktv_host.streaming.modes import Mode
from ktv_host.streaming.plans import Plan

RECENT = timedelta(seconds=30)
PLANS = 1000


@dataclass(slots=True)
class ChannelCount:
    """``playlists`` and the time of the last one."""

    playlists: int
    last_at: datetime


@dataclass(slots=True)
class PlanCount:
    """Segments sent of a plan, and how many of them were slate in its place."""

    mode: Mode
    segments: int = 0
    fallbacks: int = 0


class Watching:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._channels: dict[str, ChannelCount] = {}
        self._plans: OrderedDict[str, PlanCount] = OrderedDict()

    def playlist(self, channel_id: str) -> None:
        now = self._clock()
        count = self._channels.setdefault(channel_id, ChannelCount(0, now))
        count.playlists += 1
        count.last_at = now

    def segment(self, plan: Plan, *, fallback: bool) -> None:
        count = self._plans.setdefault(plan.id, PlanCount(plan.mode))
        count.segments += 1
        count.fallbacks += fallback
        self._plans.move_to_end(plan.id)
        while len(self._plans) > PLANS:
            self._plans.popitem(last=False)

    def channels(self) -> dict[str, ChannelCount]:
        """Those whose playlist was asked for in the last half minute."""
        oldest = self._clock() - RECENT
        return {channel: count for channel, count in self._channels.items() if count.last_at >= oldest}

    def plan(self, plan_id: str) -> PlanCount | None:
        return self._plans.get(plan_id)

    @property
    def totals(self) -> tuple[int, int]:
        """Segments and fallbacks of the plans remembered."""
        counts = self._plans.values()
        return sum(count.segments for count in counts), sum(count.fallbacks for count in counts)
