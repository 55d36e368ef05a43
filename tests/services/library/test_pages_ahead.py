"""A pass reads ahead: the next page is asked for and compared while the one before it is being stored."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from ktv_host.db.engine.database import Database
from ktv_host.db.library.reading import LibrarySearch
from ktv_host.db.library.writing import Changes, LibraryRepository
from ktv_host.domain.filter import MediaFilter
from ktv_host.domain.sync import SyncReport
from ktv_host.hooks import MediaItem, Page
from ktv_host.services.library.sync_pass import SyncWish
from ktv_host.services.library.syncing import LibrarySync
from ktv_host.testing import FakeProvider, sample_items

FIRST, SECOND, THIRD = sample_items()[:3]
RENAMED = replace(FIRST, title="Renamed", genres=("Horror",))


class HeldLibrary(LibraryRepository):
    """Stores nothing until it is ``released``. ``compared`` counts the pages whose comparison is done."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.released = asyncio.Event()
        self.compared: asyncio.Queue[None] = asyncio.Queue()

    async def compare(self, *of: Any, **more: Any) -> Changes:
        changes = await super().compare(*of, **more)
        self.compared.put_nowait(None)
        return changes

    async def write(self, changes: Changes, now: datetime) -> None:
        await self.released.wait()
        await super().write(changes, now)


class Bench:
    """A provider that lists the pages it is given, and a library that can be held."""

    def __init__(self, desk: Any, provider: FakeProvider) -> None:
        self._provider = provider
        self._search = LibrarySearch(desk.database)
        self.library = HeldLibrary(desk.database)
        self._syncing: LibrarySync = desk.syncing(library=self.library)

    async def sync(self, *pages: Sequence[MediaItem]) -> SyncReport:
        """Nothing is held."""
        self._list(pages)
        self.library.released.set()
        return await self._syncing.run("one", SyncWish(full=True))

    @asynccontextmanager
    async def held(self, *pages: Sequence[MediaItem]) -> AsyncIterator[asyncio.Task[SyncReport]]:
        """A pass that has read as far as it goes while nothing of its first page is stored; it ends behind this."""
        self._list(pages)
        self.library.released.clear()
        self.library.compared = asyncio.Queue()
        running = asyncio.create_task(self._syncing.run("one", SyncWish(full=True)))
        for _ in range(2):
            await asyncio.wait_for(self.library.compared.get(), 10)
        yield running
        self.library.released.set()
        await running

    async def stored(self) -> dict[str, MediaItem]:
        return {item.media.key: item.media for item in await self._search.items(MediaFilter())}

    async def found(self, text: str) -> list[str]:
        items, _ = await self._search.find(MediaFilter(search_term=text))
        return [item.media.key for item in items]

    def _list(self, pages: Sequence[Sequence[MediaItem]]) -> None:
        async def scan(cursor: str | None = None, since: str | None = None) -> Page:
            assert since is None
            number = int(cursor or 0)
            return Page(items=pages[number], next=str(number + 1) if number + 1 < len(pages) else None)

        self._provider.scan = scan  # type: ignore[method-assign]


@pytest.fixture
async def bench(desk: Any) -> Bench:
    return Bench(desk, await desk.open())


async def test_the_next_page_is_compared_before_the_one_before_is_stored(bench: Bench) -> None:
    async with bench.held([FIRST], [SECOND], [THIRD]):
        assert await bench.stored() == {}
    assert await bench.stored() == {item.key: item for item in (FIRST, SECOND, THIRD)}


async def test_of_a_new_item_on_two_pages_the_last_listing_is_stored(bench: Bench) -> None:
    async with bench.held([FIRST, SECOND], [RENAMED]) as running:
        pass
    report = running.result()
    assert (report.seen, report.added, report.updated) == (2, 2, 1)
    assert await bench.stored() == {FIRST.key: RENAMED, SECOND.key: SECOND}
    assert await bench.found("renamed") == [FIRST.key]


async def test_of_a_known_item_on_two_pages_the_last_listing_is_stored(bench: Bench) -> None:
    """It is what was there all along, and the first page has overwritten it."""
    await bench.sync([RENAMED, SECOND])
    async with bench.held([FIRST, SECOND], [RENAMED]):
        assert await bench.stored() == {FIRST.key: RENAMED, SECOND.key: SECOND}
    assert await bench.stored() == {FIRST.key: RENAMED, SECOND.key: SECOND}
    assert await bench.found("renamed") == [FIRST.key]
    assert await bench.found(FIRST.title) == []


async def test_an_item_listed_alike_on_two_pages_is_stored_once(bench: Bench) -> None:
    async with bench.held([FIRST], [FIRST, SECOND]) as running:
        pass
    report = running.result()
    assert (report.seen, report.added, report.updated) == (2, 2, 0)
    assert await bench.stored() == {FIRST.key: FIRST, SECOND.key: SECOND}
