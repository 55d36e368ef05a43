"""MediaItem as JSON: the library row and the snapshot in a slot. Made to be light: both are read by the thousand."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from ktv_host.domain.media import ContentType, MediaItem
from ktv_host.errors import FieldError, Invalid

_PLAIN = (
    "duration_ms",
    "series_name",
    "season_number",
    "episode_number",
    "episode_number_end",
    "year",
    "description",
    "rating",
)
_LISTS = ("genres", "tags", "collections")
_KINDS: Mapping[str, ContentType] = {kind.value: kind for kind in ContentType}


def encode_item(item: MediaItem) -> dict[str, Any]:
    """Only what is known: unknown fields and empty lists are left out."""
    data: dict[str, Any] = {"key": item.key, "title": item.title, "content_type": item.content_type.value}
    for name in _PLAIN:
        value = getattr(item, name)
        if value is not None:
            data[name] = value
    for name in _LISTS:
        values = getattr(item, name)
        if values:
            data[name] = list(values)
    if item.air_date is not None:
        data["air_date"] = item.air_date.isoformat()
    if item.artwork:
        data["artwork"] = True
    return data


def decode_item(data: Mapping[str, Any]) -> MediaItem:
    """The inverse of ``encode_item``; the host wrote the JSON, so only what it cannot do without is checked."""
    get = data.get
    air_date = get("air_date")
    try:
        return MediaItem(
            key=data["key"],
            title=data["title"],
            content_type=_KINDS[data["content_type"]],
            duration_ms=get("duration_ms"),
            series_name=get("series_name"),
            season_number=get("season_number"),
            episode_number=get("episode_number"),
            episode_number_end=get("episode_number_end"),
            year=get("year"),
            genres=tuple(get("genres", ())),
            tags=tuple(get("tags", ())),
            collections=tuple(get("collections", ())),
            description=get("description"),
            rating=get("rating"),
            air_date=None if air_date is None else date.fromisoformat(air_date),
            artwork=get("artwork", False),
        )
    except KeyError as error:
        name = next((name for name in ("key", "title") if name not in data), "content_type")
        raise Invalid("The media item is not valid", [FieldError(name, "is missing or unknown")]) from error
    except ValueError as error:
        raise Invalid("The media item is not valid", [FieldError("air_date", "must be a date")]) from error
