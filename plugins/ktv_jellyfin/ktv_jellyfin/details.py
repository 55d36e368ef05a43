"""Markers and chapters of items. The reading is at the edge; what they mean is pure."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from ktv_host.hooks import Chapter, ItemDetails, Marker, MarkerKind, MediaGone
from ktv_jellyfin.client import Client, listed
from ktv_jellyfin.describe import TICKS_PER_MS, text
from ktv_jellyfin.dto import Dto
from ktv_jellyfin.ids import dashed, item_key
from ktv_jellyfin.queries import CHAPTERS, View, by_ids
from ktv_jellyfin.version import MEDIA_SEGMENTS

_KINDS = {
    "Intro": MarkerKind.INTRO,
    "Outro": MarkerKind.OUTRO,
    "Recap": MarkerKind.RECAP,
    "Preview": MarkerKind.PREVIEW,
    "Commercial": MarkerKind.COMMERCIAL,
}
_BY_THE_CLOCK_MS = 300_000  # Jellyfin makes a chapter every five minutes for films that have none


async def read_details(client: Client, keys: Sequence[str], view: View) -> dict[str, ItemDetails]:
    """Of the items that have any. On a server before 10.10 there are chapters only."""
    found, _ = await client.items(by_ids(keys, view=view, fields=CHAPTERS))
    items = {key: dto for dto in found if (key := item_key(dto.id)) is not None}
    segments: Sequence[tuple[Marker, ...]] = [()] * len(items)
    if view.version >= MEDIA_SEGMENTS:
        segments = await asyncio.gather(*(_segments(client, key) for key in items))
    details = {
        key: ItemDetails(markers, chapters(dto)) for (key, dto), markers in zip(items.items(), segments, strict=True)
    }
    return {key: each for key, each in details.items() if each.markers or each.chapters}


async def _segments(client: Client, key: str) -> tuple[Marker, ...]:
    try:
        found = listed(await client.get(f"/MediaSegments/{dashed(key)}"))
    except MediaGone:
        return ()
    return markers(found)


def markers(segments: Sequence[Mapping[str, Any]]) -> tuple[Marker, ...]:
    """In order of time; what is empty or of an unknown kind is none."""
    found = []
    for segment in segments:
        kind = _KINDS.get(text(segment.get("Type")) or "")
        start, end = _ms(segment.get("StartTicks")), _ms(segment.get("EndTicks"))
        if kind is not None and start is not None and end is not None and start < end:
            found.append(Marker(kind, start, end))
    return tuple(sorted(found, key=lambda marker: (marker.start_ms, marker.end_ms)))


def chapters(dto: Dto) -> tuple[Chapter, ...]:
    """Those somebody set; none where the server made them by the clock."""
    found: dict[int, str | None] = {}
    for number, chapter in enumerate(dto.chapters if isinstance(dto.chapters, list) else (), 1):
        start = _ms(chapter.get("StartPositionTicks")) if isinstance(chapter, dict) else None
        if start is not None:
            title = text(chapter.get("Name"))
            found[start] = None if title == f"Chapter {number}" else title
    by_the_clock = all(title is None for title in found.values()) and all(
        start == number * _BY_THE_CLOCK_MS for number, start in enumerate(sorted(found))
    )
    return () if by_the_clock else tuple(Chapter(start, title) for start, title in sorted(found.items()))


def _ms(ticks: object) -> int | None:
    if not isinstance(ticks, int) or isinstance(ticks, bool) or ticks < 0:
        return None
    return ticks // TICKS_PER_MS
