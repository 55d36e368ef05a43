"""What cannot be used: bad files, folders without rights, disks that are away, links that lead out."""

import asyncio
import os
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from ktv_host.hooks import MediaGone, ProviderConfigInvalid, ProviderUnavailable

pytest_plugins = ["ktv_host.testing.fixtures"]


async def reasons(provider: Any) -> dict[str, str]:
    return {problem.path: problem.reason for problem in await provider.problems()}


async def test_bad_files_are_problems_and_no_items(
    library: Any, open_provider: Any, scan: Any, clip: Path, cut_off: Path
) -> None:
    shutil.copy(clip, library.root / "good.mkv")
    (library.root / "folder").mkdir()
    (library.root / "folder" / "empty.mkv").touch()
    shutil.copy(cut_off, library.root / "truncated.mp4")
    (library.root / "text.mkv").write_text("this is no video\n" * 100)
    os.mkfifo(library.root / "pipe.mkv")
    provider = await open_provider(real=True)
    found = await scan(provider)
    assert [item.title for item in found.items] == ["good"]
    told = await reasons(provider)
    assert set(told) == {"folder/empty.mkv", "truncated.mp4", "text.mkv", "pipe.mkv"}
    assert told["folder/empty.mkv"] == "the file is empty"
    assert "no regular file" in told["pipe.mkv"]
    assert all(not reason.startswith(path) for path, reason in told.items())


async def test_problems_can_be_told_whatever_bytes_a_name_has(library: Any, open_provider: Any, scan: Any) -> None:
    library.add(os.fsdecode(b"caf\xe9.mkv"))
    provider = await open_provider()
    await scan(provider)
    assert await reasons(provider) == {"caf\\xe9.mkv": "its name is not valid UTF-8; rename it"}


async def test_a_file_without_duration_or_shorter_than_a_second_is_a_problem(
    library: Any, open_provider: Any, scan: Any
) -> None:
    library.add("zero.mkv", "0")
    library.add("blink.mkv", "0.01")
    provider = await open_provider()
    assert (await scan(provider)).items == []
    assert await reasons(provider) == {
        "zero.mkv": "its duration is unknown",
        "blink.mkv": "it is shorter than a second",
    }


async def test_a_file_that_crashes_its_reader_is_named_and_not_tried_again(
    library: Any, open_provider: Any, scan: Any, probe: Any
) -> None:
    library.add("hostile.mkv", "crash")
    library.add("good.mkv")
    provider = await open_provider()
    first = await scan(provider)
    assert [item.title for item in first.items] == ["good"]
    assert "crashed" in (await reasons(provider))["hostile.mkv"]
    probe.opened.clear()
    await scan(provider, first.last.token)
    await scan(await open_provider())
    assert probe.opened == []
    library.change("hostile.mkv")
    assert [item.title for item in (await scan(provider, first.last.token)).items] == ["hostile"]
    assert await reasons(provider) == {}


async def test_a_rescan_tries_failed_files_again_once(library: Any, open_provider: Any, scan: Any, probe: Any) -> None:
    library.add("junk.mkv", "junk")
    library.add("good.mkv")
    provider = await open_provider()
    await scan(provider)
    probe.opened.clear()
    await provider.rescan()
    await scan(provider)
    await scan(provider)
    assert probe.opened == ["junk.mkv"]


async def test_an_item_that_becomes_unusable_is_no_item_any_more(library: Any, open_provider: Any, scan: Any) -> None:
    library.add("a.mkv")
    provider = await open_provider()
    first = await scan(provider)
    library.change("a.mkv", "junk")
    second = await scan(provider, first.last.token)
    assert (second.items, second.unchanged, second.last.certain) == ([], [], True)
    library.change("a.mkv", "24 again")
    assert (await scan(provider, second.last.token)).key("a") == first.key("a")


async def test_problems_survive_a_restart(library: Any, open_provider: Any, scan: Any) -> None:
    library.add("junk.mkv", "junk")
    await scan(await open_provider())
    assert list(await reasons(await open_provider())) == ["junk.mkv"]


async def test_with_several_roots_problems_name_the_root(
    library: Any, another_library: Any, open_provider: Any, scan: Any
) -> None:
    another_library.add("a/junk.mkv", "junk")
    provider = await open_provider(library.root, another_library.root)
    await scan(provider)
    assert list(await reasons(provider)) == ["another/a/junk.mkv"]


async def test_the_files_of_an_unreadable_folder_are_kept_and_nothing_is_certain(
    library: Any,
    door: Any,
    open_provider: Any,
    scan: Any,
    probe: Any,
    without_rights: Callable[[], AbstractContextManager[None]],
) -> None:
    library.add("open.mkv")
    library.add("leaves.mkv")
    provider = await open_provider()
    first = await scan(provider)
    (library.root / "leaves.mkv").unlink()
    probe.opened.clear()
    door.shut()
    with without_rights():
        second = await scan(provider, first.last.token)
    assert sorted(second.unchanged) == sorted(first.key(title) for title in ("one", "two", "open"))
    assert (second.items, second.last.certain, probe.opened) == ([], False, [])
    assert await reasons(provider) == {"shut": "the folder cannot be read: Permission denied"}
    door.open()
    third = await scan(provider, second.last.token)
    assert (len(third.unchanged), third.last.certain, await reasons(provider)) == (3, True, {})


async def test_without_a_token_the_files_of_an_unreadable_folder_are_described_from_memory(
    library: Any,
    door: Any,
    open_provider: Any,
    scan: Any,
    probe: Any,
    without_rights: Callable[[], AbstractContextManager[None]],
) -> None:
    provider = await open_provider()
    first = await scan(provider)
    probe.opened.clear()
    door.shut()
    with without_rights():
        assert (await scan(provider)).items == first.items
    assert probe.opened == []


async def test_a_file_without_rights_is_tried_again_in_every_pass(
    library: Any,
    door: Any,
    make_door: Callable[[Path], Any],
    open_provider: Any,
    scan: Any,
    without_rights: Callable[[], AbstractContextManager[None]],
) -> None:
    provider = await open_provider()
    first = await scan(provider)
    film = make_door(library.change("shut/one.mkv"))
    film.shut()
    with without_rights():
        second = await scan(provider, first.last.token)
    assert (second.items, second.unchanged) == ([], [first.key("two")])
    assert await reasons(provider) == {"shut/one.mkv": "it cannot be read: Permission denied"}
    film.open()
    third = await scan(provider, second.last.token)
    assert (third.key("one"), await reasons(provider)) == (first.key("one"), {})


async def test_a_vanished_root_makes_the_library_unavailable(
    library: Any, open_provider: Any, scan: Any, tmp_path: Path
) -> None:
    library.add("a.mkv")
    provider = await open_provider()
    first = await scan(provider)
    library.root.rename(tmp_path / "away")
    with pytest.raises(ProviderUnavailable, match="mounted"):
        await scan(provider, first.last.token)
    with pytest.raises(ProviderUnavailable):
        await provider.source(first.key("a"))
    with pytest.raises(ProviderUnavailable):
        await open_provider()
    (tmp_path / "away").rename(library.root)
    assert (await scan(provider, first.last.token)).unchanged == [first.key("a")]


async def test_the_empty_mount_point_of_a_disk_that_is_away_makes_it_unavailable_too(
    library: Any, open_provider: Any, scan: Any
) -> None:
    path = library.add("a.mkv")
    provider = await open_provider()
    first = await scan(provider)
    path.unlink()
    with pytest.raises(ProviderUnavailable, match="ask for a rescan"):
        await scan(provider, first.last.token)
    await provider.rescan()
    second = await scan(provider, first.last.token)
    assert (second.items, second.unchanged, second.last.certain) == ([], [], False)
    assert (await scan(provider, second.last.token)).last.certain


async def test_a_rescan_while_the_disk_is_away_says_nothing_about_the_empty_mount_point_after_it(
    library: Any, open_provider: Any, scan: Any, tmp_path: Path
) -> None:
    library.add("a.mkv")
    provider = await open_provider()
    first = await scan(provider)
    library.root.rename(tmp_path / "away")
    await provider.rescan()
    with pytest.raises(ProviderUnavailable):
        await scan(provider, first.last.token)
    library.root.mkdir()
    with pytest.raises(ProviderUnavailable, match="ask for a rescan"):
        await scan(provider, first.last.token)


async def test_a_folder_that_became_empty_leaves_doubt(library: Any, open_provider: Any, scan: Any) -> None:
    library.add("a.mkv")
    path = library.add("disk/b.mkv")
    provider = await open_provider()
    first = await scan(provider)
    path.unlink()
    assert not (await scan(provider, first.last.token)).last.certain


async def test_a_file_where_a_folder_should_be_is_refused(library: Any, open_provider: Any) -> None:
    with pytest.raises(ProviderConfigInvalid):
        await open_provider(library.add("a.mkv"))


@pytest.mark.parametrize(
    "forged", ["", ".", "..", "../a.mkv", "a.mkv", "%2e%2e%2fa.mkv", "0" * 30, "' OR 1=1 --", "a\0b", "/etc/passwd"]
)
async def test_forged_keys_are_gone(library: Any, open_provider: Any, scan: Any, forged: str) -> None:
    library.add("a.mkv")
    provider = await open_provider()
    await scan(provider)
    for ask in (provider.source, provider.artwork):
        with pytest.raises(MediaGone):
            await ask(forged)


async def test_the_key_of_another_instance_is_gone(library: Any, open_provider: Any, scan: Any) -> None:
    library.add("a.mkv")
    one, two = await open_provider(instance_id="one"), await open_provider(instance_id="two")
    key = (await scan(one)).key("a")
    await scan(two)
    with pytest.raises(MediaGone):
        await two.source(key)


async def test_a_file_that_became_a_link_out_of_the_folder_is_gone(
    library: Any, another_library: Any, open_provider: Any, scan: Any
) -> None:
    path = library.add("a/heat.mkv")
    secret = another_library.add("heat.mkv")
    provider = await open_provider()
    key = (await scan(provider)).key("heat")
    path.unlink()
    path.symlink_to(secret)
    with pytest.raises(MediaGone, match="leads out"):
        await provider.source(key)
    path.unlink()
    path.parent.rmdir()
    path.parent.symlink_to(another_library.root)
    with pytest.raises(MediaGone, match="leads out"):
        await provider.source(key)


async def test_a_deleted_file_and_a_removed_root_are_gone(
    library: Any, another_library: Any, open_provider: Any, scan: Any
) -> None:
    path = library.add("a.mkv")
    another_library.add("b.mkv")
    found = await scan(await open_provider(library.root, another_library.root))
    alone = await open_provider()
    with pytest.raises(MediaGone, match="no longer part"):
        await alone.source(found.key("b"))
    path.unlink()
    with pytest.raises(MediaGone):
        await alone.source(found.key("a"))


async def test_passes_may_run_at_once(library: Any, open_provider: Any, scan: Any) -> None:
    for number in range(20):
        library.add(f"{number}.mkv", age=5)
    provider = await open_provider()
    one, two = await asyncio.gather(scan(provider), scan(provider))
    assert one.items == two.items
