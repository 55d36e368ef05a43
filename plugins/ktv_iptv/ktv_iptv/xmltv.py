"""The guide as XMLTV, one chunk per channel."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from itertools import zip_longest

from ktv_host.hooks import Guide, GuideChannel, Links, Slot
from ktv_iptv.escape import line
from ktv_iptv.ids import tvg_id
from ktv_iptv.programme import no_signal, programme, stamp

PATH = "epg.xml"
# No DOCTYPE: .NET readers refuse a document that has one, others try to fetch it.
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<tv generator-info-name="K-TV">\n'
_TAIL = "</tv>\n"
_SECOND = timedelta(seconds=1)


def channel_element(channel: GuideChannel, links: Links) -> str:
    """A channel with the three names players look for: number and name, number, name."""
    name = line(channel.name) or f"Channel {channel.number}"
    icon = f'<icon src="{line(links.logo(channel))}"/>\n' if channel.logo else ""
    return (
        f'<channel id="{tvg_id(channel)}">\n'
        f"<display-name>{channel.number} {name}</display-name>\n"
        f"<display-name>{channel.number}</display-name>\n"
        f"<display-name>{name}</display-name>\n"
        f"{icon}</channel>\n"
    )


def programmes(channel: str, slots: Sequence[Slot], now: datetime, links: Links) -> str:
    """All programmes of a channel: one per slot, and one per stretch of no signal from now to the last slot.

    So times are contiguous. They are written in whole seconds; less than a second without a slot belongs to the
    programme before it. ``channel`` is its tvg-id, ``slots`` is not empty.
    """
    parts: list[str] = []
    # On the minute, so that the document stays the same, and its ETag holds, until the minute is over.
    covered = min(now.replace(second=0, microsecond=0), slots[0].start_at)
    stop = stamp(covered)
    for slot, following in zip_longest(slots, slots[1:]):
        start = stop
        if slot.start_at - covered >= _SECOND:
            start = stamp(slot.start_at)
            parts.append(no_signal(stop, start, channel))
        covered = slot.end_at
        if following is not None and following.start_at - covered < _SECOND:
            covered = following.start_at
        stop = stamp(covered)
        parts.append(programme(start, stop, channel, slot.item, links))
    return "".join(parts)


async def render(guide: Guide, links: Links) -> AsyncIterator[bytes]:
    """All channels first, as the DTD wants it, then the programmes of one channel after the other."""
    channels = guide.channels
    yield (_HEAD + "".join([channel_element(channel, links) for channel in channels])).encode()
    for channel in channels:
        slots = await guide.programmes(channel)
        if slots:
            yield programmes(tvg_id(channel), slots, guide.now, links).encode()
    yield _TAIL.encode()
