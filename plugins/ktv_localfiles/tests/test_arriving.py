"""Files that are being copied while a pass runs, and hints about what changes."""

import asyncio
import os
import shutil
import threading
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from ktv_host.hooks import CapabilityMissing, Hint

pytest_plugins = ["ktv_host.testing.fixtures"]


def touch(path: Path, clock: Any, age: float = 0) -> None:
    """Written so long ago, as the clock of the test says."""
    moment = int((clock().timestamp() - age) * 1e9)
    os.utime(path, ns=(moment, moment))


async def test_a_half_copied_file_is_neither_item_nor_problem(
    library: Any, open_provider: Any, scan: Any, cut_off: Path, bunny: Path, fake_clock: Any
) -> None:
    target = library.root / "Big Buck Bunny (2008).mp4"
    shutil.copy(cut_off, target)
    touch(target, fake_clock)
    provider = await open_provider(real=True)
    first = await scan(provider)
    assert (first.items, await provider.problems()) == ([], [])
    shutil.copy(bunny, target)
    touch(target, fake_clock)
    second = await scan(provider, first.last.token)
    assert [item.title for item in second.items] == ["Big Buck Bunny"]


async def test_a_copy_that_nobody_goes_on_with_is_a_problem(
    library: Any, open_provider: Any, scan: Any, fake_clock: Any
) -> None:
    path = library.add("a.mkv", "junk")
    touch(path, fake_clock)
    provider = await open_provider()
    await scan(provider)
    assert await provider.problems() == []
    fake_clock.advance(61)
    await scan(provider)
    assert [problem.path for problem in await provider.problems()] == ["a.mkv"]


async def test_a_file_that_is_written_over_stays_as_it_was(
    library: Any, open_provider: Any, scan: Any, fake_clock: Any
) -> None:
    library.add("a.mkv", "24")
    provider = await open_provider()
    first = await scan(provider)
    path = library.add("a.mkv", "junk")
    touch(path, fake_clock)
    second = await scan(provider, first.last.token)
    assert ([item.key for item in second.items], await provider.problems()) == ([first.key("a")], [])


@pytest.fixture
async def hints(library: Any, open_provider: Any) -> AsyncIterator[Any]:
    """The next hint of an instance over ``library``."""
    provider = await open_provider()
    async with aclosing(provider.hints()) as given:

        async def following(work: Any) -> Hint:
            waiting = asyncio.ensure_future(anext(given))
            while not [t for t in threads() if t.startswith("watch")]:  # noqa: ASYNC110  a thread is no event
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.2)  # the system takes a moment to watch; it does not say when it does
            await asyncio.to_thread(work)
            async with asyncio.timeout(10):
                return await waiting

        yield following


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate()]


async def test_a_new_file_gives_a_hint(library: Any, hints: Any) -> None:
    hint = await hints(lambda: library.add("Films/Heat (1995).mkv"))
    assert hint.reason.startswith("Films")


async def test_a_renamed_a_deleted_and_a_changed_file_give_hints(library: Any, hints: Any) -> None:
    path = library.add("a.mkv")
    assert "a.mkv" in (await hints(lambda: path.rename(library.root / "b.mkv"))).reason
    assert "b.mkv" in (await hints(lambda: library.change("b.mkv"))).reason
    assert "b.mkv" in (await hints((library.root / "b.mkv").unlink)).reason


async def test_a_new_nfo_gives_a_hint_and_subtitles_do_not(library: Any, hints: Any) -> None:
    def work() -> None:
        library.add("a.srt")
        library.add("a.nfo")

    assert (await hints(work)).reason == "a.nfo changed"


async def test_files_in_new_folders_give_hints(library: Any, hints: Any) -> None:
    await hints((library.root / "New").mkdir)
    assert "film.mkv" in (await hints(lambda: library.add("New/film.mkv"))).reason


async def test_folders_may_be_polled(library: Any, open_provider: Any) -> None:
    library.add("a.mkv")
    provider = await open_provider(watch="polling", poll_secs=5)
    async with aclosing(provider.hints()) as given:
        waiting = asyncio.ensure_future(anext(given))
        await asyncio.sleep(1)
        library.add("b.mkv")
        async with asyncio.timeout(20):
            assert "b.mkv" in (await waiting).reason


async def test_watching_may_be_off(open_provider: Any) -> None:
    provider = await open_provider(watch="off")
    with pytest.raises(CapabilityMissing):
        provider.hints()


async def test_closing_the_instance_ends_the_hints(library: Any, open_provider: Any) -> None:
    provider = await open_provider()
    waiting = asyncio.ensure_future(anext(provider.hints()))
    await asyncio.sleep(0.1)
    await provider.close()
    with pytest.raises(StopAsyncIteration):
        await waiting
    assert not [name for name in threads() if name.startswith("watch")]
