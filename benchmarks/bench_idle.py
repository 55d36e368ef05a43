"""What five hundred channels cost while nobody watches.

The yardstick is the same server, a moment before, without a channel.
"""

import asyncio
import tempfile
import time
from pathlib import Path

import aiohttp

from benchmarks.bench_live import cpu_secs
from benchmarks.bench_server import BLOCK, LOGIN, PORT, SERVE, answering, served
from benchmarks.figure import Figure
from ktv_host.streaming.demo_media import loop_clip, make_clip

BASE = f"http://127.0.0.1:{PORT}/api/v1"
CHANNELS = 500
SETTLE_SECS, WATCHED_SECS = 20, 60  # the renewal of schedules looks around every half minute


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with served(SERVE, home, LOCAL_FILES_DIR=str(_videos(home))) as pid:
            asyncio.run(answering(f"{BASE}/config"))
            without = _idle(pid)
            asyncio.run(_make_channels())
            along = _idle(pid)
    note = f"over {WATCHED_SECS} s; schedules renew themselves"
    return [
        Figure(f"CPU of an idle server with {CHANNELS} channels", along, without, "% of a core", along / without,
               "<= 1.5", note),
        Figure(f"CPU that {CHANNELS} channels add", along - without, 0.5, "% of a core", (along - without) / 0.5,
               "<= 1", "yardstick: half a percent, which nobody sees"),
    ]  # fmt: skip


def _idle(pid: int) -> float:
    """Percent of a core, once it has settled."""
    time.sleep(SETTLE_SECS)
    before, began = cpu_secs(pid), time.perf_counter()
    time.sleep(WATCHED_SECS)
    return (cpu_secs(pid) - before) / (time.perf_counter() - began) * 100


async def _make_channels() -> None:
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{BASE}/auth/register", json=LOGIN) as answer:
            headers = {"Authorization": f"Bearer {(await answer.json())['access_token']}"}
        for number in range(CHANNELS):
            body = {"name": f"Channel {number}", "auto_schedule": True, "schedule_config": {"blocks": [BLOCK]}}
            async with session.post(f"{BASE}/channels", json=body, headers=headers) as answer:
                channel = (await answer.json())["id"]
            async with session.post(f"{BASE}/channels/{channel}/schedule", headers=headers) as answer:
                assert answer.status == 201, await answer.text()


def _videos(home: Path) -> Path:
    folder = home / "videos"
    folder.mkdir()
    make_clip(home / "clip.mp4", seconds=4, hue=0, title="One", codec="h264")
    for number in range(5):
        loop_clip(home / "clip.mp4", folder / f"Film {number} (1999).mp4", seconds=3600, metadata={})
    return folder
