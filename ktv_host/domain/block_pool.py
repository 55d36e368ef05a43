"""The pool of one block: what of the matching items can air in it at all."""

from collections.abc import Sequence
from dataclasses import dataclass

from ktv_host.domain.block import ProgrammingBlock
from ktv_host.domain.pool import PoolItem
from ktv_host.domain.reasons import all_longer, count, spell


@dataclass(frozen=True, slots=True)
class BlockPool:
    """``known`` has every item of known length, in the order they came; ``items`` those of them that can air.

    ``window_secs`` is the block's window on an ordinary day: what is longer can never air in it. ``nothing`` says why
    no item can; it is empty when one can.
    """

    known: Sequence[PoolItem]
    items: Sequence[PoolItem]
    window_secs: int
    nothing: str


def block_pool(matching: Sequence[PoolItem], window: int, *, empty: str) -> BlockPool:
    """Items of unknown length never air. ``empty`` is what to say when there is nothing at all."""
    known = [item for item in matching if item.duration_secs > 0]
    items = [item for item in known if item.duration_secs <= window]
    nothing = ""
    if not matching:
        nothing = empty
    elif not known:
        nothing = f"no item of the pool has a known length ({count(len(matching), 'item')})"
    elif not items:
        nothing = all_longer(len(known), f"the block's {spell(window)}")
    return BlockPool(known, items, window, nothing)


def window_secs(block: ProgrammingBlock) -> int:
    """The most one programme can last: from the first aligned start to the end, clocks not changing."""
    wait = 0
    if block.align_mins is not None:
        start = block.start_time
        wait = -(start.minute * 60 + start.second) % (block.align_mins * 60)
    return max(0, block.duration_mins * 60 - wait)
