"""Arrivals: files that are still being copied. They are no items yet, and no problems either."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from ktv_host.hooks import Clock
from ktv_localfiles.scanning.snapshot import Seen

SETTLE_SECS = 0.3  # a copy that is under way grows within that time
RECENT_SECS = 10.0  # what was written this long ago is complete, or somebody gave it up
GIVEN_UP_SECS = 60.0  # what cannot be read and was not written to for that long is broken
_AHEAD_SECS = 60.0  # how much faster the clock of a file server may go

Sleep = Callable[[float], Awaitable[None]]


class Arrivals:
    """``paths`` are those the last complete pass left for a later one."""

    def __init__(self, clock: Clock, sleep: Sleep = asyncio.sleep) -> None:
        self._clock = clock
        self._sleep = sleep
        self._found: set[str] = set()
        self.paths: frozenset[str] = frozenset()

    def begin(self) -> None:
        """A pass begins."""
        self._found = set()

    def finish(self) -> None:
        """The pass is complete."""
        self.paths = frozenset(self._found)

    async def among(self, files: Sequence[Seen]) -> set[str]:
        """Which of these are being written at this moment: those that change while one looks."""
        recent = [seen for seen in files if -_AHEAD_SECS < self._age(seen) < RECENT_SECS]
        if not recent:
            return set()
        youngest = min(self._age(seen) for seen in recent)
        if youngest < SETTLE_SECS:
            await self._sleep(SETTLE_SECS - max(0.0, youngest))
        arriving = await asyncio.to_thread(_changed, recent)
        self._found |= arriving
        return arriving

    def may_arrive(self, seen: Seen) -> bool:
        """Whether a file that cannot be read may still become whole; it is then remembered as arriving."""
        arriving = -_AHEAD_SECS < self._age(seen) < GIVEN_UP_SECS
        if arriving:
            self._found.add(seen[0])
        return arriving

    def found(self, files: Sequence[Seen]) -> set[str]:
        """Those of the files that turned out to be arriving in this pass."""
        return {seen[0] for seen in files if seen[0] in self._found}

    def _age(self, seen: Seen) -> float:
        return self._clock().timestamp() - seen[2] / 1e9


def _changed(files: Sequence[Seen]) -> set[str]:
    return {path for path, size, mtime_ns, _ in files if _status(path) not in ((size, mtime_ns), None)}


def _status(path: str) -> tuple[int, int] | None:
    try:
        status = Path(path).lstat()
    except OSError:
        return None  # opening it tells what is wrong
    return status.st_size, status.st_mtime_ns
