"""A wall clock that does not go back: a playlist must not take back what it has shown."""

from collections.abc import Callable

_CAUGHT_UP = 0.1  # of the time that passes
HELD_MS = 600_000  # a clock set back further was wrong: follow it, and the ledger begins anew


class SteadyClock:
    """Milliseconds since the epoch. When the wall clock is set back, time runs on at nine tenths until it is level."""

    def __init__(self, wall: Callable[[], float], monotonic: Callable[[], float]) -> None:
        """Both give seconds."""
        self._wall = wall
        self._monotonic = monotonic
        self._read_wall, self._read_at = wall(), monotonic()
        self._held = 0.0  # how far ahead of the wall clock we are

    def __call__(self) -> int:
        wall, at = self._wall(), self._monotonic()
        passed, moved = at - self._read_at, wall - self._read_wall
        self._held = max(0.0, self._held - passed * _CAUGHT_UP - max(0.0, moved - passed))
        if moved < 0:
            self._held -= moved
        if self._held * 1000 > HELD_MS:
            self._held = 0.0
        self._read_wall, self._read_at = wall, at
        return int((wall + self._held) * 1000)

    def hold(self, behind_ms: int) -> int:
        """What was shown before this clock began was that much later: the time, held there."""
        self._held += behind_ms / 1000
        return self()
