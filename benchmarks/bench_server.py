"""A running server: start, memory, ``/now`` against a trivial JSON route, and a burst of new channels.

Yardsticks: the trivial route is a Quart app of its own under the same server, asked in turns with ours over one
kept-open connection; a settled document is the same request asked again when nothing has changed.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp

from benchmarks.figure import Figure

ROUNDS, REQUESTS = 7, 150
CHANNELS = 150
PORT, TRIVIAL_PORT = 39411, 39412
SERVE = ["-c", "from ktv_host.cli.main import main; main()", "serve"]
TRIVIAL = """
from quart import Quart
app = Quart("trivial")
@app.get("/x")
async def x():
    return {"answer": 42}
"""
BLOCK = {
    "name": "All day",
    "start_time": "00:00",
    "duration_mins": 1440,
    "content": {"type": "algorithmic", "filter": {}, "strategy": "random"},
}
LOGIN = {"email": "bench@test.example", "password": "correct horse"}


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "trivial.py").write_text(TRIVIAL)
        videos = _videos(home)
        began = time.monotonic()
        with served(SERVE, home, LOCAL_FILES_DIR=str(videos)) as ours:
            first_answer = asyncio.run(answering(f"http://127.0.0.1:{PORT}/api/v1/config")) - began
            idle_mib = rss_mib(ours)
            serve = ["-m", "hypercorn", "--bind", f"127.0.0.1:{TRIVIAL_PORT}", "trivial:app"]
            with served(serve, home):
                asyncio.run(answering(f"http://127.0.0.1:{TRIVIAL_PORT}/x"))
                now, trivial, burst = asyncio.run(_measure())
    return [
        Figure("GET now, one connection", now * 1e3, trivial * 1e3, "ms", now / trivial, "<= 2.5"),
        *burst,
        Figure("start to first answer, new database", first_answer, 3.9, "s", first_answer / 3.9, "<= 1",
               "yardstick: the peer's figure of reference/peers.md, another run"),
        Figure("resident memory when idle", idle_mib, 241, "MiB", idle_mib / 241, "<= 1",
               "the server's own process; yardstick as above"),
    ]  # fmt: skip


async def _measure() -> tuple[float, float, list[Figure]]:
    base = f"http://127.0.0.1:{PORT}/api/v1"
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{base}/auth/register", json=LOGIN) as answer:
            token = (await answer.json())["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        while not await _json(session, f"{base}/library/items", headers):  # noqa: ASYNC110  another process fills it
            await asyncio.sleep(0.1)
        channel = await _channel(session, base, headers, "First")
        now, trivial = await _turns(session, f"{base}/channels/{channel}/now", f"http://127.0.0.1:{TRIVIAL_PORT}/x")
        return now, trivial, await _burst(session, base, headers)


async def _turns(session: aiohttp.ClientSession, ours: str, trivial: str) -> tuple[float, float]:
    taken: dict[str, list[float]] = {ours: [], trivial: []}
    for _ in range(ROUNDS):
        for url in (ours, trivial):
            began = time.perf_counter()
            for _ in range(REQUESTS):
                async with session.get(url) as answer:
                    assert answer.status == 200, answer.status
                    await answer.read()
            taken[url].append((time.perf_counter() - began) / REQUESTS)
    return statistics.median(taken[ours]), statistics.median(taken[trivial])


async def _burst(session: aiohttp.ClientSession, base: str, headers: dict[str, str]) -> list[Figure]:
    for number in range(CHANNELS):
        last = await _channel(session, base, headers, f"Channel {number}")
    figures = []
    for path, mark in (("playlist.m3u", b"#EXTINF"), ("epg.xml", b"<channel ")):
        at_once = await _fetch(session, f"{base}/iptv/{path}", mark)
        times = []
        for _ in range(3):
            await asyncio.sleep(1)
            await _rename(session, f"{base}/channels/{last}", headers)  # so that the document is not merely a kept one
            times.append(await _fetch(session, f"{base}/iptv/{path}", mark))
        settled = statistics.median(times)
        figures.append(
            Figure(f"{path} right after {CHANNELS} new channels", at_once * 1e3, settled * 1e3, "ms",
                   at_once / settled, "<= 2", "complete in both")
        )  # fmt: skip
    return figures


async def _fetch(session: aiohttp.ClientSession, url: str, mark: bytes) -> float:
    began = time.perf_counter()
    async with session.get(url) as answer:
        body = await answer.read()
    assert body.count(mark) == CHANNELS + 1, (url, body.count(mark))
    return time.perf_counter() - began


async def _rename(session: aiohttp.ClientSession, url: str, headers: dict[str, str]) -> None:
    async with session.put(url, json={"name": uuid4().hex}, headers=headers) as answer:
        assert answer.status == 200, await answer.text()


async def _channel(session: aiohttp.ClientSession, base: str, headers: dict[str, str], name: str) -> str:
    body = {"name": name, "schedule_config": {"blocks": [BLOCK]}}
    async with session.post(f"{base}/channels", json=body, headers=headers) as answer:
        channel: str = (await answer.json())["id"]
    async with session.post(f"{base}/channels/{channel}/schedule", headers=headers) as answer:
        assert answer.status == 201, await answer.text()
    return channel


async def _json(session: aiohttp.ClientSession, url: str, headers: dict[str, str]) -> Any:
    async with session.get(url, headers=headers) as answer:
        return await answer.json()


async def answering(url: str) -> float:
    """The time of the first answer. Raises TimeoutError when there is none for half a minute."""
    async with asyncio.timeout(30), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(url):
                    return time.monotonic()
            except aiohttp.ClientError:
                await asyncio.sleep(0.01)


def _videos(home: Path) -> Path:
    from ktv_host.streaming.demo_media import make_clip  # noqa: PLC0415  slow import

    folder = home / "videos"
    folder.mkdir()
    make_clip(folder / "One (1999).mp4", seconds=60, hue=0, title="One", codec="h264")
    for number in range(2, 20):
        os.link(folder / "One (1999).mp4", folder / f"Film {number} (1999).mp4")
    return folder


@contextmanager
def served(arguments: list[str], home: Path, **variables: str) -> Iterator[int]:
    environment = {**os.environ, "PORT": str(PORT), "DATA_DIR": str(home / "data"), "PRODUCTION": "false", **variables}
    process = subprocess.Popen(
        [sys.executable, *arguments], cwd=home, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(20)


def rss_mib(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"no process {pid}")
