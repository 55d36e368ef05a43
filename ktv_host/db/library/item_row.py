"""Library rows: a media item as columns, with what sorting, searching and change detection need beside them."""

import hashlib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from ktv_host.domain.media import ContentType, LibraryItem, MediaId, MediaItem
from ktv_host.domain.pool import UNKNOWN_NUMBER, order_key

FORMAT = "2"  # part of every digest: raise it when a column is computed differently, and the next sync rewrites all
SEPARATOR = "\x01"  # sorts before everything a title can hold
DIGITS = len(str(UNKNOWN_NUMBER))
LONGEST = 250  # characters of a text that count in an index: PostgreSQL refuses entries over 2,700 bytes
KINDS = {kind.value: kind for kind in ContentType}

ITEM_COLUMNS = (
    "instance_id, key, title, content_type, duration_ms, series_name, season_number, episode_number,"
    " episode_number_end, year, genres, tags, collections, description, rating, air_date, artwork"
)


@dataclass(frozen=True, slots=True)
class Term:
    """What a filter compares: ``term`` is folded, ``label`` as the provider writes it."""

    kind: str
    term: str
    label: str


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


def item_values(instance_id: str, item: MediaItem) -> dict[str, Any]:
    """Every column but the three times."""
    media_id = f"{instance_id}::{item.key}"
    title = readable(item.title)
    series = None if item.series_name is None else readable(item.series_name)
    values: dict[str, Any] = {
        "instance_id": instance_id,
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
    digest = hashlib.blake2b(orjson.dumps([FORMAT, *values.values()]), digest_size=16)
    return {**values, "digest": digest.hexdigest()}


def sort_key(series: str | None, season: int | None, episode: int | None, title: str, media_id: str) -> str:
    """One text that sorts as ``domain.pool.order_key`` does."""
    parts = order_key(series, season, episode, title, media_id)
    return SEPARATOR.join(_sortable(p) if isinstance(p, str) else f"{max(p, 0):0{DIGITS}d}" for p in parts)


def terms(item: MediaItem) -> Iterator[Term]:
    """Each term once, however often and in whatever case the provider writes it."""
    series = () if item.series_name is None else (item.series_name,)
    for kind, labels in (
        ("genre", item.genres),
        ("tag", item.tags),
        ("collection", item.collections),
        ("series", series),
    ):
        seen: set[str] = set()
        for label in labels:
            term = fold_term(label)
            if term not in seen:
                seen.add(term)
                yield Term(kind, term, readable(label))


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
    return orjson.dumps([readable(label) for label in labels]).decode() if labels else "[]"


def _tuple(text: str) -> tuple[str, ...]:
    return () if text == "[]" else tuple(orjson.loads(text))


def _sortable(text: str) -> str:
    return text[:LONGEST].replace(SEPARATOR, " ")
