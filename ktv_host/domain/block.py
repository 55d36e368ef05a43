"""Programming blocks: the rules a channel's schedule is made from."""

from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum

from ktv_host.domain.filter import MediaFilter


class Day(StrEnum):
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


WEEK: tuple[Day, ...] = tuple(Day)  # index = datetime.weekday()


class FillStrategy(StrEnum):
    BEST_FIT = "best_fit"
    SEQUENTIAL = "sequential"
    RANDOM = "random"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlgorithmicContent:
    """The engine chooses: a filter over the library and a way to fill the window."""

    filter: MediaFilter = field(default_factory=MediaFilter)
    strategy: FillStrategy = FillStrategy.RANDOM


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualContent:
    """A person chose: media ids in the order they air."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammingBlock:
    """A wall-clock window in the channel's zone and what fills it.

    Optional: programmes start on multiples of ``align_mins`` past the hour; one series airs at most ``max_per_series``
    times in an occurrence; ``filler`` covers what is left at the end and between aligned starts. With one of the first
    two, ``best_fit`` is longest-first without the promise of the least dead air.
    """

    id: str
    name: str
    start_time: time
    duration_mins: int
    content: AlgorithmicContent | ManualContent
    days: frozenset[Day] = frozenset(WEEK)
    loop_on_finish: bool = True
    ignore_recycle_policy: bool = False
    align_mins: int | None = None
    max_per_series: int | None = None
    filler: MediaFilter | None = None


@dataclass(frozen=True, slots=True)
class ScheduleConfig:
    """The shareable programming template. Time no block covers is no signal."""

    blocks: tuple[ProgrammingBlock, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecyclePolicy:
    """When an item that aired may air again (the contract's three fields)."""

    cooldown_days: int | None = 30
    cooldown_generations: int | None = None
    min_available_ratio: float = 0.2
