"""The planner: from blocks, pools and history to slots and gaps."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from ktv_host.domain.block import ProgrammingBlock
from ktv_host.domain.grid import Occurrence, occurrences
from ktv_host.domain.plan import Kept, Plan, PlannedSlot, PlanRequest
from ktv_host.domain.reasons import NO_BLOCK
from ktv_host.domain.recycle import Cooldown
from ktv_host.domain.schedule import Gap
from ktv_host.domain.strategies import Strategy, filler_of, strategy_of
from ktv_host.domain.stretch import Stretch
from ktv_host.domain.wall_clock import zone

__all__ = ["Kept", "Plan", "PlanRequest", "PlannedSlot", "plan"]


def plan(request: PlanRequest) -> Plan:
    """Fill every occurrence that meets [start, until), around the slots that are kept.

    A slot begins before ``until`` and ends within its occurrence, so the last one may end after ``until``: then the
    plan is valid until it does, and ``Plan.valid_until`` says so. A renewal starts there and goes on with the
    occurrence as if it had never stopped: a sequential block after its position, a manual one after what already
    aired in this occurrence, ``max_per_series`` counting on, a choosing one with what fits the time left. An
    occurrence that began before ``start`` is filled for what is left of it. Where windows overlap, which a saved
    config cannot have, the one that began first keeps the time.
    """
    planning = _Planning(request)
    free_from = request.start
    for occurrence in occurrences(request.config, request.timezone, request.start, request.until):
        planning.fill(occurrence, max(free_from, occurrence.start_at))
        free_from = max(free_from, occurrence.end_at)
    return planning.result()


class _Planning:
    """One plan in the making."""

    def __init__(self, request: PlanRequest) -> None:
        self._request = request
        self._tz = zone(request.timezone)
        self._keep = sorted(request.keep, key=lambda kept: kept.start_at)
        self._aired = [airing for airing in request.airings if airing.start_at < request.start]
        self._cooldown = Cooldown(request.policy, self._tz, request.generation, self._aired)
        for kept in self._keep:
            self._cooldown.note(kept.item_id, kept.start_at)
        self._untold = [kept for kept in self._keep if kept.in_line and not kept.filler]
        self._ways: dict[str, tuple[Strategy, Strategy | None]] = {}
        self._slots: list[PlannedSlot] = []
        self._gaps: list[Gap] = []

    def fill(self, occurrence: Occurrence, start: datetime) -> None:
        """Fill what is free of the occurrence from ``start`` on."""
        block = occurrence.block
        if block.id not in self._ways:
            block_filler = filler_of(block, self._request, self._cooldown)
            self._ways[block.id] = strategy_of(block, self._request, self._cooldown), block_filler
        strategy, filler = self._ways[block.id]
        self._tell_kept(block, occurrence.start_at)
        seed = f"{self._request.channel_id}/{self._request.generation}/{block.id}/{occurrence.start_at.isoformat()}"
        strategy.begin(seed, self._aired_in(occurrence))
        if filler is not None:
            filler.begin(seed, ())
        for piece_start, piece_end in self._free(start, occurrence.end_at):
            if piece_start < self._request.until:
                self._tell_kept(block, piece_start)
                self._fill_piece(block, piece_start, piece_end)

    def result(self) -> Plan:
        """The slots in order of time, and a gap for all time neither they nor the kept ones cover."""
        slots = sorted(self._slots, key=lambda slot: slot.start_at)
        ends = [*(slot.end_at for slot in slots), *(kept.end_at for kept in self._keep)]
        valid_until = max([self._request.until, *ends])
        spans: list[PlannedSlot | Kept | Gap] = [*slots, *self._keep, *self._gaps]
        gaps: list[Gap] = []
        cursor = self._request.start
        for span in sorted(spans, key=lambda span: span.start_at):
            if span.start_at >= valid_until:
                break
            if span.start_at > cursor:
                gaps.append(Gap(cursor, span.start_at, NO_BLOCK))
            if isinstance(span, Gap):
                gaps.append(replace(span, end_at=min(span.end_at, valid_until)))
            cursor = max(cursor, span.end_at)
        if cursor < valid_until:
            gaps.append(Gap(cursor, valid_until, NO_BLOCK))
        return Plan(tuple(slots), tuple(gaps), valid_until)

    def _tell_kept(self, block: ProgrammingBlock, before: datetime) -> None:
        """Let the block go on after its own kept programmes, each told once, when its time has come."""
        told = [kept for kept in self._untold if kept.block_id == block.id and kept.start_at < before]
        for kept in told:
            self._ways[block.id][0].after(kept.item_id)
            self._untold.remove(kept)

    def _aired_in(self, occurrence: Occurrence) -> list[str]:
        """What the block already aired in this occurrence, apart from kept slots it goes on after."""
        if occurrence.start_at >= self._request.start:
            return []
        kept = {(slot.item_id, slot.start_at) for slot in self._keep if slot.in_line}
        aired = sorted(
            (airing.start_at, airing.item_id)
            for airing in self._aired
            if airing.block_id == occurrence.block.id and occurrence.start_at <= airing.start_at
        )
        return [item_id for start_at, item_id in aired if (item_id, start_at) not in kept]

    def _free(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        for kept in self._keep:
            if start < kept.start_at < end:
                yield start, kept.start_at
            start = max(start, kept.end_at)
        if start < end:
            yield start, end

    def _fill_piece(self, block: ProgrammingBlock, start: datetime, end: datetime) -> None:
        strategy, filler = self._ways[block.id]
        until = self._request.until
        stretch = Stretch(block.id, start, end, until=until, align_mins=block.align_mins, tz=self._tz)
        why = strategy.fill(stretch)
        self._slots += stretch.slots
        end = end if why else min(end, stretch.next_start)  # without a why, the renewal goes on at the next start
        for hole_start, hole_end in _holes(stretch.slots, start, end):
            waits = f"waits for {hole_end.astimezone(self._tz):%H:%M}: programmes start every {block.align_mins} min"
            reason = why if why and hole_end == end else waits
            if filler is None:
                self._gaps.append(Gap(hole_start, hole_end, reason, block.id))
            else:
                self._fill_hole(
                    Stretch(block.id, hole_start, hole_end, until=until, tz=self._tz, filler=True), filler, reason
                )

    def _fill_hole(self, stretch: Stretch, filler: Strategy, reason: str) -> None:
        why = filler.fill(stretch)
        self._slots += stretch.slots
        for start, end in _holes(stretch.slots, stretch.start, stretch.end):
            self._gaps.append(Gap(start, end, f"{reason}; {why}" if why else reason, stretch.block_id))


def _holes(slots: Iterable[PlannedSlot], start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """What of [start, end) the slots, in order of time, leave open."""
    for slot in slots:
        if slot.start_at > start:
            yield start, slot.start_at
        start = slot.end_at
    if start < end:
        yield start, end
