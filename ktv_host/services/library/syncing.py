"""Library sync: when which instance is synced, one pass at a time, and what came of it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from ktv_host.db.library.sync_log import SyncLogRepository
from ktv_host.domain.events import EventKind
from ktv_host.domain.sync import PassState, SyncLog, SyncReport, next_sync
from ktv_host.errors import Conflict, KtvError, ProviderUnavailable
from ktv_host.services.activity import Activity
from ktv_host.services.lease_keeper import LeaseKeeper
from ktv_host.services.library.sync_pass import PassParts, SyncPass, SyncWish

KEEP_GONE = timedelta(days=30)
PLAIN = SyncWish()


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """The pass under way, wherever it runs, and the last one that ended or was cut off.

    ``unfinished`` without ``running`` is a pass that goes on by itself.
    """

    running: bool
    unfinished: PassState | None
    last: SyncLog | None


class LibrarySync:
    def __init__(
        self, parts: PassParts, *, log: SyncLogRepository, keeper: LeaseKeeper, activity: Activity, interval: timedelta
    ) -> None:
        self._parts = parts
        self._log = log
        self._keeper = keeper
        self._activity = activity
        self._interval = interval
        self._running: dict[str, asyncio.Task[SyncReport]] = {}
        self._again: set[str] = set()
        self._closed = False

    def request(self, instance_id: str) -> None:
        """Sync soon, in the background; once more after a pass that is running, which may have missed the reason."""
        if instance_id in self._running:
            self._again.add(instance_id)
        elif not self._closed:
            self._start(instance_id, PLAIN).add_done_callback(self._log_failure)

    async def run(self, instance_id: str, wish: SyncWish = PLAIN) -> SyncReport:
        """Sync now and wait. Joins a pass that is running, unless it was asked for more than that one does.

        Raises KtvError: what the provider raises, Conflict when another process is syncing the instance.
        """
        running = self._running.get(instance_id)
        if running is not None:
            if wish == PLAIN:
                return await asyncio.shield(running)
            await asyncio.wait([running])
        return await asyncio.shield(self._start(instance_id, wish))

    async def run_anew(self, instance_id: str) -> SyncReport:
        """A pass that begins after now: one under way may be past what changed."""
        while (running := self._running.get(instance_id)) is not None:
            await asyncio.wait([running])
        return await self.run(instance_id)

    async def due(self) -> None:
        """Start a pass for every ready instance whose time has come: the interval, a retry, an unfinished pass."""
        in_service = self._parts.instances.ready()
        latest, unfinished = await self._log.latest(), await self._parts.passes.all()
        for status in self._parts.instances.statuses():
            if status.id not in in_service or status.id in self._running:
                continue
            last = latest.get(status.id)
            cut_off = status.id in unfinished and last is not None and last.status != "failed"
            moment = next_sync(last, await self._log.failures(status.id), self._interval)
            if cut_off or moment is None or moment <= self._parts.clock():
                self.request(status.id)

    async def purge(self) -> None:
        await self._parts.library.purge_gone(self._parts.clock() - KEEP_GONE)

    async def latest(self) -> Mapping[str, SyncLog]:
        return await self._log.latest()

    async def statuses(self) -> Mapping[str, SyncStatus]:
        """By instance; of all processes on this database."""
        latest, passes = await self._log.latest(), await self._parts.passes.all()
        return {
            status.id: SyncStatus(
                running=status.id in self._running or await self._keeper.held(_lease(status.id)),
                unfinished=passes.get(status.id),
                last=latest.get(status.id),
            )
            for status in self._parts.instances.statuses()
        }

    async def forget(self, instance_id: str) -> None:
        """Drop the memory of former passes, also the one under way: the next describes everything again."""
        await self._parts.memories.forget(instance_id)
        await self._parts.passes.drop(instance_id)

    async def close(self) -> None:
        """Passes under way end; the next process goes on with them."""
        self._closed = True
        for task in list(self._running.values()):
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    def _start(self, instance_id: str, wish: SyncWish) -> asyncio.Task[SyncReport]:
        task = asyncio.create_task(
            self._keeper.run(_lease(instance_id), lambda: self._pass(instance_id, wish)), name=f"sync {instance_id}"
        )
        self._running[instance_id] = task
        task.add_done_callback(lambda done: self._ended(instance_id, done))
        return task

    def _ended(self, instance_id: str, task: asyncio.Task[SyncReport]) -> None:
        if self._running.get(instance_id) is task:
            del self._running[instance_id]
            if instance_id in self._again:
                self._again.discard(instance_id)
                self.request(instance_id)

    def _log_failure(self, task: asyncio.Task[SyncReport]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self._parts.logger.warning("library sync failed", task=task.get_name(), error=str(error))

    async def _pass(self, instance_id: str, wish: SyncWish) -> SyncReport:
        self._parts.instances.get(instance_id)  # nothing to log when it is not open
        log_id = await self._log.start(instance_id, self._parts.clock())
        going = SyncPass(self._parts, instance_id, wish)
        try:
            report = await going.run()
        except BaseException as error:
            await asyncio.shield(self._failed(log_id, instance_id, going.state, error))
            if isinstance(error, Exception) and not isinstance(error, KtvError):
                raise ProviderUnavailable(f"the plugin failed: {error!r}") from error
            raise
        await self._log.finish(
            log_id, self._parts.clock(), "ok", report.seen, report.added, report.updated, report.gone, None
        )
        if report.added or report.updated or report.gone:
            await self._activity.record(
                EventKind.LIBRARY_SYNCED,
                f"{instance_id}: {report.added} new, {report.updated} changed, {report.gone} gone",
                data={"instance": instance_id},
            )
        return report

    async def _failed(self, log_id: int, instance_id: str, state: PassState, error: BaseException) -> None:
        stopped = isinstance(error, asyncio.CancelledError)
        reason = error.message if isinstance(error, KtvError) else "the host stopped" if stopped else repr(error)
        await self._log.finish(log_id, self._parts.clock(), "failed", state.seen, state.added, state.updated, 0, reason)
        if not stopped and not isinstance(error, Conflict):
            await self._activity.record(
                EventKind.LIBRARY_SYNC_FAILED, f"{instance_id}: {reason}", data={"instance": instance_id}
            )


def _lease(instance_id: str) -> str:
    return f"sync:{instance_id}"
