"""What the README promises, done over HTTP against a real server process."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from ipytv import playlist as m3u
from lxml import etree

from ktv_host.streaming.binary import ffmpeg_path
from tests.contract_example import BLOCKS, CHANNEL

DTD = Path(__file__).parents[2] / "plugins" / "ktv_iptv" / "tests" / "xmltv_emitted.dtd"


@pytest.fixture(scope="module")
def home(server: Any) -> Any:
    """The server with its admin signed in and the library read."""
    login = server.printed(r"Login\s+(\S+)\s+password (\S+)")
    answer = server.post("/auth/login", {"email": login[1], "password": login[2]})
    assert answer.status == 200, answer.body
    server.token = answer.json()["access_token"]
    server.until("/library/items?type=episode", lambda items: len(items) == 5)
    server.until("/library/items", lambda items: len(items) == 7)
    return server


@pytest.fixture(scope="module")
def always_on(home: Any) -> Any:
    """A channel with something on the air at any time."""
    block = {
        "name": "Round the clock",
        "start_time": "00:00",
        "duration_mins": 1440,
        "content": {"type": "algorithmic", "filter": {"content_type": "episode"}, "strategy": "sequential"},
    }
    channel = home.post("/channels", {"name": "Round the clock", "schedule_config": {"blocks": [block]}}).json()
    assert home.post(f"/channels/{channel['id']}/schedule").status == 201
    return channel


def test_the_library_knows_what_the_folder_holds(home: Any) -> None:
    episodes = home.get("/library/items?type=episode&strategy=sequential").json()
    assert [(e["series_name"], e["season_number"], e["episode_number"]) for e in episodes] == [
        ("Corner Shop", 1, number) for number in range(1, 6)
    ]
    assert {e["duration_secs"] for e in episodes} <= {1319, 1320, 1321}
    assert [f["title"] for f in home.get("/library/items?type=movie").json()] == ["Two Left Feet"]
    (short,) = home.get("/library/items?type=short").json()
    assert (short["title"], short["year"], short["duration_secs"]) == ("Big Buck Bunny", 2008, 5)


def test_the_contracts_example_channel_gets_its_evening(home: Any) -> None:
    channel = home.post("/channels", CHANNEL).json()
    path = f"/channels/{channel['id']}"
    assert home.call("PUT", path, {"schedule_config": {"blocks": BLOCKS}}).status == 200
    schedule = home.post(f"{path}/schedule").json()
    assert schedule["generation"] == 1
    zone = ZoneInfo("America/New_York")
    starts = [datetime.fromisoformat(s["start_at"]).astimezone(zone) for s in schedule["slots"]]
    kinds = [s["item"]["content_type"] for s in schedule["slots"]]
    assert {"episode", "movie"} == set(kinds)
    for start, kind in zip(starts, kinds, strict=True):
        assert (start.hour in (20, 21)) if kind == "episode" else (start.hour in (22, 23, 0))


def test_now_has_the_right_offset(home: Any, always_on: Any) -> None:
    now = home.get(f"/channels/{always_on['id']}/now").json()
    start = datetime.fromisoformat(now["slot"]["start_at"])
    passed = (datetime.now(start.tzinfo) - start).total_seconds()
    assert passed - 3 <= now["offset_secs"] <= passed + 1


def test_the_guide_of_the_next_hours(home: Any, always_on: Any) -> None:
    start = datetime.now().astimezone()
    window = f"from={_z(start)}&until={_z(start + timedelta(hours=4))}"
    slots = home.get(f"/channels/{always_on['id']}/epg?{window}").json()
    assert len(slots) >= 10


def test_the_playlist_and_the_guide_agree(home: Any, always_on: Any) -> None:
    parsed = m3u.loads(home.get("/iptv/playlist.m3u").body.decode())
    tree = etree.fromstring(home.get("/iptv/epg.xml").body)
    ids = {channel.attributes["tvg-id"] for channel in parsed.get_channels()}
    assert ids == {element.get("id") for element in tree.findall("channel")}
    dtd = etree.DTD(str(DTD))
    assert dtd.validate(tree), dtd.error_log


def test_stream_is_decoded_by_ffmpeg(home: Any, always_on: Any) -> None:
    answer = home.get(f"/channels/{always_on['id']}/stream")
    assert answer.status == 307
    assert _frames(home.base + _path(answer.headers["Location"])) > 20


def test_real_footage_is_served_and_decoded(home: Any) -> None:
    (short,) = home.get("/library/items?type=short").json()
    answer = home.get(f"/files/stream/{short['id']}", Range="bytes=0-99")
    assert (answer.status, len(answer.body)) == (206, 100)
    block = {
        "name": "Bunny",
        "start_time": "00:00",
        "duration_mins": 1440,
        "content": {"type": "manual", "items": [short["id"]]},
    }
    channel = home.post("/channels", {"name": "Bunny", "schedule_config": {"blocks": [block]}}).json()
    assert home.post(f"/channels/{channel['id']}/schedule").status == 201
    answer = home.get(f"/channels/{channel['id']}/stream")
    assert _frames(home.base + _path(answer.headers["Location"])) > 20


def test_ctrl_c_ends_cleanly_and_the_second_start_is_quick(
    serve: Callable[..., Any], videos: Path, tmp_path: Path
) -> None:
    with serve(tmp_path, LOCAL_FILES_DIR=str(videos)) as first:
        first.printed(r"Login")
        children = _children(first.process.pid)
        assert first.stop() == 0
        assert not [child for child in children if Path(f"/proc/{child}").exists()]
    with serve(tmp_path, LOCAL_FILES_DIR=str(videos)) as second:
        assert second.get("/config").status == 200
        assert not any("Login" in line for line in second.lines)
        assert second.stop() == 0


def test_a_port_that_is_taken_is_said_in_one_line(server: Any, tmp_path: Path) -> None:
    port = server.base.rpartition(":")[2]
    done = subprocess.run(
        [sys.executable, "-c", "from ktv_host.cli.main import main; main()", "serve"],
        cwd=tmp_path,
        env={**os.environ, "PORT": port, "DEMO": "false", "DATA_DIR": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr
    assert "Traceback" not in done.stderr


def _z(moment: datetime) -> str:
    return moment.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%SZ")


def _path(location: str) -> str:
    return "/" + location.split("/", 3)[3]


def _frames(url: str) -> int:
    done = subprocess.run(
        [ffmpeg_path(), "-v", "error", "-i", url, "-t", "2", "-map", "0:v", "-f", "framemd5", "-"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stderr == ""
    return sum(not line.startswith("#") for line in done.stdout.splitlines())


def _children(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(word) for word in listed.stdout.split()]
