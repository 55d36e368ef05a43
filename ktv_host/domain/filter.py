"""MediaFilter: which items of the library a block, a search or filler may use."""

from dataclasses import dataclass

from ktv_host.domain.media import ContentType


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFilter:
    """OR inside a list, AND between fields, case-insensitive, bounds inclusive, decade d … d+9."""

    content_type: ContentType | None = None
    genres: tuple[str, ...] = ()
    decade: int | None = None
    tags: tuple[str, ...] = ()
    min_duration_secs: int | None = None
    max_duration_secs: int | None = None
    collections: tuple[str, ...] = ()
    series_names: tuple[str, ...] = ()
    search_term: str | None = None
