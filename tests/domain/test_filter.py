"""What a filter lets through, and what each of its fields takes away."""

from typing import Any

import pytest

from ktv_host.domain.filter import ClauseEffect, MediaFilter, clause_effects, matches
from ktv_host.domain.media import ContentType, MediaItem

FIELDS: dict[str, Any] = {
    "key": "k",
    "title": "The Pilot",
    "content_type": ContentType.EPISODE,
    "duration_ms": 1_320_999,
    "series_name": "Amélie's Café",
    "year": 1995,
    "genres": ("Comedy", "Drama"),
    "tags": ("pilot",),
    "collections": ("c1", "c2"),
}


def item(**changed: Any) -> MediaItem:
    return MediaItem(**{**FIELDS, **changed})


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (MediaFilter(), True),
        (MediaFilter(content_type=ContentType.EPISODE), True),
        (MediaFilter(content_type=ContentType.MOVIE), False),
        (MediaFilter(genres=("horror", "cOMEDY")), True),
        (MediaFilter(genres=("horror",)), False),
        (MediaFilter(genres=("Com",)), False),
        (MediaFilter(genres=("comedy",), tags=("finale",)), False),
        (MediaFilter(decade=1990), True),
        (MediaFilter(decade=1986), True),
        (MediaFilter(decade=1985), False),
        (MediaFilter(decade=1996), False),
        (MediaFilter(min_duration_secs=1320), True),
        (MediaFilter(min_duration_secs=1321), False),
        (MediaFilter(max_duration_secs=1320), True),
        (MediaFilter(max_duration_secs=1319), False),
        (MediaFilter(collections=("c2", "c9")), True),
        (MediaFilter(collections=("c9",)), False),
        (MediaFilter(series_names=("AMÉLIE'S CAFÉ",)), True),
        (MediaFilter(series_names=("Ame\u0301lie's Cafe\u0301",)), True),
        (MediaFilter(series_names=("Amelie's Cafe",)), False),
        (MediaFilter(search_term="pilot CAFÉ"), True),
        (MediaFilter(search_term="drama 1995"), True),
        (MediaFilter(search_term="pilot finale"), False),
        (MediaFilter(search_term="  "), True),
    ],
)
def test_it_is_or_in_a_list_and_between_fields(chosen: MediaFilter, expected: bool) -> None:
    assert matches(chosen, item()) is expected


@pytest.mark.parametrize("length", [None, 0])
@pytest.mark.parametrize("bounds", [{"min_duration_secs": 0}, {"max_duration_secs": 9999}])
def test_an_unknown_length_satisfies_no_bound(length: int | None, bounds: dict[str, int]) -> None:
    assert not matches(MediaFilter(**bounds), item(duration_ms=length))


def test_an_unknown_year_is_of_no_decade() -> None:
    assert not matches(MediaFilter(decade=1990), item(year=None))


def test_each_field_tells_how_many_items_it_takes_away() -> None:
    items = [item(), item(year=2005), item(year=2005, genres=()), item(genres=("Horror",)), item()]
    chosen = MediaFilter(genres=("comedy",), decade=1990)
    assert clause_effects(chosen, items) == [ClauseEffect("genres", 2, 1), ClauseEffect("decade", 2, 1)]


def test_a_filter_without_fields_takes_nothing_away() -> None:
    assert clause_effects(MediaFilter(), [item()]) == []
