"""Passes: complete ones that go on where they stopped, and short ones in between."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ktv_host.db.library.reading import LibrarySearch
from ktv_host.db.library.writing import LibraryRepository
from ktv_host.domain.filter import MediaFilter
from ktv_host.errors import CapabilityMissing, Conflict, ProviderUnavailable
from ktv_host.hooks import ContentType, MediaItem, Page
from ktv_host.services.library.sync_pass import SyncWish
from ktv_host.services.library.syncing import LibrarySync
from ktv_host.testing import FakeProvider, FakeProviderType, sample_items

MINUTES = 60
DAY = 86_400
SAMPLE = {item.key for item in sample_items()}
ANOTHER = MediaItem(key="film-9", title="Another", content_type=ContentType.MOVIE, duration_ms=60_000)


class Scans:
    """Records the cursors a provider is asked for; raises ``trouble`` at one of them."""

    def __init__(self, provider: FakeProvider) -> None:
        self.cursors: list[str | None] = []
        self.sinces: list[str | None] = []
        self.trouble: dict[str | None, BaseException] = {}
        self._scan = provider.scan
        provider.scan = self  # type: ignore[method-assign,assignment]

    async def __call__(self, cursor: str | None = None, since: str | None = None) -> Page:
        self.cursors.append(cursor)
        self.sinces.append(since)
        if cursor in self.trouble:
            raise self.trouble[cursor]
        return await self._scan(cursor, since)


@pytest.fixture
async def provider(desk: Any) -> FakeProvider:
    found: FakeProvider = await desk.open()
    return found


@pytest.fixture
def syncing(desk: Any) -> LibrarySync:
    made: LibrarySync = desk.syncing()
    return made


async def titles(desk: Any) -> set[str]:
    found = await LibrarySearch(desk.database).items(MediaFilter(), limit=100)
    return {item.media.title for item in found}


async def test_a_complete_pass_brings_everything(desk: Any, provider: FakeProvider, syncing: LibrarySync) -> None:
    report = await syncing.run("one")
    assert (report.seen, report.added, report.updated, report.gone) == (8, 8, 0, 0)
    assert await desk.keys() == SAMPLE


async def test_the_next_one_names_the_last_and_writes_nothing(provider: FakeProvider, syncing: LibrarySync) -> None:
    await syncing.run("one")
    scans = Scans(provider)
    report = await syncing.run("one")
    assert (report.seen, report.added, report.updated) == (8, 0, 0)
    assert None not in scans.sinces


async def test_after_a_failure_a_pass_goes_on_from_its_last_page(
    desk: Any, provider: FakeProvider, syncing: LibrarySync
) -> None:
    scans = Scans(provider)
    scans.trouble["6"] = ProviderUnavailable("gone away")
    with pytest.raises(ProviderUnavailable):
        await syncing.run("one")
    assert len(await desk.keys()) == 6
    scans.trouble.clear()
    report = await syncing.run("one")
    assert scans.cursors == [None, "3", "6", "6"]
    assert report.seen == 8
    assert await desk.keys() == SAMPLE


async def test_another_process_goes_on_with_a_pass_that_was_cut_off(
    desk: Any, provider: FakeProvider, syncing: LibrarySync
) -> None:
    scans = Scans(provider)
    scans.trouble["3"] = ProviderUnavailable("the power went out")
    with pytest.raises(ProviderUnavailable):
        await syncing.run("one")
    scans.trouble.clear()
    assert (await desk.syncing("after the restart").run("one")).seen == 8
    assert scans.cursors == [None, "3", "3", "6"]


async def test_a_pass_that_was_cut_off_yesterday_begins_anew(
    desk: Any, provider: FakeProvider, syncing: LibrarySync
) -> None:
    scans = Scans(provider)
    scans.trouble["3"] = RuntimeError("a bug, so nobody doubts that the provider is in service")
    with pytest.raises(ProviderUnavailable):
        await syncing.run("one")
    scans.trouble.clear()
    desk.clock.advance(DAY)
    await syncing.run("one")
    assert scans.cursors == [None, "3", None, "3", "6"]


async def test_what_a_failed_pass_did_not_list_is_not_gone(
    desk: Any, provider: FakeProvider, syncing: LibrarySync
) -> None:
    await syncing.run("one")
    provider.items = provider.items[:5]
    scans = Scans(provider)
    scans.trouble["3"] = ProviderUnavailable("down")
    with pytest.raises(ProviderUnavailable):
        await syncing.run("one")
    assert await desk.keys() == SAMPLE


async def test_what_a_complete_pass_no_longer_lists_is_gone_and_may_come_back(
    desk: Any, provider: FakeProvider, syncing: LibrarySync
) -> None:
    await syncing.run("one")
    everything, provider.items = provider.items, provider.items[:5]
    assert (await syncing.run("one")).gone == 3
    assert await desk.keys() == {item.key for item in everything[:5]}
    provider.items = everything
    assert (await syncing.run("one")).updated == 3
    assert await desk.keys() == SAMPLE


async def test_an_item_that_slipped_between_two_pages_is_not_gone(
    desk: Any, provider: FakeProvider, syncing: LibrarySync
) -> None:
    await syncing.run("one")
    scan = provider.scan

    async def slipping(cursor: str | None = None, since: str | None = None) -> Page:
        page = await scan(cursor, None)
        return replace(page, items=page.items[1:])

    provider.scan = slipping  # type: ignore[method-assign]
    assert (await syncing.run("one")).gone == 0
    assert await desk.keys() == SAMPLE


async def test_a_cursor_that_stands_still_ends_the_pass(provider: FakeProvider, syncing: LibrarySync) -> None:
    async def stuck(cursor: str | None = None, since: str | None = None) -> Page:
        return Page(next="same")

    provider.scan = stuck  # type: ignore[method-assign]
    with pytest.raises(ProviderUnavailable, match="does not get beyond"):
        await syncing.run("one")


async def test_a_forgotten_instance_is_described_anew(desk: Any, provider: FakeProvider, syncing: LibrarySync) -> None:
    await syncing.run("one")
    await syncing.forget("one")
    scans = Scans(provider)
    await syncing.run("one")
    assert scans.sinces == [None, None, None]


async def test_a_full_pass_has_everything_described_again(provider: FakeProvider, syncing: LibrarySync) -> None:
    await syncing.run("one")
    scans = Scans(provider)
    assert (await syncing.run("one", SyncWish(full=True))).seen == 8
    assert scans.sinces == [None, None, None]
    assert provider.rescans == 0


async def test_a_rescan_has_the_provider_look_first_and_tell_only_what_changed(
    desk: Any, kind: FakeProviderType, provider: FakeProvider, syncing: LibrarySync
) -> None:
    kind.tells_changes = True
    await syncing.run("one")
    scans = Scans(provider)
    assert (await syncing.run("one", SyncWish(rescan=True))).seen == 8
    assert provider.rescans == 1
    assert scans.cursors == [None, "3", "6"]
    assert None not in scans.sinces
    provider.items = provider.items[1:]
    assert (await syncing.run("one", SyncWish(rescan=True))).gone == 1
    assert await desk.keys() == {item.key for item in provider.items}


async def test_a_pass_ends_when_its_instance_is_changed(
    desk: Any, provider: FakeProvider, syncing: LibrarySync
) -> None:
    scan = provider.scan

    async def edited(cursor: str | None = None, since: str | None = None) -> Page:
        await syncing.forget("one")
        return await scan(cursor, since)

    provider.scan = edited  # type: ignore[method-assign]
    with pytest.raises(Conflict, match="was changed"):
        await syncing.run("one")


async def test_of_an_instance_that_is_deleted_meanwhile_nothing_is_stored(
    desk: Any, provider: FakeProvider, syncing: LibrarySync
) -> None:
    scan = provider.scan

    async def deleted(cursor: str | None = None, since: str | None = None) -> Page:
        if cursor == "3":
            await LibraryRepository(desk.database).delete_instance("one")
        return await scan(cursor, since)

    provider.scan = deleted  # type: ignore[method-assign]
    with pytest.raises(Conflict, match="was changed"):
        await syncing.run("one")
    assert await titles(desk) == set()


class TestChanges:
    """Between complete passes, when the provider tells what changed."""

    @pytest.fixture(autouse=True)
    async def synced(self, desk: Any, kind: FakeProviderType, provider: FakeProvider, syncing: LibrarySync) -> None:
        kind.tells_changes = True
        await syncing.run("one")
        desk.clock.advance(30 * MINUTES)
        self.scans = Scans(provider)

    async def test_only_what_changed_is_read(
        self, desk: Any, kind: FakeProviderType, provider: FakeProvider, syncing: LibrarySync
    ) -> None:
        provider.items = (replace(provider.items[0], title="Renamed"), *provider.items[1:], ANOTHER)
        kind.changed_at = {key: desk.clock() for key in (provider.items[0].key, ANOTHER.key)}
        report = await syncing.run("one")
        assert (report.added, report.updated, report.gone) == (1, 1, 0)
        assert {"Renamed", "Another"} <= await titles(desk)
        assert self.scans.cursors == []

    async def test_the_sweep_finds_what_is_gone(self, desk: Any, provider: FakeProvider, syncing: LibrarySync) -> None:
        provider.items = provider.items[1:]
        assert (await syncing.run("one")).gone == 1
        assert await desk.keys() == {item.key for item in provider.items}

    async def test_a_sweep_that_fails_takes_nothing_for_gone(
        self, desk: Any, provider: FakeProvider, syncing: LibrarySync
    ) -> None:
        async def half() -> AsyncIterator[Sequence[str]]:
            yield ["film-1"]
            raise ProviderUnavailable("down")

        provider.keys = half  # type: ignore[method-assign]
        with pytest.raises(ProviderUnavailable):
            await syncing.run("one")
        assert await desk.keys() == SAMPLE

    async def test_a_key_nobody_described_makes_the_pass_complete(
        self, desk: Any, kind: FakeProviderType, provider: FakeProvider, syncing: LibrarySync
    ) -> None:
        provider.items = (*provider.items, ANOTHER)
        kind.changed_at = {ANOTHER.key: desk.clock() - timedelta(days=1)}
        assert (await syncing.run("one")).added == 1
        assert self.scans.cursors == [None, "3", "6"]

    async def test_a_day_later_the_pass_is_complete(self, desk: Any, syncing: LibrarySync) -> None:
        desk.clock.advance(DAY)
        await syncing.run("one")
        assert self.scans.cursors == [None, "3", "6"]

    async def test_without_keys_the_pass_is_complete(self, provider: FakeProvider, syncing: LibrarySync) -> None:
        def no_keys() -> AsyncIterator[Sequence[str]]:
            raise CapabilityMissing("no keys")

        provider.keys = no_keys  # type: ignore[method-assign]
        provider.items = provider.items[1:]
        assert (await syncing.run("one")).gone == 1
        assert self.scans.cursors == [None, "3", "6"]
