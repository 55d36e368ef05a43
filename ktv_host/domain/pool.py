"""Pool items: what the planner needs to know of a media item, and the order a library has."""

import sys
from dataclasses import dataclass

UNKNOWN_NUMBER = sys.maxsize  # an episode without a number comes after those that have one

OrderKey = tuple[str, int, int, str, str]


@dataclass(frozen=True, slots=True)
class PoolItem:
    """One item a block may choose; ``duration_secs`` is at least 1."""

    id: str
    duration_secs: int
    title: str
    series_name: str | None = None
    season_number: int | None = None
    episode_number: int | None = None
    episode_number_end: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolCounts:
    """How many items a block chooses from, and how many that match can never air in it."""

    size: int
    too_long: int = 0
    unknown_length: int = 0


def order_key(
    series_name: str | None, season_number: int | None, episode_number: int | None, title: str, item_id: str
) -> OrderKey:
    """Library order: series, season, episode, title, id; without a series first, unknown numbers last."""
    return (
        (series_name or "").casefold(),
        UNKNOWN_NUMBER if season_number is None else season_number,
        UNKNOWN_NUMBER if episode_number is None else episode_number,
        title.casefold(),
        item_id,
    )


def item_order(item: PoolItem) -> OrderKey:
    return order_key(item.series_name, item.season_number, item.episode_number, item.title, item.id)
