"""The segment cache: a folder shared by processes."""

import errno
import io
import multiprocessing
import os
from pathlib import Path
from typing import BinaryIO

import pytest

from ktv_host.streaming.cache import TTL_SECS, SegmentCache, SegmentKey

KEY = SegmentKey("0123456789abcdef", 7)
PLAN = KEY.plan


class _Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> _Clock:
    return _Clock()


@pytest.fixture
def cache(tmp_path: Path, clock: _Clock) -> SegmentCache:
    return SegmentCache(tmp_path, budget=10_000, clock=clock)


def _litter(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.suffix in {".tmp", ".lock"})


def test_a_segment_lies_under_its_plan(cache: SegmentCache, tmp_path: Path) -> None:
    path = cache.store(KEY, b"data")
    assert path == tmp_path / "01" / PLAN / "7.ts"
    assert cache.find(KEY) == path
    assert path.read_bytes() == b"data"


def test_a_segment_cut_short_is_another(cache: SegmentCache, tmp_path: Path) -> None:
    assert cache.path(SegmentKey(PLAN, 7, 1500)) == tmp_path / "01" / PLAN / "7-1500.ts"


def test_what_was_never_stored_is_not_found(cache: SegmentCache) -> None:
    assert cache.find(KEY) is None


def test_nothing_but_the_segment_is_left_behind(cache: SegmentCache, tmp_path: Path) -> None:
    with cache.lock(KEY) as ours:
        assert ours
        cache.store(KEY, b"data")
    assert _litter(tmp_path) == []


def test_a_use_is_noted_at_most_once_a_minute(cache: SegmentCache, clock: _Clock) -> None:
    path = cache.store(KEY, b"data")
    assert path is not None
    for passed, noted in ((30, 0), (70, 70)):
        clock.now = 1_000_000.0 + passed
        cache.find(KEY)
        assert path.stat().st_mtime == 1_000_000.0 + noted


def test_a_copy_goes_ten_minutes_after_its_last_use(cache: SegmentCache, clock: _Clock) -> None:
    cache.store(KEY, b"data")
    clock.now += TTL_SECS - 5
    cache.find(KEY)
    clock.now += TTL_SECS - 5
    swept = cache.sweep()
    assert swept is not None
    assert swept.removed == 0
    clock.now += 10
    swept = cache.sweep()
    assert swept is not None
    assert (swept.files, swept.size, swept.removed, swept.freed) == (0, 0, 1, 4)
    assert cache.find(KEY) is None


def test_what_was_dear_stays_until_the_budget_is_needed(cache: SegmentCache, clock: _Clock) -> None:
    for number in range(3):
        cache.store(SegmentKey(PLAN, number), bytes(4_000), keep=True)
        clock.now += 1
    swept = cache.sweep()
    assert swept is not None
    assert swept.removed == 0  # too young, even though the budget is passed
    clock.now += TTL_SECS
    swept = cache.sweep()
    assert swept is not None
    assert (swept.removed, swept.size) == (1, 8_000)
    assert cache.find(SegmentKey(PLAN, 0)) is None
    assert cache.find(SegmentKey(PLAN, 2)) is not None


def test_litter_of_a_crash_goes_after_five_minutes(cache: SegmentCache, clock: _Clock, tmp_path: Path) -> None:
    cache.store(KEY, b"data")
    draft = tmp_path / "01" / PLAN / "8.abcd.tmp"
    draft.write_bytes(b"half")
    os.utime(draft, (clock.now, clock.now))
    cache.sweep()
    assert draft.exists()
    clock.now += 301
    cache.sweep()
    assert not draft.exists()


def test_empty_folders_go_and_come_back(cache: SegmentCache, clock: _Clock, tmp_path: Path) -> None:
    cache.store(KEY, b"data", keep=True)
    folder = tmp_path / "01" / PLAN
    (folder / "7.ts").unlink()
    os.utime(folder, (clock.now, clock.now))
    clock.now += 1_000
    cache.sweep()
    assert not folder.exists()
    assert cache.store(KEY, b"data") is not None


def test_only_one_process_sweeps(cache: SegmentCache, tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        cache.store(KEY, b"data")
        assert pool.apply(_hold_and_sweep, (str(tmp_path),)) is None


def _hold_and_sweep(root: str) -> object:
    import fcntl

    with (Path(root) / ".gc").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        return SegmentCache(Path(root), budget=1).sweep()


def test_a_lock_is_held_by_one(tmp_path: Path) -> None:
    first, second = SegmentCache(tmp_path, budget=1), SegmentCache(tmp_path, budget=1)
    with first.lock(KEY) as ours:
        with second.lock(KEY) as theirs:
            assert (ours, theirs) == (True, False)
        with second.lock(SegmentKey(PLAN, 8)) as other:
            assert other
    with second.lock(KEY) as theirs:
        assert theirs


class _FullDisk(io.BytesIO):
    def write(self, data: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_on_a_full_disk_there_is_one_sweep_and_no_file(tmp_path: Path, clock: _Clock) -> None:
    full: list[bool] = []

    def opener(path: Path) -> BinaryIO:
        return _FullDisk() if full else path.open("xb")

    cache = SegmentCache(tmp_path, budget=10_000, clock=clock, opener=opener)
    for number in range(5):
        cache.store(SegmentKey(PLAN, number), bytes(100))
        clock.now += 130
    full.append(True)
    assert cache.store(KEY, b"data") is None
    assert len(list(tmp_path.rglob("*.ts"))) == 4
    assert _litter(tmp_path) == []


def test_the_sweep_makes_room_for_what_is_new(tmp_path: Path, clock: _Clock) -> None:
    def opener(path: Path) -> BinaryIO:
        return _FullDisk() if (tmp_path / "01" / PLAN / "0.ts").exists() else path.open("xb")

    cache = SegmentCache(tmp_path, budget=10_000, clock=clock, opener=opener)
    cache.store(SegmentKey(PLAN, 0), bytes(100))
    clock.now += 300
    assert cache.store(KEY, b"data") is not None


def test_a_folder_that_cannot_be_written_serves_from_memory(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    cache = SegmentCache(blocked, budget=1)
    assert cache.store(KEY, b"data") is None
    with cache.lock(KEY) as ours:
        assert ours
    assert cache.find(KEY) is None
