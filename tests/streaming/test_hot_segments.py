"""Segments in memory."""

import asyncio
from pathlib import Path

from ktv_host.streaming.hot_segments import LARGEST, PIECE, HotSegments


async def test_a_file_is_read_once_and_comes_in_pieces(tmp_path: Path) -> None:
    data = bytes(range(256)) * (PIECE // 100)
    path = tmp_path / "0.ts"
    path.write_bytes(data)
    hot = HotSegments()
    first = await asyncio.gather(*(hot.read(path) for _ in range(20)))
    path.unlink()
    assert {id(pieces) for pieces in first} == {id(await hot.read(path))}
    assert first[0] is not None
    assert b"".join(first[0]) == data
    assert max(map(len, first[0])) <= PIECE


async def test_what_was_asked_for_longest_ago_makes_room(tmp_path: Path) -> None:
    hot = HotSegments(budget=250)
    paths = [tmp_path / f"{number}.ts" for number in range(3)]
    for path in paths:
        path.write_bytes(bytes(100))
    await hot.read(paths[0])
    await hot.read(paths[1])
    await hot.read(paths[0])
    await hot.read(paths[2])
    for path in paths:
        path.unlink()
    assert [await hot.read(path) is not None for path in paths] == [True, False, True]


async def test_a_file_that_is_gone_or_too_large_is_left_to_others(tmp_path: Path) -> None:
    large = tmp_path / "large.ts"
    with large.open("wb") as file:
        file.truncate(LARGEST + 1)
    assert await HotSegments().read(large) is None
    assert await HotSegments().read(tmp_path / "none.ts") is None
