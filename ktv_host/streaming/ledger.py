"""The playout ledger: which segments a channel airs when, numbered without a gap.

HLS wants consecutive numbers, and segments cut at keyframes are of unequal length: so a number is a prefix sum over the
schedule, and the ledger remembers it. A row is written by the first request that needs it and never changes, except
that its end may be shortened. Same slots and plans give the same rows on every node.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from ktv_host.domain.airtime import LedgerRow
from ktv_host.domain.schedule import Slot
from ktv_host.streaming.modes import MAX_SEGMENT, Mode
from ktv_host.streaming.plans import Plan
from ktv_host.streaming.slate import SEGMENT as SLATE_SEGMENT
from ktv_host.streaming.ticks import HZ, PER_MS

BACK_MS = 60_000  # of the past that a playlist shows
LEAD_MS = 30_000  # of the future that a playlist shows
FROZEN_MS = 60_000  # a row that begins sooner is published, or as good as
SEEN_MS = LEAD_MS + 2_000  # of the future may be in some playlist: the clocks of several nodes differ a little
JUMP = 1000  # after a pause: a number no client can have seen
_AHEAD_MS = LEAD_MS + FROZEN_MS + 30_000  # no row is begun so early: one that lies further ahead was a wrong clock's
_CHUNK_MS = 20_000  # of slate in a row: short, so that a new schedule or a file that came back is soon seen
_FIRST_SECOND = 1_600_000_000
_BRIEF_MS = 1000  # less than this is not worth a slate
_SLIVER = HZ // 10  # a shorter last piece of an item is left out


@dataclass(frozen=True, slots=True)
class Listed:
    """One segment on air. ``start`` is ticks since the epoch; ``cut_ms`` is set when less than the whole is wanted."""

    msn: int
    run: int
    start: int
    length: int
    plan: str
    k: int
    cut_ms: int | None

    @property
    def end(self) -> int:
        return self.start + self.length


class Slates(Protocol):
    """Names slate plans. Pure: the same slots give the same id."""

    def __call__(self, slot: Slot | None, following: Slot | None) -> str:
        """What to show in the left-over time of ``slot`` (None: no signal) until ``following``."""
        ...


def milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def moment_of(since_epoch_ms: int) -> datetime:
    return datetime.fromtimestamp(since_epoch_ms / 1000, UTC)


def materialise(
    channel_id: str,
    last: LedgerRow | None,
    slots: Sequence[Slot],
    plans: Mapping[str, Plan],
    slates: Slates,
    *,
    now_ms: int,
    lead_ms: int = LEAD_MS,
) -> list[LedgerRow]:
    """The rows that are missing up to ``now + lead + 60 s``.

    ``slots`` are in order and hold all that end after ``now - 60 s``; ``plans`` is by slot id: a slot without a plan is
    slate, in short rows, until it has one.
    """
    rows: list[LedgerRow] = []
    at = _begin(last, slots, now_ms)
    while at < now_ms + lead_ms + FROZEN_MS:
        on_air, following = _at(slots, at)
        row = _blank(channel_id, last, at)
        if on_air is None:
            ends_ms = milliseconds(following.start_at) if following is not None else None
            row = _slate(replace(row, slate=slates(None, following)), last, ends_ms)
        else:
            row = replace(row, slot_id=on_air.id, slate=slates(on_air, following))
            row = _airing(row, last, on_air, plans.get(on_air.id))
        rows.append(row)
        last, at = row, row.end_ms
        if at >= now_ms + lead_ms and on_air is not None and _waits(row, on_air):
            break  # the plan may be there when the next row is needed
    return rows


def reaches(last: LedgerRow | None, now_ms: int) -> bool:
    """Do the rows up to ``last`` fill a playlist now?"""
    return last is not None and last.end_ms >= now_ms + LEAD_MS and not _is_ahead(last, now_ms)


def unbroken(rows: Sequence[LedgerRow]) -> Sequence[LedgerRow]:
    """The rows after the last pause or step of the clock: numbers in one playlist must be consecutive."""
    first = len(rows)
    while first > 0 and (first == len(rows) or rows[first].msn0 == rows[first - 1].msn0 + rows[first - 1].count):
        first -= 1
    return rows[first:]


def _is_ahead(last: LedgerRow, now_ms: int) -> bool:
    return last.start_ms > now_ms + _AHEAD_MS


def _begin(last: LedgerRow | None, slots: Sequence[Slot], now_ms: int) -> int:
    is_ahead = last is not None and _is_ahead(last, now_ms)
    if last is not None and last.end_ms >= now_ms - BACK_MS and not is_ahead:
        return last.end_ms
    on_air, _ = _at(slots, now_ms)
    begin = milliseconds(on_air.start_at) if on_air is not None else now_ms - now_ms % 1000
    return begin if last is None or is_ahead else max(begin, last.end_ms)


def _at(slots: Sequence[Slot], at: int) -> tuple[Slot | None, Slot | None]:
    """The slot on air at a moment, and the next. One that begins within a second is on air, one that ends is over."""
    coming = next((n for n, slot in enumerate(slots) if milliseconds(slot.end_at) >= at + _BRIEF_MS), len(slots))
    if coming == len(slots):
        return None, None
    if milliseconds(slots[coming].start_at) >= at + _BRIEF_MS:
        return None, slots[coming]
    return slots[coming], slots[coming + 1] if coming + 1 < len(slots) else None


def _blank(channel_id: str, last: LedgerRow | None, at: int) -> LedgerRow:
    """An empty row with its numbers. The very first is numbered by the clock: above any ledger that was lost.

    Runs are counted from 0: hls.js keeps an array of that many entries, and goes through all of it at every boundary.
    """
    number = max(0, at // 1000 - _FIRST_SECOND)
    if last is not None:
        number = last.msn0 + last.count + (JUMP if at != last.end_ms else 0)
    return LedgerRow(
        channel_id=channel_id,
        j=last.j + 1 if last is not None else 0,
        start_ms=at,
        end_ms=at,
        plan=None,
        k0=0,
        nmedia=0,
        npad=0,
        msn0=number,
        run0=last.last_run + 1 if last is not None else 0,
    )


def _airing(row: LedgerRow, last: LedgerRow | None, slot: Slot, plan: Plan | None) -> LedgerRow:
    """A slot from where the row begins; an item joined late starts at the boundary before."""
    row = replace(row, end_ms=milliseconds(slot.end_at))
    if plan is None or plan.mode is Mode.SLATE:
        return _slate(row, last, row.end_ms)
    joined = max(0, row.start_ms - milliseconds(slot.start_at)) * PER_MS
    if joined >= plan.length:
        return replace(row, npad=_pads(row.length))
    return _shaped(replace(row, plan=plan.id, k0=bisect_right(plan.boundaries, joined) - 1), plan)


def _slate(row: LedgerRow, last: LedgerRow | None, ends_ms: int | None) -> LedgerRow:
    """A little of what is nothing but slate until ``ends_ms``."""
    end = row.start_ms + _CHUNK_MS
    if ends_ms is not None and ends_ms < end + 2 * _BRIEF_MS:
        end = ends_ms
    row = replace(row, end_ms=end)
    row = replace(row, npad=_pads(row.length))
    if last is None or row.start_ms != last.end_ms or not _runs_on(last, row.slate):
        return row
    return replace(row, run0=last.last_run, slate_k0=last.slate_k0 + last.npad)


def _waits(row: LedgerRow, slot: Slot) -> bool:
    """Is the row slate because its slot has no plan yet?"""
    return row.plan is None and row.end_ms < milliseconds(slot.end_at)


def _runs_on(last: LedgerRow, slate: str) -> bool:
    """Did the row before end with whole segments of the same slate? Then this is more of it, without a seam."""
    return last.slate == slate and last.nmedia == 0 and last.length == last.npad * SLATE_SEGMENT


def _shaped(row: LedgerRow, plan: Plan) -> LedgerRow:
    """How much media and how much slate fills the row."""
    boundaries, length = plan.boundaries, row.length
    entry = boundaries[row.k0]
    nmedia = bisect_left(boundaries, entry + length, row.k0, plan.segments) - row.k0
    if nmedia > 1 and _is_sliver(boundaries, row.k0 + nmedia - 1, entry + length):
        nmedia -= 1
    end = boundaries[row.k0 + nmedia] - entry
    tail = end - (boundaries[row.k0 + nmedia - 1] - entry)
    pad = length - end
    fits = pad < HZ and tail + pad <= MAX_SEGMENT
    return replace(row, nmedia=nmedia, npad=0 if fits else _pads(pad))


def _is_sliver(boundaries: Sequence[int], k: int, end: int) -> bool:
    """Would segment ``k`` be too short to show, and can the one before last that much longer?"""
    return end - boundaries[k] < _SLIVER and end - boundaries[k - 1] <= MAX_SEGMENT


def _pads(length: int) -> int:
    """Slate segments that fill a length: 4 s each, the last up to 5 s so that none is a blink."""
    return max(1, -((HZ - length) // SLATE_SEGMENT))


def shortened(row: LedgerRow, plan: Plan | None, end_ms: int) -> LedgerRow:
    """The row with an earlier end. Its segments before that end stay as they were."""
    row = replace(row, end_ms=min(row.end_ms, end_ms))
    if plan is None or not row.nmedia:
        return replace(row, npad=_pads(row.length))
    return _shaped(row, plan)


def cut_after(row: LedgerRow, plan: Plan | None, not_before_ms: int) -> LedgerRow:
    """The row, ended with the first segment that ends at ``not_before_ms`` or later."""
    segment = next((s for s in listed(row, plan) if s.end >= not_before_ms * PER_MS), None)
    return row if segment is None else shortened(row, plan, -(-segment.end // PER_MS))


def pinned(rows: Sequence[LedgerRow], now_ms: int) -> list[LedgerRow]:
    """The rows that are published or about to be: only their end may still be shortened."""
    return [row for row in unbroken(rows) if row.start_ms < now_ms + FROZEN_MS and row.end_ms > now_ms]


def listed(row: LedgerRow, plan: Plan | None, since: int = 0) -> Iterator[Listed]:
    """The row's segments that end after ``since`` (ticks since the epoch), in order."""
    start = row.start_ms * PER_MS
    media_end = 0
    if plan is not None and row.nmedia:
        entry = plan.boundaries[row.k0]
        last = row.k0 + row.nmedia - 1
        media_end = min(plan.boundaries[last + 1] - entry, row.length)
        first = max(row.k0, bisect_right(plan.boundaries, since - start + entry) - 1)
        for k in range(first, last + 1):
            yield _media(row, plan, k, is_last=k == last)
    if row.npad:
        yield from _pad(row, media_end, max(0, (since - start - media_end) // SLATE_SEGMENT))


def _media(row: LedgerRow, plan: Plan, k: int, *, is_last: bool) -> Listed:
    entry = plan.boundaries[row.k0]
    begin, whole = plan.boundaries[k] - entry, plan.boundaries[k + 1] - entry
    end = row.length if is_last and not row.npad else whole
    cut_ms = -((begin - row.length) // PER_MS) if whole > row.length else None
    return Listed(row.msn0 + k - row.k0, row.run0, row.start_ms * PER_MS + begin, end - begin, plan.id, k, cut_ms)


def _pad(row: LedgerRow, media_end: int, first: int) -> Iterator[Listed]:
    for index in range(first, row.npad):
        begin = media_end + index * SLATE_SEGMENT
        length = row.length - begin if index == row.npad - 1 else SLATE_SEGMENT
        cut_ms = None if length == SLATE_SEGMENT else -(-length // PER_MS)
        msn = row.msn0 + row.nmedia + index
        yield Listed(msn, row.last_run, row.start_ms * PER_MS + begin, length, row.slate, row.slate_k0 + index, cut_ms)
