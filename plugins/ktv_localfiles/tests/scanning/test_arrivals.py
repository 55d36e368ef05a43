"""Files that are still being copied."""

import os
from pathlib import Path

from ktv_localfiles.scanning.arrivals import GIVEN_UP_SECS, RECENT_SECS, SETTLE_SECS, Arrivals
from ktv_localfiles.scanning.snapshot import Seen

from ktv_host.testing.clock import FakeClock


class Pause:
    """Instead of sleeping; what happens meanwhile is up to the test."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.grows: Path | None = None

    async def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)
        if self.grows is not None:
            self.grows.write_text("more than before")


def seen_at(path: Path, clock: FakeClock, age: float) -> Seen:
    path.write_text("content")
    mtime_ns = int((clock().timestamp() - age) * 1e9)
    os.utime(path, ns=(mtime_ns, mtime_ns))
    status = path.stat()
    return (str(path), status.st_size, status.st_mtime_ns, None)


async def test_a_file_that_grows_while_one_looks_is_arriving(tmp_path: Path) -> None:
    clock, pause = FakeClock(), Pause()
    arrivals = Arrivals(clock, pause)
    seen = seen_at(tmp_path / "a.mkv", clock, 0)
    pause.grows = tmp_path / "a.mkv"
    arrivals.begin()
    assert await arrivals.among([seen]) == {seen[0]}
    arrivals.finish()
    assert arrivals.paths == {seen[0]}
    assert pause.slept == [SETTLE_SECS]


async def test_a_file_that_rests_is_not(tmp_path: Path) -> None:
    clock, pause = FakeClock(), Pause()
    seen = seen_at(tmp_path / "a.mkv", clock, 1)
    assert await Arrivals(clock, pause).among([seen]) == set()
    assert pause.slept == []


async def test_old_files_are_not_even_looked_at(tmp_path: Path) -> None:
    clock, pause = FakeClock(), Pause()
    path, _, mtime_ns, _ = seen_at(tmp_path / "a.mkv", clock, RECENT_SECS + 1)
    assert await Arrivals(clock, pause).among([(path, 1, mtime_ns, None)]) == set()


async def test_a_file_of_the_far_future_holds_up_nobody(tmp_path: Path) -> None:
    clock, pause = FakeClock(), Pause()
    assert await Arrivals(clock, pause).among([seen_at(tmp_path / "a.mkv", clock, -86_400)]) == set()
    assert pause.slept == []


async def test_a_file_that_cannot_be_read_is_waited_for_a_minute(tmp_path: Path) -> None:
    clock = FakeClock()
    arrivals = Arrivals(clock, Pause())
    seen = seen_at(tmp_path / "a.mkv", clock, 1)
    assert arrivals.may_arrive(seen)
    clock.advance(GIVEN_UP_SECS)
    assert not arrivals.may_arrive(seen)
