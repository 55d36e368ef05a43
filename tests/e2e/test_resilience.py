"""The stream goes on: two servers on one cache, workers and servers that are killed."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import m3u8
import pytest

from ktv_host.streaming.binary import ffmpeg_path
from ktv_host.streaming.demo_media import loop_clip, make_clip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of ten-minute episodes."""
    folder = tmp_path_factory.mktemp("home")
    season = folder / "videos" / "Show" / "Season 01"
    season.mkdir(parents=True)
    for number in range(1, 5):
        make_clip(folder / "clip.mp4", seconds=4, hue=number * 80, title=str(number), codec="h264")
        loop_clip(folder / "clip.mp4", season / f"Show - S01E0{number} - Part.mp4", seconds=600, metadata={})
    return folder


@pytest.fixture(scope="module")
def pair(serve: Callable[..., Any], home: Path) -> Iterator[tuple[Any, Any]]:
    """Two servers on one database and one cache."""
    shared = {
        "LOCAL_FILES_DIR": str(home / "videos"),
        "DATABASE_URL": f"sqlite:{home / 'ktv.db'}?mode=rwc",
        "TRANSCODE_DIR": str(home / "segments"),
        "JWT_SECRET": "one secret for both of these servers",
    }
    with serve(home, **shared) as first:
        login = first.printed(r"Login\s+(\S+)\s+password (\S+)")
        first.token = first.post("/auth/login", {"email": login[1], "password": login[2]}).json()["access_token"]
        first.until("/library/items", lambda items: len(items) == 4)
        other = home / "other"
        other.mkdir()
        with serve(other, **shared) as second:
            second.token = first.token
            yield first, second


@pytest.fixture(scope="module")
def channel(pair: tuple[Any, Any]) -> str:
    content = {"type": "algorithmic", "filter": {"content_type": "episode"}, "strategy": "sequential"}
    block = {"name": "x", "start_time": "00:00", "duration_mins": 1440, "content": content}
    made: str = pair[0].post("/channels", {"name": "Show", "schedule_config": {"blocks": [block]}}).json()["id"]
    assert pair[0].post(f"/channels/{made}/schedule").status == 201
    return made


def playlist(server: Any, channel: str) -> bytes:
    answer = server.get(f"/channels/{channel}/media.m3u8")
    assert answer.status == 200, answer.body
    body: bytes = answer.body
    return body


def test_two_servers_give_the_same_playlist(pair: tuple[Any, Any], channel: str) -> None:
    playlist(pair[0], channel)
    for _ in range(10):
        time.sleep(1.02 - time.time() % 1)  # both within one second
        second = int(time.time())
        bodies = [playlist(server, channel) for server in pair]
        if int(time.time()) == second:
            assert bodies[0] == bodies[1]
            return
    pytest.fail("two requests never fell into one second")


def test_what_one_server_made_the_other_does_not_make_again(pair: tuple[Any, Any], channel: str) -> None:
    first, second = pair
    urls = [segment.uri for segment in m3u8.loads(playlist(first, channel).decode()).segments]
    made = [first.get(urljoin(first.base, url)).body for url in urls]
    before = second.get("/admin/streams").json()
    assert [second.get(urljoin(second.base, url)).body for url in urls] == made
    after = second.get("/admin/streams").json()
    assert after["hits"] - before["hits"] == after["segments"] - before["segments"] == len(urls)


def workers_of(server: Any) -> list[int]:
    listed = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(server.process.pid)], capture_output=True, text=True, check=False
    )
    return [int(line.split()[0]) for line in listed.stdout.splitlines() if "worker_process" in line]


def test_a_worker_that_is_killed_while_somebody_watches_is_not_missed(pair: tuple[Any, Any], channel: str) -> None:
    server = pair[0]
    address = f"{server.base}/api/v1/channels/{channel}/live.m3u8"
    command = [ffmpeg_path(), "-v", "error", "-live_start_index", "-3", "-i", address, "-t", "25", "-map", "0:v"]
    player = subprocess.Popen([*command, "-f", "framemd5", "-"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    killed = set()
    while player.poll() is None and len(killed) < 6:
        for pid in workers_of(server):
            os.kill(pid, signal.SIGKILL)
            killed.add(pid)
        time.sleep(2)
    shown, complaints = player.communicate(timeout=60)
    assert len(killed) > 2
    assert complaints == b""
    assert sum(not line.startswith(b"#") for line in shown.splitlines()) >= 25 * 24 - 5
    assert server.get("/admin/streams").json()["slates"] == 0


def test_a_server_that_is_killed_and_started_again_goes_on_with_the_numbers(
    serve: Callable[..., Any], tmp_path: Path, home: Path
) -> None:
    variables = {"LOCAL_FILES_DIR": str(home / "videos")}
    with serve(tmp_path, **variables) as server:
        login = server.printed(r"Login\s+(\S+)\s+password (\S+)")
        server.token = server.post("/auth/login", {"email": login[1], "password": login[2]}).json()["access_token"]
        item = server.until("/library/items", lambda items: len(items) == 4)[0]
        block = {"name": "x", "start_time": "00:00", "duration_mins": 1440}
        block["content"] = {"type": "manual", "items": [item["id"]]}
        made = server.post("/channels", {"name": "One", "schedule_config": {"blocks": [block]}}).json()["id"]
        server.post(f"/channels/{made}/schedule")
        before = m3u8.loads(playlist(server, made).decode())
        server.process.kill()
        server.process.wait(20)
    with serve(tmp_path, **variables) as server:
        after = m3u8.loads(playlist(server, made).decode())
        known = {before.media_sequence + n: segment.uri for n, segment in enumerate(before.segments)}
        again = {after.media_sequence + n: segment.uri for n, segment in enumerate(after.segments)}
        assert len(known.keys() & again.keys()) > 3
        assert all(known[number] == again[number] for number in known.keys() & again.keys())
        assert server.get(urljoin(server.base, after.segments[0].uri)).status == 200
