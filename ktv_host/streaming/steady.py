"""A wall clock that does not go back: a playlist must not take back what it has shown."""

from collections.abc import Callable

_SLOWED = 0.9
_HELD_SECS = 600.0  # a clock set back further was wrong: follow it, and the ledger begins anew


class SteadyClock:
    """Milliseconds since the epoch. When the wall clock is set back, time runs on at nine tenths until it is level."""

    def __init__(self, wall: Callable[[], float], monotonic: Callable[[], float]) -> None:
        """Both give seconds."""
        self._wall = wall
        self._monotonic = monotonic
        self._shown = wall()
        self._at = monotonic()

    def __call__(self) -> int:
        at, wall = self._monotonic(), self._wall()
        slowed = self._shown + (at - self._at) * _SLOWED
        self._shown, self._at = (wall if wall < slowed - _HELD_SECS else max(wall, slowed)), at
        return int(self._shown * 1000)
