"""The words a slot or a gap explains itself with."""

from ktv_host.domain.pool import PoolItem
from ktv_host.domain.position import Position

NO_BLOCK = "no block covers this time"
NEVER_PLANNED = "no schedule was made for this time"


def spell(seconds: int) -> str:
    """A length of time: ``45 s``, ``2 min``, ``2 min 5 s``."""
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return f"{rest} s"
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def part_of(filled: int, total: int) -> str:
    """``118 of 120 min``; in seconds when minutes would not tell it exactly."""
    if filled % 60 == 0 and total % 60 == 0:
        return f"{filled // 60} of {total // 60} min"
    return f"{spell(filled)} of {spell(total)}"


def label(item: PoolItem | Position) -> str:
    """``S01E03 of The Show``, ``S01E03-E04 of The Show``; the title where there is no series."""
    if not item.series_name:
        return f"“{item.title}”"
    season = "" if item.season_number is None else f"S{item.season_number:02}"
    episode = "" if item.episode_number is None else f"E{item.episode_number:02}"
    if episode and item.episode_number_end is not None:
        episode += f"-E{item.episode_number_end:02}"
    return f"{season + episode or f'“{item.title}”'} of {item.series_name}"


def count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def all_longer(number: int, than: str) -> str:
    """No item is short enough: ``all 12 items are longer than the 3 min left``."""
    return f"the only item is longer than {than}" if number == 1 else f"all {number} items are longer than {than}"
