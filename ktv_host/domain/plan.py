"""What the planner is asked and what it answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ktv_host.domain.block import RecyclePolicy, ScheduleConfig
from ktv_host.domain.pool import PoolItem
from ktv_host.domain.position import Position
from ktv_host.domain.recycle import Airing
from ktv_host.domain.schedule import Gap


@dataclass(frozen=True, slots=True)
class Kept:
    """A slot that stays whatever is planned: on air, or pinned.

    ``in_line`` is False when it belongs to a generation this plan does not go on from, as after a rollback: then a
    sequential block does not go on after it.
    """

    start_at: datetime
    end_at: datetime
    item_id: str
    block_id: str
    filler: bool = False
    in_line: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """Everything a plan depends on; the same request gives the same plan.

    ``start`` should be a whole second: slots are whole seconds long, and a fraction would be carried through.
    ``pools`` and ``fillers`` are keyed by block id; a manual block's pool holds those of its items the library has.
    ``airings`` are the channel's, of every block, that began before ``start`` (recycle.airings_since says from when
    on); later ones do not count, they are about to be replaced. ``positions`` says for each sequential block what it
    aired last before ``start``, never a filler; slots in ``keep`` that begin later overrule it.
    """

    channel_id: str
    timezone: str
    config: ScheduleConfig
    policy: RecyclePolicy
    generation: int
    start: datetime
    until: datetime
    keep: tuple[Kept, ...] = ()
    pools: Mapping[str, Sequence[PoolItem]] = field(default_factory=dict)
    fillers: Mapping[str, Sequence[PoolItem]] = field(default_factory=dict)
    airings: Sequence[Airing] = ()
    positions: Mapping[str, Position] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlannedSlot:
    """One airing that was chosen, and why."""

    item_id: str
    block_id: str
    start_at: datetime
    end_at: datetime
    reason: str
    filler: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """Slots and gaps in order of time; with ``keep`` they cover [start, valid_until) exactly once."""

    slots: tuple[PlannedSlot, ...]
    gaps: tuple[Gap, ...]
    valid_until: datetime
