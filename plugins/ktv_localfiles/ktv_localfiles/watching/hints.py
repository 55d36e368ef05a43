"""Hints: when the host should look at the folders again."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

from ktv_host.hooks import Clock, Hint
from ktv_localfiles.scanning.arrivals import Arrivals
from ktv_localfiles.scanning.roots import Roots
from ktv_localfiles.watching.settling import Settling, Status
from ktv_localfiles.watching.watcher import Watcher

_LOOK_SECS = 1.0


async def give_hints(watcher: Watcher, roots: Roots, arrivals: Arrivals, clock: Clock) -> AsyncIterator[Hint]:
    """Yields until it or the watcher is closed. Files that are being written give no hint until they rest."""
    settling = Settling()
    async with watcher:
        while not watcher.closed:
            change = await watcher.next(_LOOK_SECS)
            fresh = _by_depth(change.paths - arrivals.paths) if change else []
            if fresh:
                yield Hint(f"{roots.shown(fresh[0])} changed" + (f", {len(fresh) - 1} more" if fresh[1:] else ""))
            elif change is not None and change.unseen:
                yield Hint(change.unseen)
            elif arrivals.paths:
                statuses = await asyncio.to_thread(_statuses, sorted(arrivals.paths))
                if settling.due(statuses, clock().timestamp()):
                    yield Hint("a file is complete")


def _by_depth(paths: Iterable[str]) -> list[str]:
    """Files before the folders they lie in, whose time changed with them."""
    return sorted(paths, key=lambda path: (-len(path), path))


def _statuses(paths: Iterable[str]) -> dict[str, Status | None]:
    return {path: _status(path) for path in paths}


def _status(path: str) -> Status | None:
    try:
        status = Path(path).lstat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns
