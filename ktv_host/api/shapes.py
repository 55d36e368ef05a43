"""JSON shapes more than one resource answers with."""

from datetime import date, datetime

from typing_extensions import TypedDict

from ktv_host.domain.details import ItemDetails
from ktv_host.domain.media import LibraryItem
from ktv_host.domain.schedule import Slot
from ktv_host.services.links import MediaLinks


class MediaItemBody(TypedDict):
    """A media item. ``id`` is ``instance::key``; lengths are whole seconds, None when unknown.

    ``episode_number_end`` is the last episode of a file that holds several, else None.
    """

    id: str
    provider_id: str
    title: str
    content_type: str
    duration_secs: int | None
    series_name: str | None
    season_number: int | None
    episode_number: int | None
    episode_number_end: int | None
    year: int | None
    genres: list[str]
    tags: list[str]
    collections: list[str]
    description: str | None
    rating: str | None
    air_date: date | None
    thumbnail_url: str | None


class MarkerBody(TypedDict):
    """A stretch [start_ms, end_ms) of an item: intro, outro, recap, preview or commercial."""

    kind: str
    start_ms: int
    end_ms: int


class ChapterBody(TypedDict):
    start_ms: int
    title: str | None


class DetailedItemBody(MediaItemBody):
    """A media item with what is known of its inside; empty until its provider was asked."""

    markers: list[MarkerBody]
    chapters: list[ChapterBody]


class SlotBody(TypedDict):
    """One airing, [start_at, end_at) in UTC."""

    id: str
    start_at: datetime
    end_at: datetime
    item: MediaItemBody
    block_id: str
    generation: int


def item_body(item: LibraryItem, links: MediaLinks, now: datetime) -> MediaItemBody:
    media = item.media
    return MediaItemBody(
        id=str(item.id),
        provider_id=item.id.instance,
        title=media.title,
        content_type=media.content_type.value,
        duration_secs=media.duration_secs or None,
        series_name=media.series_name,
        season_number=media.season_number,
        episode_number=media.episode_number,
        episode_number_end=media.episode_number_end,
        year=media.year,
        genres=list(media.genres),
        tags=list(media.tags),
        collections=list(media.collections),
        description=media.description,
        rating=media.rating,
        air_date=media.air_date,
        thumbnail_url=links.artwork(str(item.id), now) if media.artwork else None,
    )


def detailed_item_body(item: LibraryItem, details: ItemDetails, links: MediaLinks, now: datetime) -> DetailedItemBody:
    return DetailedItemBody(
        **item_body(item, links, now),
        markers=[MarkerBody(kind=m.kind.value, start_ms=m.start_ms, end_ms=m.end_ms) for m in details.markers],
        chapters=[ChapterBody(start_ms=c.start_ms, title=c.title) for c in details.chapters],
    )


def slot_body(slot: Slot, links: MediaLinks, now: datetime) -> SlotBody:
    return SlotBody(
        id=slot.id,
        start_at=slot.start_at,
        end_at=slot.end_at,
        item=item_body(slot.item, links, now),
        block_id=slot.block_id,
        generation=slot.generation,
    )
