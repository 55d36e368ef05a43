"""Items as Jellyfin sends them: the few fields that are read of many.

Nothing is said of their types: no server is trusted to keep them. What is not named here is skipped while an answer is
read, which is most of it.
"""

from typing import Any

from msgspec import Struct, ValidationError
from msgspec.json import Decoder

from ktv_jellyfin.answers import Overburdened


class Dto(Struct, rename="pascal", gc=False):
    """An item; what was not sent is None."""

    id: Any = None
    name: Any = None
    type: Any = None
    extra_type: Any = None
    location_type: Any = None
    video_type: Any = None
    is_place_holder: Any = None
    run_time_ticks: Any = None
    production_year: Any = None
    premiere_date: Any = None
    series_id: Any = None
    series_name: Any = None
    parent_index_number: Any = None
    index_number: Any = None
    index_number_end: Any = None
    genres: Any = None
    tags: Any = None
    overview: Any = None
    official_rating: Any = None
    custom_rating: Any = None
    image_tags: Any = None
    backdrop_image_tags: Any = None
    series_primary_image_tag: Any = None
    parent_thumb_item_id: Any = None
    parent_thumb_image_tag: Any = None
    path: Any = None
    media_sources: Any = None
    chapters: Any = None


class Listing(Struct, rename="pascal"):
    """The result of a query. The total is only right where it was asked for."""

    items: list[Dto | None]
    total_record_count: Any = None


_decoder = Decoder(Listing)


def read_listing(body: bytes) -> Listing:
    """Raises ValueError for what is no JSON, Overburdened for JSON that is no list of items."""
    try:
        return _decoder.decode(body)
    except ValidationError:
        raise Overburdened("the answer of Jellyfin is no list of items") from None
