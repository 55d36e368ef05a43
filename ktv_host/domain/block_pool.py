"""The pool of one block: what of the matching items can air in it at all."""

from collections.abc import Sequence
from dataclasses import dataclass

from ktv_host.domain.block import ProgrammingBlock
from ktv_host.domain.pool import PoolItem
from ktv_host.domain.reasons import all_longer, spell


@dataclass(frozen=True, slots=True)
class BlockPool:
    """``items`` can air, in the order they came; ``matched`` counts also those longer than ``window_secs``."""

    items: Sequence[PoolItem]
    matched: int
    window_secs: int

    @property
    def nothing(self) -> str:
        """Why no item can ever air; empty when one can."""
        if not self.matched:
            return "the pool is empty: the filter matches nothing"
        return "" if self.items else all_longer(self.matched, f"the block's {spell(self.window_secs)}")


def block_pool(block: ProgrammingBlock, matching: Sequence[PoolItem]) -> BlockPool:
    """Items of unknown length never air, nor do those longer than the block's window on an ordinary day."""
    window = window_secs(block)
    known = [item for item in matching if item.duration_secs > 0]
    return BlockPool([item for item in known if item.duration_secs <= window], len(known), window)


def window_secs(block: ProgrammingBlock) -> int:
    """The most one programme can last: from the first aligned start to the end, clocks not changing."""
    wait = 0
    if block.align_mins is not None:
        start = block.start_time
        wait = -(start.minute * 60 + start.second) % (block.align_mins * 60)
    return max(0, block.duration_mins * 60 - wait)
