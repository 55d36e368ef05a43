"""The clock a playlist goes by."""

import itertools

from ktv_host.streaming.steady import SteadyClock


class _Times:
    def __init__(self) -> None:
        self.wall, self.monotonic = 1_000.0, 5.0

    def pass_by(self, seconds: float) -> None:
        self.wall += seconds
        self.monotonic += seconds


def _clock(times: _Times) -> SteadyClock:
    return SteadyClock(lambda: times.wall, lambda: times.monotonic)


def test_it_shows_the_wall_clock() -> None:
    times = _Times()
    clock = _clock(times)
    times.pass_by(2.5)
    assert clock() == 1_002_500


def test_it_follows_a_step_forward() -> None:
    times = _Times()
    clock = _clock(times)
    times.wall += 3_600
    assert clock() == 4_600_000


def test_after_a_step_back_it_runs_on_slower_until_it_is_level() -> None:
    times = _Times()
    clock = _clock(times)
    times.wall -= 10
    shown = [clock()]
    for _ in range(120):
        times.pass_by(1)
        shown.append(clock())
    assert all(before < after for before, after in itertools.pairwise(shown))
    assert shown[-1] == int(times.wall * 1000)


def test_a_clock_set_back_by_hours_is_followed() -> None:
    times = _Times()
    times.wall = 100_000.0
    clock = _clock(times)
    times.wall -= 7_200
    assert clock() == 92_800_000


def test_a_step_back_that_is_taken_back_leaves_no_trace() -> None:
    times = _Times()
    clock = _clock(times)
    for step in (-45.0, 46.0):
        times.pass_by(1)
        times.wall += step
        shown = clock()
    assert shown == int(times.wall * 1000)
