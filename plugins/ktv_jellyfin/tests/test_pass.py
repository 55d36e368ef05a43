"""Passes over a server that is slow, busy, broken or changing: nothing is lost, nothing comes twice."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from fake_jellyfin.records import Record, later, make_id
from fake_jellyfin.seed import FILMS, large, odd
from fake_jellyfin.server import FakeJellyfin

from ktv_host.hooks import ContentType, MediaItem, Page, ProviderConfigInvalid, ProviderUnavailable

pytest_plugins = ["ktv_host.testing.fixtures"]

ALL = 25


def film(fake: FakeJellyfin, name: str, hours: float) -> Record:
    shelf = make_id("Fake", FILMS)
    record = Record(make_id("Fake", name), "Movie", name, shelf, (shelf,), created=later(hours))
    record.fields = {"RunTimeTicks": 60_000_000_000, "VideoType": "VideoFile"}
    return fake.world.library.add(record)


async def pages(provider: Any, cursor: str | None = None) -> list[Page]:
    found = []
    while True:
        found.append(await provider.scan(cursor))
        cursor = found[-1].next
        if cursor is None:
            return found


def keys(found: list[Page]) -> list[str]:
    return [item.key for page in found for item in page.items]


async def all_keys(provider: Any) -> list[str]:
    batches = provider.keys()
    return [key async for batch in batches for key in batch]


def titles(items: list[MediaItem]) -> set[str]:
    return {item.title for item in items}


async def test_a_pass_lists_everything_once_and_tells_how_much_there_is(fake: FakeJellyfin, open_provider: Any) -> None:
    found = await pages(await open_provider(fake))
    assert len(found) > 5
    assert len(keys(found)) == len(set(keys(found))) == ALL
    assert {page.total for page in found} == {ALL}
    assert not any(page.certain for page in found)


async def test_items_are_in_their_library_and_box_sets(fake: FakeJellyfin, open_provider: Any, scan: Any) -> None:
    provider = await open_provider(fake)
    items = await scan(provider)
    names = {each.id: each.name for each in await provider.collections()}
    by_title = {item.title: [names[each] for each in item.collections] for item in items if item.series_name is None}
    assert by_title["Two Left Feet"] == ["Films"]
    assert by_title["Night Over Basalt II"] == ["Films", "Night Over Basalt Collection"]
    corner = {names[each] for item in items if item.series_name == "Corner Shop" for each in item.collections}
    assert corner == {"Series", "Night Over Basalt Collection"}
    signal = {names[each] for item in items if item.series_name == "Signal, Lost & Found" for each in item.collections}
    assert signal == {"Series"}


async def test_specials_double_episodes_and_missing_ones(fake: FakeJellyfin, open_provider: Any, scan: Any) -> None:
    items = [item for item in await scan(await open_provider(fake)) if item.series_name == "Corner Shop"]
    numbers = sorted((item.season_number, item.episode_number) for item in items)
    assert numbers == [(0, 1), *((1, n) for n in range(1, 5)), *((2, n) for n in range(1, 6))]
    ends = {item.episode_number: item.episode_number_end for item in items if item.season_number == 2}
    assert [number for number, end in ends.items() if end == number + 1] == [
        number for number, end in ends.items() if end
    ]
    assert any(ends.values())
    assert {item.genres for item in items} == {("Comedy",)}
    assert {item.rating for item in items} == {"TV-14"}
    assert {item.content_type for item in items} == {ContentType.EPISODE}


async def test_only_chosen_libraries_are_read(fake: FakeJellyfin, open_provider: Any, scan: Any) -> None:
    items = await scan(await open_provider(fake, libraries=["films", make_id("Fake", "Family")]))
    assert len(items) == 6
    assert "Summer at the Lake" in titles(items)


async def test_a_user_sees_what_jellyfin_shows_the_user(fake: FakeJellyfin, open_provider: Any, scan: Any) -> None:
    viewer = fake.world.access.users[1]
    fake.world.access.users[1] = type(viewer)(
        viewer.name, viewer.password, viewer.id, folders=(make_id("Fake", FILMS),)
    )
    for config in ({"username": "viewer", "password": "secret-viewer"}, {"user_id": "viewer"}):
        assert len(await scan(await open_provider(fake, **config))) == 5


async def test_a_page_may_be_asked_for_twice(fake: FakeJellyfin, open_provider: Any) -> None:
    provider = await open_provider(fake)
    found = await pages(provider)
    first = await provider.scan()
    again = [await provider.scan(first.next) for _ in range(2)]
    assert again[0].items == again[1].items == found[1].items


async def test_a_pass_goes_on_in_another_life(fake: FakeJellyfin, open_provider: Any) -> None:
    provider = await open_provider(fake)
    first = await provider.scan()
    second = await provider.scan(first.next)
    await provider.close()
    rest = await pages(await open_provider(fake), second.next)
    assert len({*keys([first, second]), *keys(rest)}) == ALL
    assert not set(keys([first, second])) & set(keys(rest))


async def test_never_more_than_two_requests_at_once(fake: FakeJellyfin, open_provider: Any, scan: Any) -> None:
    provider = await open_provider(fake)
    fake.world.faults.slow = 0.02
    await asyncio.gather(scan(provider), scan(provider), all_keys(provider))
    assert fake.world.most_at_once == 2


@pytest.mark.parametrize(("slow", "read_seconds"), [(0, 10), (5, 0.5)])
async def test_a_page_that_is_too_much_is_halved(
    fake: FakeJellyfin, open_provider: Any, scan: Any, slow: float, read_seconds: float
) -> None:
    fake.world.faults.set({"too_much": 3, "slow": slow})
    assert len(await scan(await open_provider(fake))) == ALL


async def test_an_answer_that_breaks_off_is_asked_for_again(fake: FakeJellyfin, open_provider: Any, scan: Any) -> None:
    provider = await open_provider(fake)
    fake.world.faults.truncate = 3
    assert len(await scan(provider)) == ALL


@pytest.mark.parametrize("fault", [{"drift": True}, {"duplicates": True}, {"cap": 3}, {"cap": 1}])
async def test_totals_and_pages_that_lie_lose_nothing(
    fake: FakeJellyfin, open_provider: Any, fault: dict[str, Any]
) -> None:
    fake.world.faults.set(fault)
    found = await pages(await open_provider(fake))
    assert len(keys(found)) == len(set(keys(found)))
    if "duplicates" not in fault:  # there the fake leaves out what it sends twice
        assert len(keys(found)) == ALL


async def test_ids_that_are_no_guids_are_taken_where_they_can_be_keys(
    fake: FakeJellyfin, open_provider: Any, scan: Any
) -> None:
    fake.world.faults.odd_ids = True
    found = await scan(await open_provider(fake))
    assert found
    assert all(item.key.startswith("x") for item in found)


async def test_what_cannot_be_aired_is_listed_as_a_problem(fake: FakeJellyfin, open_provider: Any, scan: Any) -> None:
    for record in odd("Fake"):
        fake.world.library.add(record)
    provider = await open_provider(fake, libraries=["Films"])
    items = {item.title: item for item in await scan(provider)}
    problems = {each.path: each.reason for each in await provider.problems()}
    assert problems.keys() == {"A Disc", "An Image", "A Placeholder", "Not Probed", "No Length"}
    assert all(items[name].duration_ms is None for name in problems)
    assert "Jellyfin has not looked into the file yet" in problems["Not Probed"]


async def test_a_film_that_goes_during_a_pass_hides_no_other(fake: FakeJellyfin, open_provider: Any) -> None:
    for gone in ("The Long Harbour", "Two Left Feet", "Night Over Basalt II"):
        film(fake, gone, 0.5)
        for number in range(9):
            film(fake, f"Film {number}", 41 + number)
        provider = await open_provider(fake, libraries=["Films"])
        first = await provider.scan()
        await provider.scan(first.next)
        fake.world.library.remove(make_id("Fake", gone))
        listed = {*keys([first]), *keys(await pages(provider, first.next))}
        left = {record.id for record in fake.world.library.by_id.values() if record.type == "Movie"}
        assert left <= listed


@pytest.mark.parametrize("gone", [1, 3, 6, 11])
async def test_many_that_go_at_once_hide_no_other(fake: FakeJellyfin, open_provider: Any, gone: int) -> None:
    for number in range(20):
        film(fake, f"Film {number:02}", 41 + number)
    provider = await open_provider(fake, libraries=["Films"])
    read = [await provider.scan()]
    for _ in range(3):
        read.append(await provider.scan(read[-1].next))
    for key in keys(read)[:gone]:
        fake.world.library.remove(key)
    listed = {*keys(read), *keys(await pages(provider, read[-1].next))}
    left = {record.id for record in fake.world.library.by_id.values() if record.type == "Movie"}
    assert left <= listed


async def test_films_that_come_during_a_pass_hide_no_other(fake: FakeJellyfin, open_provider: Any) -> None:
    for number in range(12):
        film(fake, f"Film {number:02}", 41 + number)
    before = {record.id for record in fake.world.library.by_id.values() if record.type == "Movie"}
    provider = await open_provider(fake, libraries=["Films"])
    read = [await provider.scan()]
    read.append(await provider.scan(read[-1].next))
    for number in range(7):
        film(fake, f"New {number}", 0.1)
    assert before <= {*keys(read), *keys(await pages(provider, read[-1].next))}


async def test_a_list_that_never_holds_still_comes_to_an_end(fake: FakeJellyfin, open_provider: Any) -> None:
    for number in range(80):
        film(fake, f"Film {number:02}", 41 + number)
    provider = await open_provider(fake, libraries=["Films"])
    page = await provider.scan()
    for round_number in range(200):
        for key in keys([page]):
            fake.world.library.by_id.pop(key, None)
        film(fake, f"Another {round_number}", 0.1)
        if page.next is None:
            return
        page = await provider.scan(page.next)
    pytest.fail("the pass does not end")


async def test_a_server_that_goes_away_fails_the_pass_which_goes_on_later(
    fake: FakeJellyfin, open_provider: Any, slept: Any
) -> None:
    provider = await open_provider(fake)
    first = await provider.scan()
    second = await provider.scan(first.next)
    fake.world.faults.status = 502
    with pytest.raises(ProviderUnavailable):
        await pages(provider, second.next)
    assert len(slept.seconds) >= 5
    fake.world.faults.clear()
    assert len({*keys([first, second]), *keys(await pages(provider, second.next))}) == ALL


async def test_the_servers_wish_to_wait_is_granted(fake: FakeJellyfin, open_provider: Any, slept: Any) -> None:
    provider = await open_provider(fake)
    first = await provider.scan()
    await provider.scan(first.next)
    fake.world.faults.starting = True
    with pytest.raises(ProviderUnavailable, match="starting"):
        await pages(provider, first.next)
    assert max(slept.seconds) > 4


async def test_another_server_changes_nothing(fake: FakeJellyfin, open_provider: Any, scan: Any) -> None:
    provider = await open_provider(fake)
    await scan(provider)
    fake.world.faults.other_server = True
    with pytest.raises(ProviderConfigInvalid, match="Nothing was changed"):
        await provider.scan()
    with pytest.raises(ProviderConfigInvalid):
        await all_keys(provider)


async def test_a_large_series_is_read_in_pages(start: Callable[..., Any], open_provider: Any, scan: Any) -> None:
    fake = await start(library=large("Fake", 150))
    items = await scan(await open_provider(fake))
    assert len({item.key for item in items}) == 150
    assert {item.series_name for item in items} == {"Series 0000", "Series 0001"}
    assert {item.season_number for item in items} == {1, 2, 3, 4}


async def test_a_sweep_misses_nothing_of_a_list_whose_order_is_not_stable(
    fake: FakeJellyfin, open_provider: Any
) -> None:
    fake.world.faults.duplicates = True  # every page but the first shows one item again, and another never
    listed = await all_keys(await open_provider(fake))
    assert (len(listed), len(set(listed))) == (ALL, ALL)


async def test_a_sweep_names_every_key_once(fake: FakeJellyfin, open_provider: Any, scan: Any) -> None:
    provider = await open_provider(fake)
    assert sorted(await all_keys(provider)) == sorted(item.key for item in await scan(provider))
