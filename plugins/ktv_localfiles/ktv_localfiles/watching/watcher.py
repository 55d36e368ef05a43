"""Watcher: the changes of all roots of an instance, through lost disks, new mounts and crowded systems."""

import asyncio
import os
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from ktv_host.hooks import Logger
from ktv_localfiles.scanning.roots import Roots
from ktv_localfiles.watching.mounts import read_mounts
from ktv_localfiles.watching.noise import matters
from ktv_localfiles.watching.plan import Mode, Plan, make_plan
from ktv_localfiles.watching.watch import Ended, Told, Watch

_REST_SECS = 30.0  # after a watch that could not be had
_REPLAN_SECS = 5.0


@dataclass(frozen=True, slots=True)
class Change:
    """Paths that appeared, changed or went; ``remounted`` when a disk came or went."""

    paths: frozenset[str]
    remounted: bool = False


class Watcher:
    """An async context. ``next`` answers what changed."""

    def __init__(self, roots: Roots, extensions: frozenset[str], mode: Mode, poll_secs: int, logger: Logger) -> None:
        self._roots = roots
        self._extensions = extensions
        self._mode: Mode = mode
        self._poll_secs = poll_secs
        self._logger = logger
        self._told: asyncio.Queue[Told] = asyncio.Queue()
        self._plan: Plan | None = None
        self._crowded = False
        self._next_plan = 0.0
        self._watches = AsyncExitStack()
        self.closed = False

    async def __aenter__(self) -> Self:
        await self._follow(await self._planned())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def next(self, patience: float) -> Change | None:
        """What changed, or None when for ``patience`` seconds nothing did that matters."""
        try:
            async with asyncio.timeout(patience):
                told = await self._told.get()
        except TimeoutError:
            told = set()
        if isinstance(told, Ended):
            self._rest(told)
            told = set()
        paths = frozenset(path for path in told if matters(path, self._roots, self._extensions))
        remounted = await self._replan()
        return Change(paths, remounted) if paths or remounted else None

    async def close(self) -> None:
        """Nothing is watched any more; whoever waits in ``next`` is answered when its patience ends."""
        self.closed = True
        await self._watches.aclose()

    def _rest(self, ended: Ended) -> None:
        """Nothing watches any more; the next plan starts afresh, by polling if there is no room for watches."""
        if ended.crowded and not self._crowded:
            self._crowded = True
            self._next_plan = 0.0
            self._logger.warning(
                "local files are polled: the system allows no more watches; raise fs.inotify.max_user_watches",
                reason=ended.reason,
            )
        else:
            self._logger.warning("local files are not watched at the moment", reason=ended.reason)
            self._next_plan = asyncio.get_running_loop().time() + _REST_SECS
        self._plan = None

    async def _replan(self) -> bool:
        """Follow the mounts. True when a disk came or went."""
        now = asyncio.get_running_loop().time()
        if self.closed or now < self._next_plan:
            return False
        self._next_plan = now + _REPLAN_SECS
        plan = await self._planned()
        if plan == self._plan:
            return False
        before = self._plan
        await self._follow(plan)
        return before is not None

    async def _planned(self) -> Plan:
        return await asyncio.to_thread(_plan, self._roots.paths, self._mode, self._crowded)

    async def _follow(self, plan: Plan) -> None:
        await self._watches.aclose()
        self._plan = plan
        for roots, poll_secs in ((plan.told, None), (plan.polled, self._poll_secs)):
            if roots:
                watch = Watch(roots, self._told.put_nowait, poll_secs=poll_secs)
                self._watches.push_async_callback(watch.close)


def _plan(roots: Sequence[str], mode: Mode, crowded: bool) -> Plan:
    return make_plan(roots, mode, read_mounts(), is_there=os.path.isdir, crowded=crowded)
