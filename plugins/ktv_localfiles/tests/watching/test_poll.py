"""Looking again and again: what changed between two looks, whatever links and names there are."""

import asyncio
import os
import threading
from pathlib import Path

from ktv_localfiles.watching.poll import Looked, Poll, changes, look


def looked(root: Path) -> Looked:
    return look([str(root)], threading.Event())


def test_what_appeared_changed_and_went_is_told(tmp_path: Path) -> None:
    for name in ("stays", "grows", "goes"):
        (tmp_path / name).write_text(name)
    before = looked(tmp_path)
    (tmp_path / "grows").write_text("it grew")
    (tmp_path / "goes").unlink()
    (tmp_path / "New").mkdir()
    (tmp_path / "New" / "comes").touch()
    assert changes(before, looked(tmp_path)) == {str(tmp_path / name) for name in ("grows", "goes", "New/comes")}


def test_links_are_not_followed_and_loops_not_run_in(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (outside / "a.mkv").touch()
    (root / "loop").symlink_to(root)
    (root / "out").symlink_to(outside)
    assert looked(root).keys() == {str(root / "loop"), str(root / "out")}


def test_a_name_that_is_no_utf8_is_a_name_like_others(tmp_path: Path) -> None:
    before = looked(tmp_path)
    path = os.fsencode(tmp_path) + b"/caf\xe9.mkv"
    with open(path, "w", encoding="ascii"):  # noqa: PTH123  pathlib knows no such names
        pass
    assert changes(before, looked(tmp_path)) == {os.fsdecode(path)}


def test_hidden_folders_and_those_of_storage_systems_are_passed_over(tmp_path: Path) -> None:
    for folder in (".cache", "@eaDir"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.mkv").touch()
    assert looked(tmp_path) == {}


def test_a_folder_that_goes_and_comes_back_is_a_change(tmp_path: Path) -> None:
    root, away = tmp_path / "root", tmp_path / "away"
    root.mkdir()
    there = looked(root)
    root.rename(away)
    gone = looked(root)
    away.rename(root)
    assert changes(there, gone) == changes(gone, looked(root)) == {str(root)}


async def test_changes_are_told_and_leaving_ends_it(tmp_path: Path) -> None:
    told: asyncio.Queue[set[str]] = asyncio.Queue()
    film = tmp_path / "a.mkv"
    poll = Poll([str(tmp_path)], told.put_nowait, secs=0.01)
    async with asyncio.timeout(30):
        while told.empty():  # what is there at the first look is told by nobody
            film.write_text("x" * (film.stat().st_size + 1 if film.exists() else 0))
            await asyncio.sleep(0.01)
    assert told.get_nowait() == {str(film)}
    await poll.close()
    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("watch")]
