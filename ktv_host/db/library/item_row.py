"""Library rows: a media item as columns, with what sorting, searching and change detection need beside them."""

import hashlib
import json
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from functools import lru_cache
from typing import Any

import orjson

from ktv_host.domain.media import ContentType, LibraryItem, MediaId, MediaItem
from ktv_host.domain.pool import UNKNOWN_NUMBER, order_key

FORMAT = b"3"  # part of every digest: raise it when a column is computed differently, and the next sync rewrites all
SEPARATOR = "\x01"  # sorts before everything a title can hold
DIGITS = len(str(UNKNOWN_NUMBER))
LONGEST = 250  # characters of a text that count in an index: PostgreSQL refuses entries over 2,700 bytes
KINDS = {kind.value: kind for kind in ContentType}

ITEM_COLUMNS = (
    "instance_id, key, title, content_type, duration_ms, series_name, season_number, episode_number,"
    " episode_number_end, year, genres, tags, collections, description, rating, air_date, artwork"
)


def fold(text: str) -> str:
    """Texts are the same when this is: neither case nor the way an accent is encoded counts."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", readable(text)).casefold())


def fold_term(label: str) -> str:
    return fold(label)[:LONGEST]


def readable(text: str) -> str:
    """File names can hold what no database stores: halves of surrogates and NUL."""
    if "\0" not in text and text.isascii():
        return text
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


def digest(item: MediaItem) -> str:
    """Changes whenever the item does."""
    try:
        text = orjson.dumps(item)
    except orjson.JSONEncodeError:  # it does not write halves of surrogates
        text = json.dumps(asdict(item), default=str).encode()
    return hashlib.blake2b(FORMAT + text, digest_size=16).hexdigest()


def item_values(instance_id: str, item: MediaItem) -> dict[str, Any]:
    """Every column but the instance, the set of terms, the digest and the three times, in their order."""
    media_id = f"{instance_id}::{item.key}"
    title = readable(item.title)
    series = None if item.series_name is None else readable(item.series_name)
    return {
        "key": item.key,
        "title": title,
        "content_type": item.content_type.value,
        "duration_ms": item.duration_ms,
        "series_name": series,
        "season_number": item.season_number,
        "episode_number": item.episode_number,
        "episode_number_end": item.episode_number_end,
        "year": item.year,
        "genres": _list(item.genres),
        "tags": _list(item.tags),
        "collections": _list(item.collections),
        "description": None if item.description is None else readable(item.description),
        "rating": None if item.rating is None else readable(item.rating),
        "air_date": None if item.air_date is None else item.air_date.isoformat(),
        "artwork": item.artwork,
        # unknown stays unknown: it satisfies no bound of a filter
        "duration_secs": item.duration_secs if item.duration_ms else None,
        "sort_key": sort_key(series, item.season_number, item.episode_number, title, media_id),
        "sort_title": f"{_sortable(title.casefold())}{SEPARATOR}{media_id}",
    }


def sort_key(series: str | None, season: int | None, episode: int | None, title: str, media_id: str) -> str:
    """One text that sorts as ``domain.pool.order_key`` does."""
    parts = order_key(series, season, episode, title, media_id)
    return SEPARATOR.join(_sortable(p) if isinstance(p, str) else f"{max(p, 0):0{DIGITS}d}" for p in parts)


def library_item(row: Sequence[Any]) -> LibraryItem:
    """From ``ITEM_COLUMNS``, in their order."""
    (
        instance_id,
        key,
        title,
        content_type,
        duration_ms,
        series_name,
        season_number,
        episode_number,
        episode_number_end,
        year,
        genres,
        tags,
        collections,
        description,
        rating,
        air_date,
        artwork,
    ) = row
    media = MediaItem(
        key=key,
        title=title,
        content_type=KINDS[content_type],
        duration_ms=duration_ms,
        series_name=series_name,
        season_number=season_number,
        episode_number=episode_number,
        episode_number_end=episode_number_end,
        year=year,
        genres=_tuple(genres),
        tags=_tuple(tags),
        collections=_tuple(collections),
        description=description,
        rating=rating,
        air_date=None if air_date is None else date.fromisoformat(air_date),
        artwork=bool(artwork),
    )
    return LibraryItem(MediaId(instance_id, key), media)


def _list(labels: Sequence[str]) -> str:
    return _written(tuple(labels)) if labels else "[]"


@lru_cache(maxsize=4096)
def _written(labels: tuple[str, ...]) -> str:
    return orjson.dumps([readable(label) for label in labels]).decode()


def _tuple(text: str) -> tuple[str, ...]:
    return () if text == "[]" else tuple(orjson.loads(text))


def _sortable(text: str) -> str:
    return text[:LONGEST].replace(SEPARATOR, " ")
