"""Fill in order: sequential blocks and manual ones, which play a list and stop at the first item that does not fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ktv_host.domain.pool import PoolItem
from ktv_host.domain.reasons import all_longer, count, label, spell
from ktv_host.domain.recycle import Cooldown
from ktv_host.domain.series_cap import SeriesCap
from ktv_host.domain.stretch import Stretch


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A list of items and how it plays. ``window_secs`` is the block's on an ordinary day: what is longer never airs."""

    name: str
    items: Sequence[PoolItem]
    window_secs: int
    loops: bool
    nothing: str  # why there are no items, when there are none


class _Next(NamedTuple):
    place: int
    reason: str


class InOrder:
    """Plays a list from a place in it. What is longer than the whole block is passed over, with a word about it."""
