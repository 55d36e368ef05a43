"""What the slate says."""

from zoneinfo import ZoneInfo

from ktv_host.domain.channel import Channel
from ktv_host.domain.schedule import Slot


def captions(channel: Channel, slot: Slot | None, following: Slot | None) -> tuple[str, ...]:
    """Lines for the left-over time of ``slot`` (None: no signal); the first is the largest. Pure."""
    lines = [channel.name]
    if slot is not None:
        lines.append(slot.item.media.series_name or slot.item.media.title)
    if following is not None:
        start = following.start_at.astimezone(ZoneInfo(channel.timezone))
        lines.append(f"{start:%H:%M} {following.item.media.series_name or following.item.media.title}")
    elif slot is None:
        lines.append("No signal")
    return tuple(lines)
