"""What changed since a moment of the host's clock."""

from datetime import timedelta
from typing import Any

import pytest
from fake_jellyfin.records import Record, make_id
from fake_jellyfin.server import FakeJellyfin

from ktv_host.hooks import MediaItem
from ktv_host.testing import FakeClock

pytest_plugins = ["ktv_host.testing.fixtures"]

CORNER_SHOP = make_id("Fake", "Corner Shop")


def change(fake: FakeJellyfin, item_id: str, minutes_ago: float = 0, **extra: Any) -> None:
    def edit(record: Record) -> None:
        record.extra |= extra

    fake.world.library.change(item_id, edit, fake.world.now() - timedelta(minutes=minutes_ago))


async def changes(provider: Any, clock: FakeClock) -> list[MediaItem]:
    items: list[MediaItem] = []
    cursor = None
    while True:
        page = await provider.changes(clock(), cursor)
        items += page.items
        cursor = page.next
        if cursor is None:
            return items


async def test_where_nothing_was_written_nothing_changed(
    fake: FakeJellyfin, open_provider: Any, fake_clock: FakeClock
) -> None:
    assert await changes(await open_provider(fake), fake_clock) == []


@pytest.mark.parametrize(("minutes_ago", "listed"), [(0, True), (4, True), (6, False)])
async def test_the_servers_clock_counts_and_five_minutes_overlap(
    fake: FakeJellyfin, open_provider: Any, fake_clock: FakeClock, minutes_ago: float, listed: bool
) -> None:
    """The clock of the test is months behind that of the server."""
    provider = await open_provider(fake)
    change(fake, make_id("Fake", "Two Left Feet"), minutes_ago, Overview="Told anew.")
    found = await changes(provider, fake_clock)
    assert [item.description for item in found] == (["Told anew."] if listed else [])


async def test_the_episodes_of_an_edited_series_are_read_again(
    fake: FakeJellyfin, open_provider: Any, scan: Any, fake_clock: FakeClock
) -> None:
    provider = await open_provider(fake)
    before = {item.key: item for item in await scan(provider)}
    change(fake, CORNER_SHOP, Genres=["Crime"])
    found = await changes(provider, fake_clock)
    assert len(found) == 10
    assert {item.genres for item in found} == {("Crime",)}
    assert all(item.collections == before[item.key].collections for item in found)


async def test_an_item_that_changed_with_its_series_comes_once(
    fake: FakeJellyfin, open_provider: Any, fake_clock: FakeClock
) -> None:
    change(fake, CORNER_SHOP)
    change(fake, make_id("Fake", "Corner Shop 1x01"))
    found = await changes(await open_provider(fake), fake_clock)
    assert len(found) == len({item.key for item in found}) == 10


async def test_a_changed_box_set_has_everything_read_again(
    fake: FakeJellyfin, open_provider: Any, scan: Any, fake_clock: FakeClock
) -> None:
    provider = await open_provider(fake)
    await scan(provider)
    box_set = make_id("Fake", "box")
    fake.world.library.by_id[box_set].linked = [make_id("Fake", "Two Left Feet")]
    change(fake, box_set)
    found = await changes(provider, fake_clock)
    assert len(found) == 25
    assert [item.title for item in found if box_set in item.collections] == ["Two Left Feet"]


async def test_only_chosen_libraries_are_asked(fake: FakeJellyfin, open_provider: Any, fake_clock: FakeClock) -> None:
    change(fake, make_id("Fake", "Two Left Feet"))
    assert await changes(await open_provider(fake, libraries=["Series"]), fake_clock) == []
