import asyncio
from pathlib import Path

import pytest
from ktv_localfiles.scanning.opening import probe_file, read_heads, spread

from ktv_host.hooks import InvalidMedia, MediaProbe, MediaSource


async def test_only_a_few_are_worked_on_at_once_and_results_keep_their_place() -> None:
    running = most = 0

    async def work(number: int) -> int:
        nonlocal running, most
        running += 1
        most = max(most, running)
        for _ in range(number % 5):
            await asyncio.sleep(0)
        running -= 1
        return number * 2

    assert await spread(range(50), work, at_once=12) == list(range(0, 100, 2))
    assert most == 12


async def test_a_failure_is_raised_as_it_is() -> None:
    async def work(number: int) -> None:
        raise KeyError(number)

    with pytest.raises(KeyError):
        await spread([1, 2], work, at_once=2)


async def test_a_cancelled_pass_leaves_no_task_behind() -> None:
    async def work(_: str) -> None:
        await asyncio.get_running_loop().create_future()

    before = asyncio.all_tasks()
    opening = asyncio.ensure_future(spread("ab", work, at_once=2))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    opening.cancel()
    await asyncio.wait([opening])
    assert opening.cancelled()
    assert asyncio.all_tasks() == before


async def test_a_reason_does_not_repeat_the_files_name() -> None:
    async def probe(source: MediaSource) -> MediaProbe:
        raise InvalidMedia("a.mkv: it is cut off")

    assert await probe_file(probe, "/v/a.mkv") == "it is cut off"


async def test_heads_tell_files_apart_by_their_first_64_kib(tmp_path: Path) -> None:
    start = b"x" * 65536
    for name, content in {"a": start, "b": start + b"more", "c": b"y" + start}.items():
        (tmp_path / name).write_bytes(content)
    a, b, c, missing = await read_heads([str(tmp_path / name) for name in "abc?"])
    assert a == b != c
    assert isinstance(missing, FileNotFoundError)
