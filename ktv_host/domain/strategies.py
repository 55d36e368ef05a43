"""Which way a block is filled: what of the request belongs to it, made ready once per plan."""

from collections.abc import Sequence
from typing import Protocol

from ktv_host.domain.block import FillStrategy, ManualContent, ProgrammingBlock
from ktv_host.domain.block_pool import block_pool, window_secs
from ktv_host.domain.fill_in_order import Manual, Sequential
from ktv_host.domain.fill_rounds import Rounds
from ktv_host.domain.plan import PlanRequest
from ktv_host.domain.pool import PoolItem, item_order
from ktv_host.domain.recycle import Cooldown
from ktv_host.domain.stretch import Stretch

NO_MATCH = "the pool is empty: the filter matches nothing"


class Strategy(Protocol):
    """Fills the stretches of a block's occurrences, in order of time."""

    def begin(self, seed: str, aired: Sequence[str]) -> None:
        """A new occurrence; ``aired`` are the block's items that already began in it."""

    def after(self, item_id: str) -> None:
        """A slot that stays airs this item: go on after it."""

    def fill(self, stretch: Stretch) -> str:
        """Place what fits; the answer is why nothing follows, for the gap if there is one."""


def strategy_of(block: ProgrammingBlock, request: PlanRequest, cooldown: Cooldown) -> Strategy:
    matching = request.pools.get(block.id, ())
    if isinstance(block.content, ManualContent):
        return _manual(block, block.content, matching, cooldown)
    if block.content.strategy is FillStrategy.SEQUENTIAL:
        return Sequential(
            block_pool(sorted(matching, key=item_order), window_secs(block), empty=NO_MATCH),
            cooldown,
            loops=block.loop_on_finish,
            max_per_series=block.max_per_series,
            position=request.positions.get(block.id),
        )
    return Rounds(
        block.content.strategy.value,
        block_pool(matching, window_secs(block), empty=NO_MATCH),
        cooldown,
        recycles=not block.ignore_recycle_policy,
        shuffles=block.content.strategy is FillStrategy.RANDOM,
        exact=block.align_mins is None and block.max_per_series is None,
        max_per_series=block.max_per_series,
    )


def filler_of(block: ProgrammingBlock, request: PlanRequest, cooldown: Cooldown) -> Strategy | None:
    """Filler is chosen as best_fit chooses, under the same recycle rules as the block."""
    if block.filler is None:
        return None
    pool = block_pool(request.fillers.get(block.id, ()), block.duration_mins * 60, empty=NO_MATCH)
    return Rounds("filler", pool, cooldown, recycles=not block.ignore_recycle_policy)


def _manual(
    block: ProgrammingBlock, content: ManualContent, matching: Sequence[PoolItem], cooldown: Cooldown
) -> Manual:
    by_id = {item.id: item for item in matching if item.duration_secs > 0}
    found = [(number, by_id[item]) for number, item in enumerate(content.items, 1) if item in by_id]
    listed = len(content.items)
    empty = f"none of its {listed} items is in the library" if listed else "the block lists no items"
    return Manual(
        block_pool([item for _, item in found], window_secs(block), empty=empty),
        cooldown,
        loops=block.loop_on_finish,
        max_per_series=block.max_per_series,
        numbers=[number for number, _ in found],
        listed=listed,
    )
