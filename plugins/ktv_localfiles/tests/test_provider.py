"""Passes over a library: what is opened, what is kept, what is told."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from ktv_localfiles.scanning.sweep import PAGE

from ktv_host.hooks import ContentType, ProviderUnavailable, Unavailable

pytest_plugins = ["ktv_host.testing.fixtures"]


async def test_a_first_pass_describes_every_video(library: Any, open_provider: Any, scan: Any) -> None:
    library.add("Shows/The Show/Season 1/01 - Pilot.mkv")
    library.add("Films/Heat (1995).mkv", "170")
    found = await scan(await open_provider())
    assert [(item.title, item.content_type, item.duration_ms) for item in found.items] == [
        ("Heat", ContentType.MOVIE, 170 * 60_000),
        ("Pilot", ContentType.EPISODE, 24 * 60_000),
    ]
    assert (found.unchanged, found.last.certain, found.last.total) == ([], True, 2)


async def test_real_files_are_opened_in_the_worker_processes(
    library: Any, open_provider: Any, scan: Any, clip: Path, bunny: Path
) -> None:
    shutil.copy(clip, library.root / "Pattern.mkv")
    shutil.copy(bunny, library.root / "Big Buck Bunny (2008).mp4")
    items = (await scan(await open_provider(real=True))).by_title()
    pattern = items["Pattern"]
    assert (pattern.duration_ms, pattern.year, pattern.genres) == (2000, 1999, ("Science Fiction", "Comedy"))
    assert pattern.description == "Two seconds of a test pattern."
    assert 5000 < (items["Big Buck Bunny"].duration_ms or 0) < 6000


async def test_an_unchanged_library_is_not_opened_again(
    library: Any, open_provider: Any, scan: Any, probe: Any
) -> None:
    for number in range(5):
        library.add(f"{number}.mkv")
    library.add("junk.mkv", "junk")
    provider = await open_provider()
    first = await scan(provider)
    probe.opened.clear()
    again = await scan(provider, first.last.token)
    assert (again.items, sorted(again.unchanged)) == ([], sorted(item.key for item in first.items))
    without_token = await scan(await open_provider())
    assert without_token.items == first.items
    assert probe.opened == []


async def test_only_what_changed_is_opened(library: Any, open_provider: Any, scan: Any, probe: Any) -> None:
    for name in ("a.mkv", "b.mkv", "c.mkv"):
        library.add(name)
    provider = await open_provider()
    first = await scan(provider)
    probe.opened.clear()
    library.change("b.mkv")
    library.add("d.mkv")
    second = await scan(provider, first.last.token)
    assert sorted(probe.opened) == ["b.mkv", "d.mkv"]
    assert [item.title for item in second.items] == ["b", "d"]
    assert second.key("b") == first.key("b")
    assert len(second.unchanged) == 2


async def test_a_pass_has_pages_and_resumes_after_a_restart(library: Any, open_provider: Any, scan: Any) -> None:
    for number in range(2 * PAGE + 10):
        library.add(f"{number:05}.mkv", age=5)
    provider = await open_provider()
    page = await provider.scan()
    assert (len(page.items), page.token, page.total) == (PAGE, None, 2 * PAGE + 10)
    rest = await scan(await open_provider(), cursor=page.next)
    assert [item.title for item in (*page.items, *rest.items)] == [f"{n:05}" for n in range(2 * PAGE + 10)]
    assert len({item.key for item in (*page.items, *rest.items)}) == 2 * PAGE + 10


async def test_a_page_may_be_asked_for_twice(library: Any, open_provider: Any, probe: Any) -> None:
    for number in range(PAGE + 10):
        library.add(f"{number:05}.mkv", age=5)
    provider = await open_provider()
    first = await provider.scan()
    once = await provider.scan(first.next)
    again = await provider.scan(first.next)
    assert once.items == again.items
    assert len(probe.opened) == PAGE + 10


async def test_what_an_unfinished_pass_opened_is_told_again(library: Any, open_provider: Any, scan: Any) -> None:
    for number in range(PAGE + 10):
        library.add(f"{number:05}.mkv", age=5)
    provider = await open_provider()
    token = (await scan(provider)).last.token
    library.change("00001.mkv")
    assert len((await provider.scan(since=token)).items) == 1  # and the pass is given up here
    assert [item.title for item in (await scan(await open_provider(), token)).items] == ["00001"]


async def test_a_renamed_file_keeps_its_key_and_is_not_opened(
    library: Any, open_provider: Any, scan: Any, probe: Any
) -> None:
    old = library.add("Old Name (1999).mkv")
    library.add("other.mkv")
    provider = await open_provider()
    first = await scan(provider)
    probe.opened.clear()
    (library.root / "Films").mkdir()
    old.rename(library.root / "Films" / "New Name (2001).mkv")
    second = await scan(provider, first.last.token)
    assert [(item.key, item.title, item.year) for item in second.items] == [(first.key("Old Name"), "New Name", 2001)]
    assert probe.opened == []
    assert (await provider.source(first.key("Old Name"))).path == str(library.root / "Films" / "New Name (2001).mkv")


async def test_a_copy_gets_a_key_of_its_own(library: Any, open_provider: Any, scan: Any) -> None:
    original = library.add("original.mkv")
    provider = await open_provider()
    first = await scan(provider)
    shutil.copy2(original, library.root / "copy.mkv")
    second = await scan(provider)
    assert second.key("original") == first.key("original") != second.key("copy")


async def test_same_size_and_time_but_another_content_is_another_file(
    library: Any, open_provider: Any, scan: Any
) -> None:
    library.add("a.mkv", "24 aaa", age=1)
    provider = await open_provider()
    first = await scan(provider)
    (library.root / "a.mkv").unlink()
    library.add("b.mkv", "24 bbb", age=1)
    assert (await scan(provider)).key("b") != first.key("a")


async def test_a_file_that_comes_back_keeps_its_key_even_under_another_name(
    library: Any, open_provider: Any, scan: Any, tmp_path: Path
) -> None:
    path = library.add("a.mkv")
    library.add("b.mkv")
    provider = await open_provider()
    first = await scan(provider)
    path.rename(tmp_path / "away")
    away = await scan(provider, first.last.token)
    assert (away.unchanged, away.last.certain) == ([first.key("b")], True)
    (tmp_path / "away").rename(library.root / "c.mkv")
    back = await scan(provider, away.last.token)
    assert [(item.title, item.key) for item in back.items] == [("c", first.key("a"))]


async def test_a_file_missing_for_months_is_forgotten(
    library: Any, open_provider: Any, scan: Any, fake_clock: Any, probe: Any
) -> None:
    path = library.add("a.mkv")
    library.add("b.mkv")
    provider = await open_provider()
    first = await scan(provider)
    path.unlink()
    await scan(provider)
    fake_clock.advance(100 * 24 * 3600)
    await scan(provider)
    probe.opened.clear()
    library.add("a.mkv")
    assert (await scan(provider)).key("a") == first.key("a")  # for keys depend on the path
    assert probe.opened == ["a.mkv"]


async def test_instances_over_one_folder_share_nothing(library: Any, open_provider: Any, scan: Any, probe: Any) -> None:
    library.add("a.mkv")
    library.add("b.mkv")
    one, two = await open_provider(instance_id="one"), await open_provider(instance_id="two")
    first, second = await scan(one), await scan(two)
    assert sorted(probe.opened) == ["a.mkv", "a.mkv", "b.mkv", "b.mkv"]
    assert not {item.key for item in first.items} & {item.key for item in second.items}
    library.change("a.mkv", "junk")
    await scan(one)
    assert (len(await one.problems()), len(await two.problems())) == (1, 0)
    await two.source(second.key("a"))


async def test_instances_over_different_folders_list_their_own(
    library: Any, another_library: Any, open_provider: Any, scan: Any
) -> None:
    library.add("a.mkv")
    another_library.add("b.mkv")
    one = await open_provider(instance_id="one")
    two = await open_provider(another_library.root, instance_id="two")
    assert [item.title for item in (await scan(one)).items] == ["a"]
    assert [item.title for item in (await scan(two)).items] == ["b"]


async def test_a_root_that_is_added_or_taken_away_changes_the_library(
    library: Any, another_library: Any, open_provider: Any, scan: Any, probe: Any
) -> None:
    library.add("a.mkv")
    another_library.add("b.mkv")
    both = await scan(await open_provider(library.root, another_library.root))
    assert [len(item.collections) for item in both.items] == [1, 1]
    alone = await scan(await open_provider(), both.last.token)
    assert [(item.title, item.collections) for item in alone.items] == [("a", ())]
    assert alone.last.certain
    assert sorted(probe.opened) == ["a.mkv", "b.mkv"]


async def test_collections_are_the_folders_of_what_was_found(library: Any, open_provider: Any, scan: Any) -> None:
    library.add("Shows/The Show/Season 1/01.mkv")
    library.add("Films/Heat (1995).mkv")
    library.add("Broken/junk.mkv", "junk")
    library.add("Pictures/a.jpg")
    provider = await open_provider()
    expected = {shelf for item in (await scan(provider)).items for shelf in item.collections}
    collections = await provider.collections()
    assert [each.name for each in collections] == ["Films", "Shows"]
    assert {each.id for each in collections} == expected


async def test_two_series_of_one_name_get_their_years_once_both_are_there(
    library: Any, open_provider: Any, scan: Any, probe: Any
) -> None:
    library.add("Doctor Who (2005)/Season 1/01 - Rose.mkv")
    provider = await open_provider()
    first = await scan(provider)
    assert first.items[0].series_name == "Doctor Who"
    library.add("Doctor Who (1963)/Season 1/01 - An Unearthly Child.mkv")
    probe.opened.clear()
    second = (await scan(provider, first.last.token)).by_title()
    assert second["Rose"].series_name == "Doctor Who (2005)"
    assert second["An Unearthly Child"].series_name == "Doctor Who (1963)"
    assert probe.opened == ["01 - An Unearthly Child.mkv"]


async def test_a_stopped_worker_pool_fails_the_pass_and_no_file(library: Any, open_provider: Any, scan: Any) -> None:
    library.add("a.mkv", "stopped")
    provider = await open_provider()
    with pytest.raises(Unavailable):
        await scan(provider)
    assert await provider.problems() == []
    library.change("a.mkv", "24")
    assert len((await scan(provider)).items) == 1


async def test_a_file_that_vanishes_during_the_pass_is_left_out(library: Any, open_provider: Any, scan: Any) -> None:
    for number in range(PAGE + 2):
        library.add(f"{number:05}.mkv", age=5)
    provider = await open_provider()
    page = await provider.scan()
    (library.root / f"{PAGE:05}.mkv").unlink()
    assert [item.title for item in (await scan(provider, cursor=page.next)).items] == [f"{PAGE + 1:05}"]


async def test_a_root_that_vanishes_during_the_pass_fails_it(library: Any, open_provider: Any, tmp_path: Path) -> None:
    for number in range(PAGE + 2):
        library.add(f"{number:05}.mkv", age=5)
    provider = await open_provider()
    page = await provider.scan()
    library.root.rename(tmp_path / "away")
    with pytest.raises(ProviderUnavailable):
        await provider.scan(page.next)


async def test_a_time_beyond_the_databases_numbers_is_stored(
    library: Any, open_provider: Any, scan: Any, probe: Any
) -> None:
    path = library.add("a.mkv")
    os.utime(path, ns=(0, 2**62))
    provider = await open_provider()
    first = await scan(provider)
    probe.opened.clear()
    assert len((await scan(provider, first.last.token)).unchanged) == 1
    assert probe.opened == []
