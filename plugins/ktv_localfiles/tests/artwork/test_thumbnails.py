"""Thumbnails are made once, when somebody asks."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ktv_localfiles.artwork.thumbnails import Thumbnails, sweep
from ktv_localfiles.index import File

from ktv_host.hooks import WorkerCrashed


class Pool:
    """Instead of the worker processes."""

    def __init__(self, picture: bytes | None = b"jpeg") -> None:
        self.picture = picture
        self.asked: list[str] = []
        self.crashes = False

    async def run(self, fn: Callable[..., Any], path: str) -> Any:
        self.asked.append(path)
        await asyncio.sleep(0)
        if self.crashes:
            raise WorkerCrashed("grab_frame killed its worker process")
        return self.picture


def file(mtime_ns: int = 1) -> File:
    return File("/v/a.mkv", 100, mtime_ns, None, None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "not yet there" / "thumbnails"


async def test_it_is_made_once_and_kept(folder: Path) -> None:
    pool = Pool()
    first, second = await asyncio.gather(*(Thumbnails(folder, pool).of("k", file()) for _ in range(2)))
    assert first == second
    assert first is not None
    assert first.read_bytes() == b"jpeg"
    thumbnails = Thumbnails(folder, pool)
    pool.asked.clear()
    assert await thumbnails.of("k", file()) == first
    assert pool.asked == []


async def test_who_asks_at_once_waits_for_the_same_one(folder: Path) -> None:
    pool = Pool()
    thumbnails = Thumbnails(folder, pool)
    await asyncio.gather(*(thumbnails.of("k", file()) for _ in range(5)))
    assert len(pool.asked) == 1


async def test_a_video_that_changed_gets_another(folder: Path) -> None:
    pool = Pool()
    thumbnails = Thumbnails(folder, pool)
    assert await thumbnails.of("k", file()) != await thumbnails.of("k", file(mtime_ns=2))
    assert len(pool.asked) == 2


@pytest.mark.parametrize("crashes", [False, True])
async def test_what_gives_no_picture_is_not_tried_again(folder: Path, crashes: bool) -> None:
    pool = Pool(None)
    pool.crashes = crashes
    thumbnails = Thumbnails(folder, pool)
    assert [await thumbnails.of("k", file()) for _ in range(3)] == [None, None, None]
    assert len(pool.asked) == 1


def test_the_budget_is_kept_by_what_was_used_last(tmp_path: Path) -> None:
    for number in range(5):
        path = tmp_path / f"{number}.jpg"
        path.write_bytes(b"x" * 10)
        os.utime(path, (number, number))
    sweep(tmp_path, 20)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["3.jpg", "4.jpg"]
