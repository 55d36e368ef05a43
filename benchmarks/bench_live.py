"""The linear stream: tune-in by ffmpeg and in a browser, and what viewers cost.

Yardsticks: tune-in against the p50 the project expects (0.6 s) and the peer's measured 8.4 s cold (reference/peers.md,
another run); CPU against the expectation per viewer-minute.
"""

import os
import shutil
import statistics
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from playwright.sync_api import Page, sync_playwright

from benchmarks.bench_server import PORT, SERVE, rss_mib, served
from benchmarks.figure import Figure
from ktv_host.streaming.binary import ffmpeg_path
from ktv_host.streaming.demo_media import loop_clip, make_clip

BASE = f"http://127.0.0.1:{PORT}/api/v1"
NOTE_PLAYING = """
document.addEventListener("playing", () => { window.playing ??= performance.now(); }, true);
"""
TUNE_INS, CLIPS, WATCHED_SECS = 24, 4, 40
LOGIN = {"email": "bench@test.example", "password": "correct horse"}


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        videos = _videos(home)
        with served(SERVE, home, LOCAL_FILES_DIR=str(videos)) as pid:
            channels = made_channels(2 * TUNE_INS)
            by_ffmpeg, in_browser = channels[:TUNE_INS], channels[TUNE_INS:]
            cold = [_tune_in(channel) for channel in by_ffmpeg]
            warm = [_tune_in(channel) for channel in by_ffmpeg]
            with _browser() as page:
                _tune_in_page(page, by_ffmpeg[0])  # the browser's own start is not ours
                shown_cold = [_tune_in_page(page, channel) for channel in in_browser]
                shown_warm = [_tune_in_page(page, channel) for channel in in_browser]
            first = _cpu_of_viewers(pid, channels[1], 1)
            three = _cpu_of_viewers(pid, channels[1], 3)
            memory = rss_mib(pid)
    further = max(0.0, (three - first) / 2)
    by_program = "ffmpeg's own start included"
    by_page = "page asked for to playing, Chromium decoding on the same cores"
    return [
        *_tuned("ffmpeg, to its first decoded frame", "cold", cold, by_program),
        *_tuned("ffmpeg, to its first decoded frame", "warm", warm, by_program),
        *_tuned("a browser, to playing", "cold", shown_cold, by_page),
        *_tuned("a browser, to playing", "warm", shown_warm, by_page),
        Figure("CPU per minute of the first viewer", first, 0.5, "CPU s", first / 0.5, "<= 1", "server and workers"),
        Figure("CPU per minute of a further viewer", further, 0.05, "CPU s", further / 0.05, "<= 1", "as above"),
        Figure("memory with viewers", memory, 760, "MiB", memory / 760, "<= 1", "the server's own process"),
    ]


def _tuned(who: str, state: str, seconds: list[float], note: str) -> list[Figure]:
    """The median, which is what the project promises, and the slow end of it."""
    ordered = sorted(seconds)
    middle, slow = statistics.median(ordered), ordered[round(0.95 * (len(ordered) - 1))]
    name = f"tune-in by {who}, {state}"
    return [
        Figure(f"{name}, p50", middle, 0.6, "s", middle / 0.6, "<= 1", note),
        Figure(f"{name}, p95", slow, 0.6, "s", slow / 0.6, "<= 2.5", f"of {len(ordered)}"),
    ]


@contextmanager
def _browser() -> Iterator[Page]:
    program = shutil.which("chromium")
    assert program, "this benchmark needs a Chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.add_init_script(NOTE_PLAYING)
        yield page
        browser.close()


def _tune_in_page(page: Page, channel: str) -> float:
    """Seconds from the request for the page until the picture plays."""
    page.goto(f"http://127.0.0.1:{PORT}/watch/{channel}", wait_until="commit")
    deadline = time.monotonic() + 60
    while not (playing := page.evaluate("window.playing ?? 0")):
        assert time.monotonic() < deadline, "no picture"
        page.wait_for_timeout(20)
    return float(playing) / 1000


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
    began, before = time.perf_counter(), cpu_secs(pid)
    viewers = [subprocess.Popen(command, stderr=subprocess.DEVNULL) for _ in range(count)]
    for viewer in viewers:
        viewer.wait(WATCHED_SECS * 3)
    return (cpu_secs(pid) - before) * 60 / (time.perf_counter() - began)


def cpu_secs(pid: int) -> float:
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
    """Half-hours that are each a file of its own to us, so that no tune-in profits from another."""
    folder = home / "videos" / "Show" / "Season 1"
    folder.mkdir(parents=True)
    clips = [home / f"clip{number}.mp4" for number in range(CLIPS)]
    for number, clip in enumerate(clips):
        make_clip(clip, seconds=8, hue=number * 80, title=f"Clip {number}", codec="h264")
    for number in range(1, 2 * TUNE_INS + 1):
        target = folder / f"Show - S01E{number:02} - Part.mp4"
        loop_clip(clips[number % CLIPS], target, seconds=1800, metadata={"title": f"Part {number}"})
    return home / "videos"
