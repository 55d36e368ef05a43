"""One open instance: folders of video as a library."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import PurePath

from ktv_host.hooks import (
    Artwork,
    Collection,
    LocalFile,
    MediaGone,
    MediaSource,
    Page,
    PluginContext,
    Problem,
    Provider,
    ProviderUnavailable,
)
from ktv_localfiles.config import LocalFilesConfig
from ktv_localfiles.index import Index
from ktv_localfiles.scanning.catalogue import Catalogue
from ktv_localfiles.scanning.roots import Roots
from ktv_localfiles.scanning.sweep import Sweep, begin, emptied_root, read_token
from ktv_localfiles.scanning.walk import Notice, Snapshot, walk

_KEEP_MISSING = timedelta(days=90)  # a file that comes back within that time, under whatever name, keeps its key
_PICTURE_TYPES = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}


class LocalFilesProvider(Provider):
    def __init__(self, ctx: PluginContext, config: LocalFilesConfig) -> None:
        self._ctx = ctx
        self._roots = Roots(tuple(config.roots))
        self._extensions = frozenset(config.extensions)
        self._follow_symlinks = config.follow_symlinks
        self._index = Index(ctx.db, ctx.instance_id)
        self._catalogue = Catalogue(ctx.instance_id, self._roots, self._index, ctx.probe)
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
        path, _ = await self._file(key)
        await asyncio.to_thread(self._roots.open_file, path)
        return LocalFile(path)

    async def artwork(self, key: str) -> Artwork | None:
        path, picture = await self._file(key)
        if picture is None:
            return None
        beside = PurePath(path).with_name(picture)
        try:
            await asyncio.to_thread(self._roots.open_file, str(beside))
        except MediaGone:
            return None
        return Artwork(LocalFile(str(beside)), _PICTURE_TYPES[beside.suffix.lower()])

    async def collections(self) -> Sequence[Collection]:
        """Those of the last pass; before the first one, those it is going to find."""
        paths = await self._index.paths() or [seen[0] for seen in (await self._walk()).files]
        return await asyncio.to_thread(self._roots.collections, paths)

    async def rescan(self) -> None:
        """The next pass opens again what could not be used, and believes in a folder that became empty."""
        self._again = True

    async def problems(self) -> Sequence[Problem]:
        found = dict(await self._index.problems()) | {notice.path: notice.reason for notice in self._notices}
        return [Problem(self._roots.shown(path), reason) for path, reason in sorted(found.items())]

    async def close(self) -> None:
        self._sweep = None

    async def _walk(self) -> Snapshot:
        return await asyncio.to_thread(walk, self._roots, self._extensions, follow_symlinks=self._follow_symlinks)

    async def _begin(self, since: str | None) -> Sweep:
        last = await self._index.last()
        known = await self._index.load(read_token(since).number)
        again = self._again
        found = await self._walk()
        emptied = emptied_root(self._roots, found, known)
        if emptied is not None and not again:
            raise ProviderUnavailable(
                f"the folder {emptied} is empty, but it held videos before; is its disk mounted?"
                " If it was emptied on purpose, ask for a rescan."
            )
        return begin(self._roots, found, known, last=last, since=since, again=again)

    async def _finish(self, sweep: Sweep) -> None:
        now = self._ctx.clock()
        vanished = sweep.vanished()
        await self._index.mark_missing(vanished, now)
        if len(vanished) < len(sweep.departed):  # some were missing before
            await self._index.purge(now - _KEEP_MISSING)
        self._notices = sweep.notices
        self._sweep = None
        if sweep.again:
            self._again = False
        self._ctx.logger.info(
            "local files scanned", files=len(sweep.files), vanished=len(vanished), notices=len(sweep.notices)
        )

    async def _file(self, key: str) -> tuple[str, str | None]:
        found = await self._index.file(key)
        if found is None:
            raise MediaGone("this library has no such file")
        if self._roots.of(found[0]) is None:
            raise MediaGone("its folder is no longer part of this library")
        return found
