"""What ledgers and playlists are made of: plans of any lengths, slots on them, and slate between."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from ktv_host.domain.media import ContentType, LibraryItem, MediaId, MediaItem
from ktv_host.domain.schedule import Slot
from ktv_host.streaming.ledger import milliseconds
from ktv_host.streaming.modes import Mode
from ktv_host.streaming.plans import Plan
from ktv_host.streaming.slate import slate_plan
from ktv_host.streaming.ticks import HZ

T0 = datetime(2026, 1, 1, tzinfo=UTC)
NOW = milliseconds(T0)
NOISE = slate_plan("no signal").id


def make_plan(name: str, lengths: Sequence[float]) -> Plan:
    """Lengths of its segments, in seconds."""
    boundaries = [0]
    for length in lengths:
        boundaries.append(boundaries[-1] + round(length * HZ))
    return Plan(
        id=name,
        asset=name,
        mode=Mode.COPY,
        reason="",
        boundaries=tuple(boundaries),
        width=1280,
        height=720,
        codecs="avc1.64001f,mp4a.40.2",
        bandwidth=4_000_000,
    )


def make_slot(name: str, start: float, end: float) -> Slot:
    """Seconds after ``T0``."""
    item = LibraryItem(MediaId("films", name), MediaItem(key=name, title=name, content_type=ContentType.MOVIE))
    start_at, end_at = T0 + timedelta(seconds=start), T0 + timedelta(seconds=end)
    return Slot(id=name, channel_id="c", generation=1, block_id="b", start_at=start_at, end_at=end_at, item=item)


def no_signal(slot: Slot | None, following: Slot | None) -> str:
    return NOISE
