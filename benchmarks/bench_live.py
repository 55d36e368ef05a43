"""The linear stream: tune-in by ffmpeg, and what viewers cost.

Yardsticks: tune-in against the p50 the project expects (0.6 s) and the peer's measured 8.4 s cold (reference/peers.md,
another run); CPU against the expectation per viewer-minute.
"""

import os
import statistics
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import orjson

from benchmarks.bench_server import PORT, SERVE, rss_mib, served
from benchmarks.figure import Figure
from ktv_host.streaming.binary import ffmpeg_path
from ktv_host.streaming.demo_media import loop_clip, make_clip

BASE = f"http://127.0.0.1:{PORT}/api/v1"
TUNE_INS, WATCHED_SECS = 9, 40
LOGIN = {"email": "bench@test.example", "password": "correct horse"}


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        videos = _videos(home)
        with served(SERVE, home, LOCAL_FILES_DIR=str(videos)) as pid:
            channels = made_channels(TUNE_INS)
            cold = [_tune_in(channel) for channel in channels]
            warm = [_tune_in(channels[0]) for _ in range(TUNE_INS)]
            first = _cpu_of_viewers(pid, channels[1], 1)
            three = _cpu_of_viewers(pid, channels[1], 3)
            memory = rss_mib(pid)
    further = max(0.0, (three - first) / 2)
    return [
        _tuned("tune-in to first decoded frame by ffmpeg, cold, p50", statistics.median(cold)),
        _tuned("the same, cold, slowest of 9", max(cold)),
        _tuned("the same, warm, p50", statistics.median(warm)),
        Figure("CPU per minute of the first viewer", first, 0.5, "CPU s", first / 0.5, "<= 1", "server and workers"),
        Figure("CPU per minute of a further viewer", further, 0.05, "CPU s", further / 0.05, "<= 1", "as above"),
        Figure("memory with viewers", memory, 760, "MiB", memory / 760, "<= 1", "the server's own process"),
    ]


def _tuned(name: str, seconds: float) -> Figure:
    return Figure(name, seconds, 0.6, "s", seconds / 0.6, "<= 1", "ffmpeg's own start included")


def _tune_in(channel: str) -> float:
    began = time.perf_counter()
    subprocess.run(
        [ffmpeg_path(), "-v", "error", "-live_start_index", "-3", "-i", f"{BASE}/channels/{channel}/live.m3u8",
         "-frames:v", "1", "-f", "null", "-"], check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    return time.perf_counter() - began


def _cpu_of_viewers(pid: int, channel: str, count: int) -> float:
    """CPU seconds per minute of the server and its children while ``count`` players copy the stream."""
    address = f"{BASE}/channels/{channel}/live.m3u8"
    watch = ["-v", "error", "-re", "-i", address, "-t", str(WATCHED_SECS), "-c", "copy", "-f", "null", "-"]
    command = [ffmpeg_path(), *watch]
    began, before = time.perf_counter(), _cpu_secs(pid)
    viewers = [subprocess.Popen(command, stderr=subprocess.DEVNULL) for _ in range(count)]
    for viewer in viewers:
        viewer.wait(WATCHED_SECS * 3)
    return (_cpu_secs(pid) - before) * 60 / (time.perf_counter() - began)


def _cpu_secs(pid: int) -> float:
    children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    total = 0
    for one in [pid, *map(int, children.stdout.split())]:
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def made_channels(count: int) -> list[str]:
    token = _ask("POST", "/auth/register", LOGIN, None, wait=True)["access_token"]
    while len(items := _ask("GET", "/library/items", None, token)) < count:
        time.sleep(0.1)
    made = []
    for item in items[:count]:
        content = {"type": "manual", "items": [item["id"]]}
        block = {"name": "b", "start_time": "00:00", "duration_mins": 1440, "content": content}
        body = {"name": item["title"], "schedule_config": {"blocks": [block]}}
        channel = _ask("POST", "/channels", body, token)["id"]
        _ask("POST", f"/channels/{channel}/schedule", None, token)
        made.append(channel)
    return made


def _ask(method: str, path: str, body: Any, token: str | None, *, wait: bool = False) -> Any:
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    data = None if body is None else orjson.dumps(body)
    while True:
        try:
            request = urllib.request.Request(BASE + path, data, headers, method=method)
            with urllib.request.urlopen(request, timeout=30) as answer:
                return orjson.loads(answer.read())
        except OSError:
            if not wait:
                raise
        time.sleep(0.05)


def _videos(home: Path) -> Path:
    """Nine half-hours with content of their own, so that no tune-in profits from another."""
    folder = home / "videos" / "Show" / "Season 1"
    folder.mkdir(parents=True)
    for number in range(1, TUNE_INS + 1):
        clip = home / "clip.mp4"
        make_clip(clip, seconds=8, hue=number * 40, title=f"Part {number}", codec="h264")
        loop_clip(clip, folder / f"Show - S01E{number:02} - Part.mp4", seconds=1800, metadata={})
    return home / "videos"
