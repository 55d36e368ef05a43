"""Library sync: passes over provider instances into the host's own index."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ktv_host.db.leases import LeaseRepository
from ktv_host.db.library import LibraryRepository
from ktv_host.db.settings import SettingRepository
from ktv_host.db.sync_log import SyncLogRepository
from ktv_host.domain.events import EventKind
from ktv_host.domain.removal import Doubt, may_remove
from ktv_host.domain.sync import SyncLog
from ktv_host.errors import CapabilityMissing, Conflict, KtvError
from ktv_host.hooks import Clock, Logger, Page, Provider
from ktv_host.registry.instances import Instances
from ktv_host.services.activity import Activity

LEASE = timedelta(minutes=10)
KEEP_GONE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a complete pass found. ``held_back`` items look removed but wait for a second pass."""

    seen: int
    added: int
    updated: int
    gone: int
    held_back: int = 0


@dataclass(frozen=True, slots=True)
class SyncProgress:
    started_at: datetime
    seen: int
    total: int | None


class LibrarySync:
    def __init__(
        self,
        *,
        library: LibraryRepository,
        log: SyncLogRepository,
        settings: SettingRepository,
        leases: LeaseRepository,
        instances: Instances,
        activity: Activity,
        clock: Clock,
        logger: Logger,
        holder: str,
        interval: timedelta,
    ) -> None:
        self._library = library
        self._log = log
        self._settings = settings
        self._leases = leases
        self._instances = instances
        self._activity = activity
        self._clock = clock
        self._logger = logger
        self._holder = holder
        self._interval = interval
        self._running: dict[str, asyncio.Task[SyncReport]] = {}
        self._progress: dict[str, SyncProgress] = {}

    def request(self, instance_id: str) -> None:
        """Sync soon, in the background; a running pass is enough."""
        if instance_id not in self._running:
            self._start(instance_id, full=False, accept_removals=False).add_done_callback(self._log_failure)

    async def run(self, instance_id: str, *, full: bool = False, accept_removals: bool = False) -> SyncReport:
        """Sync now and wait. Joins a pass that is running, unless it was asked for more than that one does.

        ``full`` has the provider look at everything again. Raises what the provider raises.
        """
        running = self._running.get(instance_id)
        if running is not None:
            if not full and not accept_removals:
                return await asyncio.shield(running)
            await asyncio.wait([running])
        return await asyncio.shield(self._start(instance_id, full=full, accept_removals=accept_removals))

    async def due(self) -> None:
        """Start a pass for every ready instance whose last one is older than the interval."""
        latest = await self._log.latest()
        for status in self._instances.statuses():
            last = latest.get(status.id)
            if status.state == "READY" and (last is None or self._clock() - last.started_at >= self._interval):
                self.request(status.id)

    async def purge(self) -> None:
        await self._library.purge_gone(self._clock() - KEEP_GONE)

    def progress(self) -> Mapping[str, SyncProgress]:
        return dict(self._progress)

    async def latest(self) -> Mapping[str, SyncLog]:
        return await self._log.latest()

    async def forget(self, instance_id: str) -> None:
        """Drop the memory of former passes: the next one describes everything again."""
        await self._settings.set(f"sync:{instance_id}:token", None)
        await self._settings.set(f"sync:{instance_id}:doubt", None)

    async def close(self) -> None:
        for task in list(self._running.values()):
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    def _start(self, instance_id: str, *, full: bool, accept_removals: bool) -> asyncio.Task[SyncReport]:
        task = asyncio.create_task(self._pass(instance_id, full, accept_removals), name=f"sync {instance_id}")
        self._running[instance_id] = task
        task.add_done_callback(lambda done: self._ended(instance_id, done))
        return task

    def _ended(self, instance_id: str, task: asyncio.Task[SyncReport]) -> None:
        if self._running.get(instance_id) is task:
            del self._running[instance_id]
            self._progress.pop(instance_id, None)

    def _log_failure(self, task: asyncio.Task[SyncReport]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self._logger.warning("library sync failed", task=task.get_name(), error=str(error))

    async def _pass(self, instance_id: str, full: bool, accept_removals: bool) -> SyncReport:
        provider = self._instances.get(instance_id)
        lease = f"sync:{instance_id}"
        if not await self._leases.acquire(lease, self._holder, LEASE, self._clock()):
            raise Conflict(f"another process is syncing {instance_id} at this moment")
        started = self._clock()
        log_id = await self._log.start(instance_id, started)
        tally = _Tally(started)
        try:
            report = await self._walk(instance_id, provider, tally, full=full, accept_removals=accept_removals)
        except BaseException as error:
            reason = error.message if isinstance(error, KtvError) else repr(error)
            await asyncio.shield(self._failed(log_id, instance_id, tally, reason))
            raise
        finally:
            await asyncio.shield(self._leases.release(lease, self._holder))
        await self._log.finish(
            log_id, self._clock(), "ok", report.seen, report.added, report.updated, report.gone, None
        )
        if report.added or report.updated or report.gone:
            await self._activity.record(
                EventKind.LIBRARY_SYNCED,
                f"{instance_id}: {report.added} new, {report.updated} changed, {report.gone} gone",
                data={"instance": instance_id},
            )
        return report

    async def _failed(self, log_id: int, instance_id: str, tally: "_Tally", reason: str) -> None:
        await self._log.finish(log_id, self._clock(), "failed", len(tally.seen), tally.added, tally.updated, 0, reason)
        await self._activity.record(
            EventKind.LIBRARY_SYNC_FAILED, f"{instance_id}: {reason}", data={"instance": instance_id}
        )

    async def _walk(
        self, instance_id: str, provider: Provider, tally: "_Tally", *, full: bool, accept_removals: bool
    ) -> SyncReport:
        if full:
            await provider.rescan()
        token_key = f"sync:{instance_id}:token"
        since = None if full else await self._settings.get(token_key)
        present = await self._library.present_keys(instance_id)
        cursor: str | None = None
        while True:
            page = await provider.scan(cursor, since)
            await self._take(instance_id, page, tally, present)
            if page.next is None:
                break
            cursor = page.next
            await self._leases.acquire(f"sync:{instance_id}", self._holder, LEASE, self._clock())
        await self._replace_collections(instance_id, provider)
        gone, held_back = await self._remove(
            instance_id, present - tally.seen, len(present), certain=page.certain, accepted=accept_removals
        )
        await self._settings.set(token_key, page.token)
        return SyncReport(len(tally.seen), tally.added, tally.updated, gone, held_back)

    async def _take(self, instance_id: str, page: Page, tally: "_Tally", present: set[str]) -> None:
        if page.items:
            count = await self._library.upsert(instance_id, page.items, self._clock())
            tally.added += count.added
            tally.updated += count.updated
            tally.seen.update(item.key for item in page.items)
        if page.unchanged:
            tally.seen.update(page.unchanged)
            returned = [key for key in page.unchanged if key not in present]
            if returned:
                await self._library.revive(instance_id, returned)
        self._progress[instance_id] = SyncProgress(tally.started, len(tally.seen), page.total)

    async def _remove(
        self, instance_id: str, missing: set[str], present: int, *, certain: bool, accepted: bool
    ) -> tuple[int, int]:
        doubt_key = f"sync:{instance_id}:doubt"
        stored = await self._settings.get(doubt_key)
        doubt = Doubt(datetime.fromisoformat(stored["since"]), stored["missing"]) if stored else None
        now = self._clock()
        if not may_remove(
            present=present, missing=len(missing), certain=certain, accepted=accepted, doubt=doubt, now=now
        ):
            if doubt is None:
                await self._settings.set(doubt_key, {"since": now.isoformat(), "missing": len(missing)})
            self._logger.warning("removals held back", instance=instance_id, missing=len(missing), present=present)
            return 0, len(missing)
        if missing:
            await self._library.mark_gone(instance_id, missing, now)
        if stored:
            await self._settings.set(doubt_key, None)
        return len(missing), 0

    async def _replace_collections(self, instance_id: str, provider: Provider) -> None:
        try:
            collections = await provider.collections()
        except CapabilityMissing:
            collections = ()
        await self._library.replace_collections(instance_id, collections)


class _Tally:
    """What a running pass has seen so far."""

    def __init__(self, started: datetime) -> None:
        self.started = started
        self.seen: set[str] = set()
        self.added = 0
        self.updated = 0
