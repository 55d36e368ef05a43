"""Files that are being copied while a pass runs, and hints about what changes."""

import asyncio
import os
import shutil
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from itertools import count
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
async def hinted(library: Any, open_provider: Any) -> AsyncIterator[Any]:
    """Does something in ``library`` and waits for the hint that tells of a path."""
    provider = await open_provider()
    async with aclosing(provider.hints()) as given:
        waiting = asyncio.ensure_future(anext(given))
        async with asyncio.timeout(30):
            while not waiting.done():  # the system does not say when it begins to watch
                library.add("noticed.mkv")
                await asyncio.wait([waiting], timeout=0.1)

        async def following(work: Callable[[], object], path: str) -> Hint:
            await asyncio.to_thread(work)
            async with asyncio.timeout(30):
                while path not in (hint := await anext(given)).reason:
                    assert "noticed.mkv" in hint.reason, f"{hint.reason}: nobody asked for that"
            return hint

        yield following


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate()]


async def test_a_new_file_gives_a_hint(library: Any, hinted: Any) -> None:
    assert await hinted(lambda: library.add("a.mkv"), "a.mkv")


async def test_a_renamed_file_gives_a_hint(library: Any, hinted: Any) -> None:
    path = library.root / "noticed.mkv"
    assert await hinted(lambda: path.rename(library.root / "its new name.mkv"), "its new name.mkv")


async def test_a_changed_and_a_deleted_file_give_hints(library: Any, hinted: Any) -> None:
    await hinted(lambda: library.add("a.mkv"), "a.mkv")
    assert await hinted(lambda: library.change("a.mkv"), "a.mkv")
    assert await hinted((library.root / "a.mkv").unlink, "a.mkv")


async def test_a_new_nfo_gives_a_hint_and_subtitles_do_not(library: Any, hinted: Any) -> None:
    def work() -> None:
        library.add("a.srt")
        library.add("a.nfo")

    assert (await hinted(work, "a.nfo")).reason == "a.nfo changed"


async def test_files_in_new_folders_give_hints(library: Any, hinted: Any) -> None:
    await hinted((library.root / "New").mkdir, "New")
    assert await hinted(lambda: library.add("New/film.mkv"), "film.mkv")


async def test_folders_may_be_polled(library: Any, open_provider: Any) -> None:
    provider = await open_provider(watch="polling", poll_secs=5)
    async with aclosing(provider.hints()) as given:
        waiting = asyncio.ensure_future(anext(given))
        async with asyncio.timeout(60):
            for number in count():  # the first look is at what is there already
                library.add(f"film {number}.mkv")
                if (await asyncio.wait([waiting], timeout=1))[0]:
                    break
        assert "film" in (await waiting).reason


async def test_a_name_that_is_no_utf8_does_not_end_the_watch(library: Any, open_provider: Any) -> None:
    os.mkdir(os.fsencode(library.root) + b"/caf\xe9")  # noqa: PTH102  pathlib knows no such names
    provider = await open_provider(poll_secs=5)
    reasons: list[str] = []
    async with aclosing(provider.hints()) as given, asyncio.timeout(60):
        waiting = asyncio.ensure_future(anext(given))
        for number in count():  # the first look is at what is there already
            library.add(f"film {number}.mkv")
            if not (await asyncio.wait([waiting], timeout=0.5))[0]:
                continue
            reasons.append((await waiting).reason)
            if "film" in reasons[-1] and any("not watched" in reason for reason in reasons):
                break
            waiting = asyncio.ensure_future(anext(given))
    assert "film" in reasons[-1], "what comes after the name is noticed"


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
