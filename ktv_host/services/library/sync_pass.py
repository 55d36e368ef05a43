"""One pass over a provider instance into the host's index."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from ktv_host.db.library.sync_memory import SyncMemoryRepository
from ktv_host.db.library.sync_passes import SyncPassRepository
from ktv_host.db.library.writing import Changes, LibraryRepository
from ktv_host.domain.removal import judge
from ktv_host.domain.sync import PassState, SyncMemory, SyncPhase, SyncReport
from ktv_host.errors import CapabilityMissing, Conflict, ProviderUnavailable
from ktv_host.hooks import Clock, Collection, Logger, Page, Provider
from ktv_host.registry.instances import Instances

COMPLETE_EVERY = timedelta(hours=24)
RESUMABLE = timedelta(hours=12)  # an older pass would go on in another library than it began in
OVERLAP = timedelta(minutes=5)  # clocks differ, and a server writes down a change after it happened

Ask = Callable[[Provider, str | None], Awaitable[Page]]


@dataclass(frozen=True, slots=True)
class SyncWish:
    """``full``: have everything described again. ``accept_removals``: believe it when many items vanished.

    ``rescan``: have the provider look at its own media first; then a complete pass, in which it may name what is
    unchanged.
    """

    full: bool = False
    accept_removals: bool = False
    rescan: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PassParts:
    """What passes over all instances share."""

    library: LibraryRepository
    passes: SyncPassRepository
    memories: SyncMemoryRepository
    instances: Instances
    transaction: Callable[[], AbstractAsyncContextManager[Any]]
    clock: Clock
    logger: Logger


class SyncPass:
    """A complete pass when one is due, or unfinished; else what changed, and a sweep for what is gone.

    After every page the pass is on record: a restart goes on with the next one. What a page describes is stored at
    once; only the end of a pass takes anything for gone. So a pass that fails leaves nothing wrong behind.
    """

    def __init__(self, parts: PassParts, instance_id: str, wish: SyncWish) -> None:
        self._parts = parts
        self._id = instance_id
        self._wish = wish
        self._state = PassState(started_at=parts.clock(), phase=SyncPhase.LISTING)

    @property
    def state(self) -> PassState:
        """How far it is, or came."""
        return self._state

    async def run(self) -> SyncReport:
        """Raises what the provider raises, and Conflict when the instance was changed meanwhile."""
        memory = await self._parts.memories.get(self._id)
        if self._wish.rescan:
            with self._parts.instances.using(self._id) as provider:
                await provider.rescan()
        if self._wish.full:
            memory = replace(memory, token=None)
        if self._wish.full or self._wish.rescan:
            await self._parts.passes.drop(self._id)
        unfinished = await self._unfinished()
        if unfinished is None and not self._complete_is_due(memory):
            report = await self._changes(memory)
            if report is not None:
                return report
        return await self._complete(memory, unfinished)

    async def _unfinished(self) -> PassState | None:
        state = await self._parts.passes.get(self._id)
        if state is None or state.cursor is None:
            return None
        return replace(state, phase=SyncPhase.LISTING) if self._parts.clock() - state.started_at < RESUMABLE else None

    def _complete_is_due(self, memory: SyncMemory) -> bool:
        if memory.completed_at is None or memory.synced_at is None or self._wish.full or self._wish.rescan:
            return True
        return self._parts.clock() - memory.completed_at >= COMPLETE_EVERY

    async def _complete(self, memory: SyncMemory, unfinished: PassState | None) -> SyncReport:
        if unfinished is None:
            await self._begin(SyncPhase.LISTING, since=memory.token)
        else:
            self._state = unfinished
        since = self._state.since
        pages = self._ahead(self._state.cursor, lambda provider, cursor: provider.scan(cursor, since))
        page = Page()
        async with aclosing(pages):
            async for page, changes in pages:
                await self._take(page, changes)
        await self._advance(replace(self._state, phase=SyncPhase.SWEEPING))
        present = await self._parts.library.count_present(self._id)
        missing = await self._parts.passes.missing(self._id)
        if missing and not page.certain:
            missing -= await self._listed(missing)
        seen = await self._parts.passes.seen(self._id)
        learnt = SyncMemory(
            token=page.token, completed_at=self._state.started_at, synced_at=self._state.started_at, doubt=memory.doubt
        )
        return await self._finish(replace(self._state, seen=seen), learnt, missing, present, certain=page.certain)

    async def _changes(self, memory: SyncMemory) -> SyncReport | None:
        """None when the provider cannot tell, or told less than there is: then a complete pass has to follow."""
        await self._begin(SyncPhase.CHANGES)
        assert memory.synced_at is not None
        missing: set[str] | None = None
        try:
            for _ in range(2):  # what appeared between the list of changes and the sweep is in the next list
                await self._list_changes(memory.synced_at - OVERLAP)
                await self._advance(replace(self._state, phase=SyncPhase.SWEEPING))
                present = await self._parts.library.present_keys(self._id)
                missing = await self._sweep(present)
                if missing is not None:
                    break
        except CapabilityMissing:
            return None
        if missing is None:
            return None
        learnt = replace(memory, synced_at=self._state.started_at)
        return await self._finish(self._state, learnt, missing, len(present), certain=False)

    async def _list_changes(self, since: datetime) -> None:
        pages = self._ahead(None, lambda provider, cursor: provider.changes(since, cursor))
        async with aclosing(pages):
            async for page, changes in pages:
                await self._take(page, changes, keep_keys=False)

    async def _ahead(self, cursor: str | None, ask: Ask) -> AsyncGenerator[tuple[Page, Changes], None]:
        """Page by page, to the last. The next one is asked for and compared while whoever reads stores this one."""
        coming = asyncio.create_task(self._page(cursor, ask))
        try:
            while True:
                page, changes = await coming
                if page.next is None:
                    yield page, changes
                    return
                # an item on both pages is to be compared with what this one makes of it
                coming = asyncio.create_task(self._page(page.next, ask, after=changes))
                yield page, changes
        finally:
            coming.cancel()  # its failure, if it failed meanwhile, is that of a page nobody asks for
            await asyncio.gather(coming, return_exceptions=True)

    async def _page(self, cursor: str | None, ask: Ask, after: Changes | None = None) -> tuple[Page, Changes]:
        with self._parts.instances.using(self._id) as provider:
            page = await ask(provider, cursor)
        if page.next is not None and page.next == cursor:
            raise ProviderUnavailable(f"the pass over {self._id} does not get beyond the cursor {cursor!r}")
        return page, await self._parts.library.compare(self._id, page.items, after)

    async def _sweep(self, present: set[str]) -> set[str] | None:
        """Keys of present items that are not listed any more; None when keys are listed that nobody described."""
        missing, unknown = set(present), False
        with self._parts.instances.using(self._id) as provider:
            async for batch in provider.keys():
                missing.difference_update(batch)
                unknown = unknown or not present.issuperset(batch)
        return None if unknown else missing

    async def _listed(self, missing: set[str]) -> set[str]:
        """Which of these keys the provider still has: items move between pages while a pass goes on."""
        listed: set[str] = set()
        try:
            with self._parts.instances.using(self._id) as provider:
                async for batch in provider.keys():
                    listed.update(missing.intersection(batch))
        except CapabilityMissing:
            return set()
        return listed

    async def _begin(self, phase: SyncPhase, since: str | None = None) -> None:
        self._state = PassState(started_at=self._parts.clock(), phase=phase, since=since)
        await self._parts.passes.begin(self._id, self._state)

    async def _take(self, page: Page, changes: Changes, *, keep_keys: bool = True) -> None:
        library, added, updated = self._parts.library, changes.count.added, changes.count.updated
        keys = [*(item.key for item in page.items), *page.unchanged]
        async with self._parts.transaction():  # of an instance that was deleted meanwhile nothing is stored
            await library.write(changes, self._parts.clock())
            if page.unchanged:
                updated += await library.revive(self._id, page.unchanged)
            state = self._state
            after = replace(
                state,
                # of the last page the cursor stays: a restart lists it once more and comes to the end
                cursor=state.cursor if page.next is None or not keep_keys else page.next,
                pages=state.pages + 1,
                seen=state.seen + len(keys),
                added=state.added + added,
                updated=state.updated + updated,
                total=state.total if page.total is None else page.total,
            )
            await self._record(after, keys if keep_keys else ())
        self._state = after

    async def _advance(self, state: PassState) -> None:
        await self._record(state)
        self._state = state

    async def _record(self, state: PassState, keys: Sequence[str] = ()) -> None:
        if not await self._parts.passes.advance(self._id, state, keys):
            raise Conflict(f"the instance {self._id} was changed during the sync")

    async def _finish(
        self, state: PassState, learnt: SyncMemory, missing: set[str], present: int, *, certain: bool
    ) -> SyncReport:
        now = self._parts.clock()
        finishing = replace(state, phase=SyncPhase.FINISHING)
        await self._advance(finishing)
        collections = await self._collections()
        verdict = judge(
            present=present,
            missing=missing,
            believed=certain or self._wish.accept_removals,
            doubt=learnt.doubt,
            now=now,
        )
        async with self._parts.transaction():
            if verdict.gone:
                await self._parts.library.mark_gone(self._id, verdict.gone, now)
            await self._parts.library.replace_collections(self._id, collections)
            await self._parts.memories.save(self._id, replace(learnt, doubt=verdict.doubt))
            await self._record(finishing)
            await self._parts.passes.drop(self._id)
        held_back = len(missing) - len(verdict.gone)
        if held_back:
            self._parts.logger.warning("removals held back", instance=self._id, missing=held_back, present=present)
        return SyncReport(state.seen, state.added, state.updated, len(verdict.gone), held_back)

    async def _collections(self) -> Sequence[Collection]:
        try:
            with self._parts.instances.using(self._id) as provider:
                return await provider.collections()
        except CapabilityMissing:
            return ()
