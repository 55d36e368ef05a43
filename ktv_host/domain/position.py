"""Positions: where a sequential block goes on."""

from bisect import bisect_right
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


def place_after(ordered: Sequence[PoolItem], position: Position) -> int:
    """Where to go on in a pool in library order: after the item, or after where it was when it is gone."""
    for place, item in enumerate(ordered):
        if item.id == position.item_id:
            return place + 1
    key = order_key(
        position.series_name, position.season_number, position.episode_number, position.title, position.item_id
    )
    return bisect_right(ordered, key, key=item_order)
