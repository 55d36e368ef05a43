"""The recycle policy as whole plans show it."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ktv_host.domain.block import AlgorithmicContent, FillStrategy, ProgrammingBlock
from ktv_host.domain.block_pool import window_secs
from ktv_host.domain.grid import Occurrence, occurrences
from ktv_host.domain.plan import Plan, PlanRequest
from ktv_host.domain.planner import plan
from ktv_host.domain.wall_clock import aligned, zone

often = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def chooses(block: ProgrammingBlock) -> bool:
    return isinstance(block.content, AlgorithmicContent) and block.content.strategy is not FillStrategy.SEQUENTIAL


def came_back_early(slot: Any) -> bool:
    return "back early" in getattr(slot, "reason", "")


def within_cooldown(request: PlanRequest, earlier: Any, slot: Any) -> bool:
    def day(moment: datetime) -> int:
        return moment.astimezone(zone(request.timezone)).toordinal()

    policy = request.policy
    if policy.cooldown_days and day(slot.start_at) - day(earlier.start_at) <= policy.cooldown_days:
        return True
    behind = request.generation - getattr(earlier, "generation", request.generation)
    return bool(policy.cooldown_generations) and behind <= policy.cooldown_generations


def left_empty(request: PlanRequest, made: Plan, occurrence: Occurrence) -> bool:
    """A whole occurrence that the plan had to itself, and in which no programme airs."""
    alone = request.start <= occurrence.start_at and occurrence.end_at <= request.until
    return alone and not any(
        slot.block_id == occurrence.block.id
        and not slot.filler
        and occurrence.start_at <= slot.start_at < occurrence.end_at
        for slot in made.slots
    )


@often
@given(data=st.data())
def test_nothing_airs_again_within_its_cooldown_unless_it_says_so(data: st.DataObject, some: SimpleNamespace) -> None:
    request = data.draw(some.requests)
    made = plan(request)
    blocks = {block.id: block for block in request.config.blocks}
    for slot in made.slots:
        block = blocks[slot.block_id]
        if block.ignore_recycle_policy or came_back_early(slot) or not (slot.filler or chooses(block)):
            continue
        for earlier in (*request.airings, *made.slots):
            if earlier.item_id == slot.item_id and earlier.start_at < slot.start_at:
                # filler is chosen after the programmes of its stretch: then it is the filler that came back
                chosen_later = getattr(earlier, "filler", False) and came_back_early(earlier)
                assert chosen_later or not within_cooldown(request, earlier, slot)


@often
@given(data=st.data())
def test_a_block_is_empty_only_when_nothing_of_its_pool_fits(data: st.DataObject, some: SimpleNamespace) -> None:
    request = data.draw(some.requests)
    made = plan(request)
    for occurrence in occurrences(request.config, request.timezone, request.start, request.until):
        block = occurrence.block
        if chooses(block) and left_empty(request, made, occurrence):
            begin = occurrence.start_at
            if block.align_mins:
                begin = aligned(begin, block.align_mins, zone(request.timezone))
            room = min(window_secs(block), int((occurrence.end_at - begin).total_seconds()))
            assert not [item for item in request.pools[block.id] if 0 < item.duration_secs <= room]
