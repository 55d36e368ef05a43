"""The part of ProviderContract about what an open provider lists and plays."""

import asyncio
import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from ktv_host.hooks import (
    Artwork,
    CapabilityMissing,
    Collection,
    HlsUrl,
    HttpFile,
    ItemDetails,
    LocalFile,
    MarkerKind,
    MediaGone,
    MediaItem,
    MediaSource,
    Page,
    Problem,
    Provider,
)
from ktv_host.testing.clock import START
from ktv_host.testing.contexts import Contexts
from ktv_host.testing.provider_case import ProviderCase, check_item, complete_pass

MOST_SOURCES = 50
MOST_PAGES = 1000
FOREVER = timedelta(days=365 * 50)
UNKNOWN_KEYS = ("no-such-item", "0", "~", "x" * 200)


class ProviderLibraryContract(ProviderCase):
    async def test_a_pass_lists_items_with_stable_keys(self, contexts: Contexts, config: Mapping[str, Any]) -> None:
        async with self.opened(contexts, config) as provider:
            first = await complete_pass(provider)
            assert len(first.keys) >= 2, "the good configuration should lead to at least two items"
            assert (await complete_pass(provider)).items == first.items, "a second pass tells something else"
        async with self.opened(contexts, config) as provider:
            assert (await complete_pass(provider)).items == first.items, "a pass after reopening tells something else"

    async def test_a_pass_resumes_at_any_cursor_after_a_restart(
        self, contexts: Contexts, config: Mapping[str, Any]
    ) -> None:
        async with self.opened(contexts, config) as provider:
            whole = await complete_pass(provider)
        remaining = set(whole.keys)
        for cursor in whole.cursors[:5]:
            async with self.opened(contexts, config) as provider:
                rest = await complete_pass(provider, cursor)
            assert rest.keys < remaining, f"from the cursor {cursor!r} the pass goes back"
            remaining = set(rest.keys)

    async def test_since_leaves_out_only_what_is_unchanged(self, contexts: Contexts, config: Mapping[str, Any]) -> None:
        async with self.opened(contexts, config) as provider:
            whole = await complete_pass(provider)
            if whole.token is not None:
                again = await complete_pass(provider, since=whole.token)
                assert again.unchanged <= whole.keys, "unchanged names keys the pass before did not have"
                assert again.keys == whole.keys, "with a since token the pass is not complete"
            unknown = await complete_pass(provider, since="no-such-token")
            assert unknown.items == whole.items, "with a token nobody knows every item has to be described"

    async def test_concurrent_calls_do_not_disturb_each_other(
        self, contexts: Contexts, config: Mapping[str, Any]
    ) -> None:
        async with self.opened(contexts, config) as provider:
            whole = await complete_pass(provider)
            key = next(iter(whole.items))
            answers = await asyncio.gather(complete_pass(provider), provider.source(key), complete_pass(provider))
            assert answers[0].items == answers[2].items == whole.items

    async def test_declared_metadata_is_there(self, contexts: Contexts, config: Mapping[str, Any]) -> None:
        async with self.opened(contexts, config) as provider:
            items = (await complete_pass(provider)).items.values()
        able = self.provider_type.capabilities
        shown = {
            "genres": any(item.genres for item in items),
            "tags": any(item.tags for item in items),
            "series": any(item.series_name for item in items),
            "decade": any(item.year for item in items),
        }
        missing = [name for name, there in shown.items() if getattr(able, name) and not there]
        assert not missing, f"declared, but no item of the good configuration shows it: {missing}"

    async def test_collections_work_as_declared(self, contexts: Contexts, config: Mapping[str, Any]) -> None:
        async with self.opened(contexts, config) as provider:
            if not self.provider_type.capabilities.collections:
                with pytest.raises(CapabilityMissing):
                    await provider.collections()
                return
            collections = await provider.collections()
            assert all(isinstance(each, Collection) and each.name.strip() for each in collections)
            ids = [each.id for each in collections]
            assert len(set(ids)) == len(ids), "two collections with one id"
            items = (await complete_pass(provider)).items.values()
            unknown = {each for item in items for each in item.collections} - set(ids)
            assert not unknown, f"items are in collections that are not listed: {unknown}"

    async def test_rescan_works_as_declared(self, contexts: Contexts, config: Mapping[str, Any]) -> None:
        async with self.opened(contexts, config) as provider:
            if not self.provider_type.capabilities.rescan:
                with pytest.raises(CapabilityMissing):
                    await provider.rescan()
                return
            before = await complete_pass(provider)
            await provider.rescan()
            assert (await complete_pass(provider)).keys == before.keys, "a rescan changed the keys"

    async def test_keys_are_those_of_the_pass(self, contexts: Contexts, config: Mapping[str, Any]) -> None:
        async with self.opened(contexts, config) as provider:
            with suppress(CapabilityMissing):
                batches = provider.keys()
                listed = [key async for batch in batches for key in batch]
                assert len(set(listed)) == len(listed), "keys() names a key twice"
                assert set(listed) == (await complete_pass(provider)).keys

    async def test_changes_are_items_of_the_pass(self, contexts: Contexts, config: Mapping[str, Any]) -> None:
        async with self.opened(contexts, config) as provider:
            with suppress(CapabilityMissing):
                cursor, found = None, dict[str, MediaItem]()
                for _ in range(MOST_PAGES):
                    page = await provider.changes(START - FOREVER, cursor)
                    assert isinstance(page, Page)
                    assert not page.unchanged, "changes() lists what changed"
                    found |= {item.key: item for item in page.items}
                    cursor = page.next
                    if cursor is None:
                        break
                assert cursor is None, f"changes() does not end after {MOST_PAGES} pages"
                for item in found.values():
                    check_item(item)
                whole = (await complete_pass(provider)).items
                assert found == whole, "since long ago everything changed, and is described as in a pass"

    async def test_hints_can_be_left_at_any_moment(self, contexts: Contexts, config: Mapping[str, Any]) -> None:
        async with self.opened(contexts, config) as provider:
            waiting = asyncio.ensure_future(_first_hint(provider))
            for _ in range(20):
                await asyncio.sleep(0)
            waiting.cancel()
            await asyncio.wait({waiting})
            if not waiting.cancelled():
                assert isinstance(waiting.exception(), CapabilityMissing | None), waiting.exception()

    async def test_every_item_has_a_source(self, contexts: Contexts, config: Mapping[str, Any]) -> None:
        async with self.opened(contexts, config) as provider:
            for key in list((await complete_pass(provider)).items)[:MOST_SOURCES]:
                _check_source(key, await provider.source(key))

    async def test_the_source_of_an_unknown_item_is_gone(self, contexts: Contexts, config: Mapping[str, Any]) -> None:
        async with self.opened(contexts, config) as provider:
            known = (await complete_pass(provider)).keys
            for key in (*UNKNOWN_KEYS, *(f"{key[:-1]}{_other(key[-1])}" for key in list(known)[:3])):
                if key not in known:
                    with pytest.raises(MediaGone):
                        await provider.source(key)

    async def test_artwork_is_where_items_say(self, contexts: Contexts, config: Mapping[str, Any]) -> None:
        async with self.opened(contexts, config) as provider:
            items = list((await complete_pass(provider)).items.values())
            for item in [item for item in items if item.artwork][:MOST_SOURCES]:
                artwork = await provider.artwork(item.key)
                assert isinstance(artwork, Artwork), f"{item.key} says it has artwork"
                _check_source(item.key, artwork.source)
                assert artwork.media_type.startswith("image/"), f"{item.key}: {artwork.media_type} is no image"
            with suppress(MediaGone):
                assert await provider.artwork(UNKNOWN_KEYS[0]) is None

    async def test_details_are_in_order_and_inside_the_item(
        self, contexts: Contexts, config: Mapping[str, Any]
    ) -> None:
        async with self.opened(contexts, config) as provider:
            items = (await complete_pass(provider)).items
            with suppress(CapabilityMissing):
                asked = [*list(items)[:MOST_SOURCES], UNKNOWN_KEYS[0]]
                told = await provider.details(asked)
                assert set(told) <= set(items), "details are told of what is no item"
                for key, details in told.items():
                    _check_details(key, details, items[key].duration_ms)

    async def test_problems_are_in_words(self, contexts: Contexts, config: Mapping[str, Any]) -> None:
        async with self.opened(contexts, config) as provider:
            await complete_pass(provider)
            problems: Sequence[Problem] = await provider.problems()
            assert all(isinstance(problem, Problem) and problem.reason.strip() for problem in problems)


async def _first_hint(provider: Provider) -> None:
    async for _ in provider.hints():
        return


def _check_source(key: str, source: MediaSource) -> None:
    match source:
        case LocalFile():
            path = Path(source.path)
            assert path.is_absolute(), f"{key}: {source.path} is not absolute"
            assert path.is_file(), f"{key}: {source.path} is not a file"
        case HttpFile() | HlsUrl():
            parts = urlsplit(source.url)
            assert parts.scheme in ("http", "https"), f"{key}: {source.url} is no http or https URL"
            assert parts.hostname, f"{key}: {source.url} has no host"
        case _:
            raise AssertionError(f"{key}: {type(source).__name__} is no media source")


def _check_details(key: str, details: ItemDetails, duration_ms: int | None) -> None:
    end = duration_ms or math.inf
    assert all(isinstance(m.kind, MarkerKind) for m in details.markers), f"{key}: a marker of no known kind"
    assert all(0 <= m.start_ms < m.end_ms for m in details.markers), f"{key}: a marker without a length"
    assert all(m.start_ms < end for m in details.markers), f"{key}: a marker behind the end"
    starts = [chapter.start_ms for chapter in details.chapters]
    assert starts == sorted(set(starts)), f"{key}: chapters are not in order, or two begin at once"
    assert all(0 <= start < end for start in starts), f"{key}: a chapter outside the item"


def _other(letter: str) -> str:
    return "0" if letter != "0" else "1"
