"""One open instance: folders of video as a library."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from operator import itemgetter

from ktv_host.hooks import (
    Artwork,
    CapabilityMissing,
    Collection,
    Hint,
    ItemDetails,
    LocalFile,
    MediaGone,
    MediaSource,
    Page,
    PluginContext,
    Problem,
    Provider,
    ProviderUnavailable,
)
from ktv_localfiles.artwork.pictures import Pictures
from ktv_localfiles.artwork.thumbnails import Thumbnails
from ktv_localfiles.chapters import details_of
from ktv_localfiles.config import LocalFilesConfig, walk_rules
from ktv_localfiles.index import File, Index
from ktv_localfiles.scanning.arrivals import Arrivals
from ktv_localfiles.scanning.catalogue import Catalogue
from ktv_localfiles.scanning.describer import Describer
from ktv_localfiles.scanning.guessing import Guesser
from ktv_localfiles.scanning.notetaking import NoteTaker
from ktv_localfiles.scanning.opener import Opener
from ktv_localfiles.scanning.roots import Roots, printable, set_id
from ktv_localfiles.scanning.snapshot import Notice, Snapshot
from ktv_localfiles.scanning.sweep import Sweep, begin, emptied_root, read_token, respelled
from ktv_localfiles.scanning.walk import walk
from ktv_localfiles.watching.hints import give_hints
from ktv_localfiles.watching.watcher import Watcher

_KEEP_MISSING = timedelta(days=90)  # a file that comes back within that time, under whatever name, keeps its key


class LocalFilesProvider(Provider):
    def __init__(self, ctx: PluginContext, config: LocalFilesConfig) -> None:
        self._ctx = ctx
        self._config = config
        self._roots = Roots(tuple(config.roots))
        self._rules = walk_rules(config)
        self._index = Index(ctx.db, ctx.instance_id)
        self._arrivals = Arrivals(ctx.clock)
        notes = NoteTaker(self._roots, Guesser(ctx.workers))
        describer = Describer(self._roots, frames=config.thumbnails)
        opener = Opener(ctx.instance_id, self._roots, ctx.probe, notes, self._arrivals, describer)
        self._catalogue = Catalogue(self._index, opener, notes, self._arrivals, describer)
        thumbnails = Thumbnails(ctx.folder / "thumbnails", ctx.workers) if config.thumbnails else None
        self._pictures = Pictures(self._roots, thumbnails)
        self._watchers: set[Watcher] = set()
        self._scanning = asyncio.Lock()
        self._sweep: Sweep | None = None
        self._again = False
        self._notices: Sequence[Notice] = ()

    async def scan(self, cursor: str | None = None, since: str | None = None) -> Page:
        """Walks once, when a pass starts; the cursor is the last path of a page."""
        async with self._scanning:
            sweep = self._sweep
            if sweep is None or cursor is None or sweep.since != since:
                self._sweep = None
                sweep = self._sweep = await self._begin(since)
            batch = sweep.take(cursor)
            items = await self._catalogue.bring(sweep, batch)
            if batch.next is not None:
                return Page(items=items, unchanged=batch.unchanged, next=batch.next, total=len(sweep.files))
            await self._finish(sweep)
            return Page(
                items=items,
                unchanged=batch.unchanged,
                token=str(sweep.token),
                certain=sweep.certain,
                total=len(sweep.files),
            )

    async def source(self, key: str) -> MediaSource:
        file = await self._file(key)
        await asyncio.to_thread(self._roots.open_file, file.path)
        return LocalFile(file.path)

    async def artwork(self, key: str) -> Artwork | None:
        """A picture beside the file, else one taken out of it at the first request."""
        return await self._pictures.of(key, await self._file(key))

    async def details(self, keys: Sequence[str]) -> Mapping[str, ItemDetails]:
        """The chapters of the files, as they were when they were opened."""
        return {key: details_of(probe) for key, (probe, _) in (await self._index.known(keys)).items()}

    def hints(self) -> AsyncIterator[Hint]:
        if self._config.watch == "off":
            raise CapabilityMissing("this library is configured not to watch its folders")
        return self._hints()

    async def collections(self) -> Sequence[Collection]:
        """Those of the last pass; before the first one, those it is going to find."""
        paths = await self._index.paths() or [seen[0] for seen in (await self._walk()).files]
        folders = await asyncio.to_thread(self._roots.collections, paths)
        sets = {set_id(name): name for name in reversed(await self._index.sets())}
        return [*folders, *(Collection(key, name, "set") for key, name in sorted(sets.items(), key=itemgetter(1)))]

    async def rescan(self) -> None:
        """The next pass opens again what could not be used, and believes in a folder that became empty."""
        self._again = True

    async def problems(self) -> Sequence[Problem]:
        found = dict(await self._index.problems()) | {notice.path: notice.reason for notice in self._notices}
        return [Problem(printable(self._roots.shown(path)), reason) for path, reason in sorted(found.items())]

    async def close(self) -> None:
        self._sweep = None
        for watcher in tuple(self._watchers):
            await watcher.close()

    async def _hints(self) -> AsyncIterator[Hint]:
        config = self._config
        watcher = Watcher(self._roots, self._rules.extensions, config.watch, config.poll_secs, self._ctx.logger)
        self._watchers.add(watcher)
        try:
            async for hint in give_hints(watcher, self._roots, self._arrivals, self._ctx.clock):
                yield hint
        finally:
            self._watchers.discard(watcher)

    async def _walk(self) -> Snapshot:
        return await asyncio.to_thread(walk, self._roots, self._rules)

    async def _begin(self, since: str | None) -> Sweep:
        last = await self._index.last()
        known = await self._index.load(read_token(since).number)
        again, self._again = self._again, False  # asked for once: what it is told now is the answer
        found = await self._walk()
        emptied = emptied_root(self._roots, found, known)
        if emptied is not None and not again:
            raise ProviderUnavailable(
                f"the folder {emptied} is empty, but it held videos before; is its disk mounted?"
                " If it was emptied on purpose, ask for a rescan."
            )
        spellings, known = respelled(found, known)
        if spellings:
            await self._index.respell(spellings)
        self._arrivals.begin()
        return begin(self._roots, found, known, last=last, since=since, again=again)

    async def _finish(self, sweep: Sweep) -> None:
        now = self._ctx.clock()
        vanished = sweep.vanished()
        await self._index.mark_missing(vanished, now)
        if len(vanished) < len(sweep.departed):  # some were missing before
            await self._index.purge(now - _KEEP_MISSING)
        self._notices = sweep.notices
        self._arrivals.finish()
        self._sweep = None
        self._ctx.logger.info(
            "local files scanned", files=len(sweep.files), vanished=len(vanished), notices=len(sweep.notices)
        )

    async def _file(self, key: str) -> File:
        found = await self._index.file(key)
        if found is None:
            raise MediaGone("this library has no such file")
        if self._roots.of(found.path) is None:
            raise MediaGone("its folder is no longer part of this library")
        return found
