"""What of a block's pool can air in it."""

from types import SimpleNamespace

import pytest

from ktv_host.domain.block_pool import block_pool, window_secs


@pytest.mark.parametrize(
    ("start", "align_mins", "expected"),
    [("20:00", None, 7200), ("20:05", None, 7200), ("20:00", 30, 7200), ("20:05", 30, 5700), ("20:59:59", 60, 7199)],
)
def test_a_programme_lasts_at_most_from_the_first_start_to_the_end(
    build: SimpleNamespace, start: str, align_mins: int | None, expected: int
) -> None:
    assert window_secs(build.block(start=start, align_mins=align_mins)) == expected


def test_a_window_without_an_aligned_start_has_no_room(build: SimpleNamespace) -> None:
    assert window_secs(build.block(start="20:05", duration_mins=10, align_mins=30)) == 0


def test_items_that_are_too_long_or_of_unknown_length_cannot_air(build: SimpleNamespace) -> None:
    items = [build.item("a", 60), build.item("b", 61), build.item("c", 0)]
    pool = block_pool(items, 3600, empty="nothing")
    assert (list(pool.known), list(pool.items), pool.nothing) == (items[:2], items[:1], "")
