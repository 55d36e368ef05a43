"""Positions: where a sequential block goes on."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from ktv_host.domain.pool import PoolItem, item_order, order_key


@dataclass(frozen=True, slots=True)
class Position:
    """The last programme a sequential block aired; enough to go on after it even when it left the library."""

    item_id: str
    title: str
    series_name: str | None = None
    season_number: int | None = None
    episode_number: int | None = None
    episode_number_end: int | None = None


def place_after(ordered: Sequence[PoolItem], position: Position) -> int:
    """Where to go on in a pool in library order: after the item, or after where it was when it is gone.

    Of a gone item with several episodes all have aired, whatever files they lie in now.
    """
    for place, item in enumerate(ordered):
        if item.id == position.item_id:
            return place + 1
    series, season, last = position.series_name, position.season_number, position.episode_number_end
    if last is not None:
        return bisect_left(ordered, order_key(series, season, last + 1, "", ""), key=item_order)
    key = order_key(series, season, position.episode_number, position.title, position.item_id)
    return bisect_right(ordered, key, key=item_order)
