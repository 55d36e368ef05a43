"""Segments in memory."""

import asyncio
from pathlib import Path

from ktv_host.streaming.cache import SegmentKey
from ktv_host.streaming.hot_segments import FRESH_SECS, LARGEST, HotSegments

KEYS = [SegmentKey("plan", k) for k in range(3)]


async def test_a_file_is_read_once_and_everybody_gets_the_same_bytes(tmp_path: Path) -> None:
    path = tmp_path / "0.ts"
    path.write_bytes(bytes(range(256)) * 100)
    hot = HotSegments()
    first = await asyncio.gather(*(hot.read(KEYS[0], path) for _ in range(20)))
    path.unlink()
    assert {id(data) for data in first} == {id(await hot.read(KEYS[0], path))}
    assert first[0] == bytes(range(256)) * 100


async def test_what_was_asked_for_longest_ago_makes_room(tmp_path: Path) -> None:
    hot = HotSegments(budget=250)
    paths = [tmp_path / f"{key.name}.ts" for key in KEYS]
    for path in paths:
        path.write_bytes(bytes(100))
    for k in (0, 1, 0, 2):
        await hot.read(KEYS[k], paths[k])
    for path in paths:
        path.unlink()
    assert [await hot.read(key, path) is not None for key, path in zip(KEYS, paths, strict=True)] == [True, False, True]


async def test_the_cache_need_not_be_asked_for_a_while(tmp_path: Path) -> None:
    now = 1000.0
    hot = HotSegments(monotonic=lambda: now)
    path = tmp_path / "0.ts"
    path.write_bytes(b"segment")
    assert hot.fresh(KEYS[0]) is None
    await hot.read(KEYS[0], path)
    now += FRESH_SECS
    assert hot.fresh(KEYS[0]) == b"segment"
    now += 1
    assert hot.fresh(KEYS[0]) is None
    await hot.read(KEYS[0], path)
    assert hot.fresh(KEYS[0]) == b"segment"


async def test_a_file_that_is_gone_or_too_large_is_left_to_others(tmp_path: Path) -> None:
    large = tmp_path / "large.ts"
    with large.open("wb") as file:
        file.truncate(LARGEST + 1)
    assert await HotSegments().read(KEYS[0], large) is None
    assert await HotSegments().read(KEYS[0], tmp_path / "none.ts") is None
