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
from ktv_localfiles.watching.poll import Poll
from ktv_localfiles.watching.watch import Ended, Told, Watch

_REST_SECS = 30.0  # after a watch that could not be had
_REPLAN_SECS = 5.0
# After a name that stood in the way of events. A file with one may be done with; a folder is met again and again.
_NAME_REST_SECS, _EVENTS_AGAIN_SECS = 60.0, 900.0


@dataclass(frozen=True, slots=True)
class Change:
    """Paths that appeared, changed or went; ``unseen`` says why there may be more: look at everything."""

    paths: frozenset[str]
    unseen: str = ""


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
        self._name_met = float("-inf")
        self._no_events_until = 0.0
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
        unseen = await self._replan()
        return Change(paths, unseen) if paths or unseen else None

    async def close(self) -> None:
        """Nothing is watched any more; whoever waits in ``next`` is answered when its patience ends."""
        self.closed = True
        await self._watches.aclose()

    def _rest(self, ended: Ended) -> None:
        """Nothing watches any more; the next plan starts afresh, by polling where events cannot be had."""
        now = asyncio.get_running_loop().time()
        if ended.cause == "name":
            self._next_plan = 0.0
            if now - self._name_met < _NAME_REST_SECS:
                if not self._no_events_until:
                    self._logger.warning(
                        "local files are polled: a name that is not valid UTF-8 is in the way; rename it",
                        reason=ended.reason,
                    )
                self._no_events_until = now + _EVENTS_AGAIN_SECS
            self._name_met = now
        elif ended.cause == "crowded" and not self._crowded:
            self._crowded = True
            self._next_plan = 0.0
            self._logger.warning(
                "local files are polled: the system allows no more watches; raise fs.inotify.max_user_watches",
                reason=ended.reason,
            )
        else:
            self._logger.warning("local files are not watched at the moment", reason=ended.reason)
            self._next_plan = now + _REST_SECS
        self._plan = None

    async def _replan(self) -> str:
        """Follow the mounts. Says why something may have changed unseen: a disk came or went, a watch had ended."""
        now = asyncio.get_running_loop().time()
        if self.closed or now < self._next_plan:
            return ""
        self._next_plan = now + _REPLAN_SECS
        plan = await self._planned()
        if plan == self._plan:
            return ""
        before = self._plan
        await self._follow(plan)
        moved = before is not None and (before.mounts, before.absent) != (plan.mounts, plan.absent)
        return "a disk came or went" if moved else "the folders were not watched for a moment"

    async def _planned(self) -> Plan:
        no_events = self._crowded or asyncio.get_running_loop().time() < self._no_events_until
        return await asyncio.to_thread(_plan, self._roots.paths, self._mode, no_events)

    async def _follow(self, plan: Plan) -> None:
        await self._watches.aclose()
        self._plan = plan
        if plan.told:
            self._watches.push_async_callback(Watch(plan.told, self._told.put_nowait).close)
        if plan.polled:
            self._watches.push_async_callback(Poll(plan.polled, self._told.put_nowait, secs=self._poll_secs).close)


def _plan(roots: Sequence[str], mode: Mode, no_events: bool) -> Plan:
    return make_plan(roots, mode, read_mounts(), is_there=os.path.isdir, no_events=no_events)
