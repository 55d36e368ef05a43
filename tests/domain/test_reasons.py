"""The words of reasons."""

import pytest

from ktv_host.domain.pool import PoolItem
from ktv_host.domain.reasons import all_longer, count, label, part_of, spell


@pytest.mark.parametrize(("seconds", "text"), [(0, "0 s"), (45, "45 s"), (120, "2 min"), (7201, "120 min 1 s")])
def test_lengths_are_spelt_in_minutes_and_seconds(seconds: int, text: str) -> None:
    assert spell(seconds) == text


def test_parts_are_minutes_where_that_is_exact() -> None:
    assert part_of(7080, 7200) == "118 of 120 min"
    assert part_of(7081, 7200) == "118 min 1 s of 120 min"


@pytest.mark.parametrize(
    ("item", "text"),
    [
        (PoolItem("i", 1, "Pilot", "Show", 1, 3), "S01E03 of Show"),
        (PoolItem("i", 1, "Pilot", "Show", None, 12), "E12 of Show"),
        (PoolItem("i", 1, "Pilot", "Show", 1, 3, 4), "S01E03-E04 of Show"),
        (PoolItem("i", 1, "Pilot", "Show"), "“Pilot” of Show"),
        (PoolItem("i", 1, "Film"), "“Film”"),
    ],
)
def test_an_item_is_called_by_its_place_in_the_series(item: PoolItem, text: str) -> None:
    assert label(item) == text


def test_one_is_not_many() -> None:
    assert (count(1, "item"), count(2, "item")) == ("1 item", "2 items")
    assert all_longer(1, "the hour") == "the only item is longer than the hour"
