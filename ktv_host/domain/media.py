"""Media items: what a provider lists and a channel airs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Self

from ktv_host.domain.details import Chapter

INSTANCE_ID = re.compile(r"[a-z0-9_-]{1,40}")
ITEM_KEY = re.compile(r"[A-Za-z0-9._~-]{1,200}")


class ContentType(StrEnum):
    MOVIE = "movie"
    EPISODE = "episode"
    SHORT = "short"


@dataclass(frozen=True, slots=True, order=True)
class MediaId:
    """Names one item of one provider instance; written ``instance::key``."""

    instance: str
    key: str

    def __str__(self) -> str:
        return f"{self.instance}::{self.key}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Split at the first ``::``. Raises ValueError when it is no media id."""
        instance, separator, key = text.partition("::")
        if not separator or not INSTANCE_ID.fullmatch(instance) or not ITEM_KEY.fullmatch(key):
            raise ValueError(f"{text!r} is not a media id (instance::key)")
        return cls(instance, key)


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaItem:
    """One playable item as its provider describes it.

    ``key`` is unique in the instance and stable for the life of the item. ``duration_ms`` of None or 0
    means unknown: such an item is listed but never scheduled. ``collections`` holds collection ids.
    ``episode_number_end`` is the last episode of a file that holds several, and None where it holds one.
    """

    key: str
    title: str
    content_type: ContentType
    duration_ms: int | None = None
    series_name: str | None = None
    season_number: int | None = None
    episode_number: int | None = None
    episode_number_end: int | None = None
    year: int | None = None
    genres: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    description: str | None = None
    rating: str | None = None
    air_date: date | None = None
    artwork: bool = False

    @property
    def duration_secs(self) -> int:
        """Whole seconds a slot of this item lasts; 0 when unknown."""
        return (self.duration_ms or 0) // 1000


@dataclass(frozen=True, slots=True)
class LibraryItem:
    """A media item in the host's library."""

    id: MediaId
    media: MediaItem


@dataclass(frozen=True, slots=True)
class Collection:
    """A grouping a provider knows: a library, a box set, a folder."""

    id: str
    name: str
    collection_type: str | None = None


@dataclass(frozen=True, slots=True)
class LocalFile:
    """Media bytes in a file on this machine."""

    path: str


@dataclass(frozen=True, slots=True)
class HttpFile:
    """Media bytes behind a URL that honours Range. ``headers`` may hold secrets: never log them.

    ``public_url`` is set when the instance wants players sent straight to the media server. ``verify_tls`` of False
    is an admin's word that the server's certificate need not be trusted.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    size: int | None = None
    etag: str | None = None
    public_url: str | None = None
    verify_tls: bool = True


@dataclass(frozen=True, slots=True)
class HlsUrl:
    """A playlist made by the media server: the last resort. What it lists has to be at the same origin."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    verify_tls: bool = True


MediaSource = LocalFile | HttpFile | HlsUrl


@dataclass(frozen=True, slots=True)
class Artwork:
    """A picture of an item: a file on this machine, or a URL the host may fetch."""

    source: LocalFile | HttpFile
    media_type: str


@dataclass(frozen=True, slots=True)
class MediaProbe:
    """What opening a file tells. ``duration_ms`` is None when the container does not say."""

    duration_ms: int | None
    container: str
    video_codec: str | None
    audio_codec: str | None
    width: int | None
    height: int | None
    tags: Mapping[str, str] = field(default_factory=dict)
    chapters: tuple[Chapter, ...] = ()
