"""Poll: changes below some folders, found by looking at all of them now and then.

For disks of which the system tells nothing, and for names that watchfiles cannot read. Links are not followed: nothing
outside the folders is looked at, and no loop is run in.
"""

import asyncio
import os
import threading
from collections.abc import Callable, Mapping, Sequence

from ktv_localfiles.scanning.ignore import is_ignored_folder

Looked = Mapping[str, int]  # path of a file → what its size and time come to


class Poll:
    """Calls ``tell`` with the paths that changed between two looks, ``secs`` apart. The first look tells nothing."""

    def __init__(self, roots: Sequence[str], tell: Callable[[set[str]], None], *, secs: float) -> None:
        self._roots = roots
        self._tell = tell
        self._secs = secs
        self._left = threading.Event()
        self._task = asyncio.create_task(self._run(), name=f"watch {roots[0]}")

    async def close(self) -> None:
        self._left.set()
        self._task.cancel()
        await asyncio.wait([self._task])

    async def _run(self) -> None:
        known = await asyncio.to_thread(look, self._roots, self._left)
        while True:
            await asyncio.sleep(self._secs)
            seen = await asyncio.to_thread(look, self._roots, self._left)
            if changed := changes(known, seen):
                self._tell(changed)
            known = seen


def look(roots: Sequence[str], left: threading.Event) -> Looked:
    """Every file below the roots, but for hidden folders and those of storage systems; until ``left`` is set."""
    found: dict[str, int] = {}
    waiting = list(roots)
    while waiting and not left.is_set():
        folder = waiting.pop()
        try:
            with os.scandir(folder) as listing:
                for entry in listing:
                    if not entry.is_dir(follow_symlinks=False):
                        found[entry.path] = _fingerprint(entry)
                    elif not entry.name.startswith(".") and not is_ignored_folder(entry.name):
                        waiting.append(entry.path)
        except OSError:
            found[folder] = 0  # it is not there, or cannot be read: a change when that changes
    return found


def _fingerprint(entry: os.DirEntry[str]) -> int:
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:  # gone since it was listed: no reason to leave its neighbours out
        return 0
    return hash((status.st_size, status.st_mtime_ns))


def changes(known: Looked, seen: Looked) -> set[str]:
    """What appeared, changed or went."""
    return {path for path, _ in known.items() ^ seen.items()}
