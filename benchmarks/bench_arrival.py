"""From a file appearing in a folder to its being in the library of a running server.

Yardstick: the moment the watchfiles library itself tells of the same file, with its own defaults, in this process.
"""

import asyncio
import socket
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

import aiohttp
from watchfiles import awatch

from benchmarks.bench_server import LOGIN, SERVE, served
from benchmarks.figure import Figure
from ktv_host.streaming.demo_media import make_clip

ROUNDS = 9
REST_SECS = 3.0  # the host rests after a sync; what is measured is a file that comes alone


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        videos = home / "videos"
        videos.mkdir()
        make_clip(videos / "One (1999).mp4", seconds=20, hue=0, title="One", codec="h264")
        port = _free_port()
        with served(SERVE, home, LOCAL_FILES_DIR=str(videos), PORT=str(port)):
            rounds = asyncio.run(_rounds(videos, f"http://127.0.0.1:{port}/api/v1"))
    rounds = sorted(rounds, key=lambda pair: pair[0] - pair[1])
    return [
        _figure("a file appears in the library, p50", *rounds[ROUNDS // 2]),
        _figure(f"the same, slowest of {ROUNDS}", *rounds[-1]),
    ]


def _figure(name: str, ours: float, event: float) -> Figure:
    note = f"{ours - event:.2f} s after watchfiles' own event; 1 s is allowed"
    return Figure(name, ours, event, "s", ours - event, "<= 1 s more", note)


async def _rounds(videos: Path, base: str) -> Sequence[tuple[float, float]]:
    """(seconds until the library has it, seconds until watchfiles tells of it), several times."""
    content = await asyncio.to_thread((videos / "One (1999).mp4").read_bytes)
    async with aiohttp.ClientSession() as session:
        await _until(partial(_answers, session, f"{base}/config"))
        async with session.post(f"{base}/auth/register", json=LOGIN) as answer:
            session.headers["Authorization"] = f"Bearer {(await answer.json())['access_token']}"
        await _until(partial(_found, session, base, "One"))
        pairs = []
        for number in range(ROUNDS):
            await asyncio.sleep(REST_SECS)
            pairs.append(await _round(session, base, videos / f"Arrival {number} (2001).mp4", content))
        return pairs


async def _round(session: aiohttp.ClientSession, base: str, path: Path, content: bytes) -> tuple[float, float]:
    told = asyncio.create_task(_told(path))
    await asyncio.sleep(0.5)  # watchfiles takes a moment to begin
    began = time.perf_counter()
    await asyncio.to_thread(path.write_bytes, content)
    await _until(partial(_found, session, base, path.stem.removesuffix(" (2001)")))
    return time.perf_counter() - began, await told - began


async def _told(path: Path) -> float:
    async for changes in awatch(path.parent):
        if any(changed == str(path) for _, changed in changes):
            return time.perf_counter()
    raise RuntimeError("watchfiles ended")


async def _until(true: Callable[[], Awaitable[bool]]) -> None:
    while not await true():  # noqa: ASYNC110  another process makes it true
        await asyncio.sleep(0.01)


async def _answers(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False


async def _found(session: aiohttp.ClientSession, base: str, title: str) -> bool:
    async with session.get(f"{base}/library/items", params={"search_term": title}) as answer:
        return any(item["title"] == title for item in await answer.json())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
