"""Plans of items: made once for each content, in time for the playlist, and not tried again at once when they fail."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from ktv_host.domain.media import MediaSource
from ktv_host.errors import KtvError, Unavailable
from ktv_host.hooks import Clock, Logger
from ktv_host.services.live.watching import Watching
from ktv_host.streaming.modes import Mode, Profile
from ktv_host.streaming.plans import Plan, Planner

DEADLINE_SECS = 5.0  # a playlist must not wait longer; what is late is slate first and comes in a row or two
AGAIN = timedelta(seconds=60)
AGAIN_SOON = timedelta(seconds=15)  # a server that does not answer may be back
KNOWN = 1000

SourceOf = Callable[[str], Awaitable[MediaSource]]


@dataclass(frozen=True, slots=True)
class _Failed:
    reason: str
    until: datetime


class ItemPlans:
    def __init__(
        self,
        planner: Planner,
        source: SourceOf,
        watching: Watching,
        clock: Clock,
        logger: Logger,
        *,
        profile: Profile | None = None,
        deadline: float = DEADLINE_SECS,
    ) -> None:
        self._planner = planner
        self._source = source
        self._watching = watching
        self._clock = clock
        self._logger = logger
        self._profile = profile or Profile()
        self._deadline = deadline
        self._known: OrderedDict[str, Plan] = OrderedDict()
        self._failed: dict[str, _Failed] = {}
        self._making: dict[str, asyncio.Task[Plan]] = {}

    async def copyable(self, media_ids: Collection[str]) -> Mapping[str, Plan]:
        """By media id, within seconds. What is missing airs slate: unreadable, not to be copied, or late."""
        tasks = {media_id: self._task(media_id) for media_id in set(media_ids) if not self._has_failed(media_id)}
        if tasks:
            await asyncio.wait(tasks.values(), timeout=self._deadline)
        plans = {media_id: task.result() for media_id, task in tasks.items() if task.done() and _succeeded(task)}
        return {media_id: plan for media_id, plan in plans.items() if plan.mode is Mode.COPY}

    async def close(self) -> None:
        tasks = list(self._making.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _has_failed(self, media_id: str) -> bool:
        failed = self._failed.get(media_id)
        return failed is not None and failed.until > self._clock()

    def _task(self, media_id: str) -> asyncio.Task[Plan]:
        task = self._making.get(media_id)
        if task is None:
            task = self._making[media_id] = asyncio.create_task(self._plan(media_id))
            task.add_done_callback(lambda done: self._made(media_id, done))
        return task

    async def _plan(self, media_id: str) -> Plan:
        source = await self._source(media_id)
        known = self._known.get(media_id)
        if known is not None and await self._planner.asset(source) == known.asset:
            return known
        return await self._planner.plan(source, self._profile)

    def _made(self, media_id: str, task: asyncio.Task[Plan]) -> None:
        del self._making[media_id]
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            self._failed.pop(media_id, None)
            self._remember(media_id, task.result())
        elif isinstance(error, KtvError):
            self._fail(media_id, error.message, AGAIN_SOON if isinstance(error, Unavailable) else AGAIN)
        else:
            self._logger.error("an item cannot be planned", item=media_id, exc_info=error)
            self._fail(media_id, type(error).__name__, AGAIN)

    def _remember(self, media_id: str, plan: Plan) -> None:
        if plan.mode is not Mode.COPY and plan is not self._known.get(media_id):
            self._logger.info("item airs slate", item=media_id, reason=plan.reason)
            self._watching.trouble(plan.reason, item_id=media_id)
        self._known[media_id] = plan
        self._known.move_to_end(media_id)
        while len(self._known) > KNOWN:
            self._known.popitem(last=False)

    def _fail(self, media_id: str, reason: str, pause: timedelta) -> None:
        self._logger.warning("item airs slate", item=media_id, reason=reason)
        self._watching.trouble(reason, item_id=media_id)
        now = self._clock()
        self._failed = {key: failed for key, failed in self._failed.items() if failed.until > now}
        self._failed[media_id] = _Failed(reason, now + pause)


def _succeeded(task: asyncio.Task[Plan]) -> bool:
    with suppress(asyncio.CancelledError):
        return task.exception() is None
    return False
