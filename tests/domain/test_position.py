"""Where a sequential block goes on."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from ktv_host.domain.pool import PoolItem, item_order
from ktv_host.domain.position import Position, place_after


def position(item: PoolItem, **changed: Any) -> Position:
    fields = {
        "item_id": item.id,
        "title": item.title,
        "series_name": item.series_name,
        "season_number": item.season_number,
        "episode_number": item.episode_number,
        "episode_number_end": item.episode_number_end,
    }
    return Position(**{**fields, **changed})


def test_it_goes_on_after_the_item(build: SimpleNamespace) -> None:
    pool = build.episodes(3, seasons=2)
    assert [place_after(pool, position(item)) for item in pool] == [1, 2, 3, 4, 5, 6]


def test_an_item_that_was_renumbered_is_found_where_it_is_now(build: SimpleNamespace) -> None:
    pool = build.episodes(3)
    assert place_after(pool, position(pool[0], season_number=9, title="Pilot")) == 1


def test_it_goes_on_at_the_first_item_ordered_after_one_that_is_gone(build: SimpleNamespace) -> None:
    pool = build.episodes(4, seasons=2)
    for place, item in enumerate(pool):
        left = [other for other in pool if other is not item]
        assert place_after(left, position(item)) == place


def test_it_goes_on_after_the_last_episode_of_several_in_one_file(build: SimpleNamespace) -> None:
    pool = build.episodes(5)
    double = replace(pool[1], id="double", episode_number_end=pool[2].episode_number)
    merged = [pool[0], double, *pool[3:]]
    assert place_after(merged, position(double)) == 2
    assert place_after(pool, position(double)) == 3, "it was split into two files"


def test_library_order_is_series_season_episode_title_id() -> None:
    ordered = [
        PoolItem("9", 1, "A film"),
        PoolItem("8", 1, "b film"),
        PoolItem("7", 1, "Z", "alpha", 1, 2),
        PoolItem("6", 1, "A", "Alpha", 2, 1),
        PoolItem("5", 1, "B", "alpha", 2, 1),
        PoolItem("4", 1, "A", "alpha", 2, None),
        PoolItem("3", 1, "A", "alpha", None, 1),
        PoolItem("1", 1, "A", "beta", 0, 1),
        PoolItem("2", 1, "a", "Beta", 0, 1),
    ]
    assert sorted({*ordered}, key=item_order) == ordered
