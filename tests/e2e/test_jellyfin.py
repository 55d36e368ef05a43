"""Two Jellyfin servers (fakes, in processes of their own) behind one channel of a running K-TV."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest

from ktv_host.streaming.binary import ffmpeg_path

KEY = "0123456789abcdef0123456789abcdef"
ITEMS = 25


@dataclass
class Fake:
    """A fake Jellyfin that can be killed and started again at its address."""

    name: str
    version: str
    prefix: str
    port: int
    media: Path
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.prefix}"

    def start(self) -> None:
        command = [sys.executable, "-m", "fake_jellyfin", "--port", str(self.port), "--name", self.name]
        command += ["--version", self.version, "--media", str(self.media)]
        command += ["--prefix", self.prefix] if self.prefix else []
        environment = {**os.environ, "FAKE_JELLYFIN_API_KEY": KEY}
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while not self._answers():
            assert self.process.poll() is None, "the fake ended"
            assert time.monotonic() < deadline, "the fake does not answer"
            time.sleep(0.05)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(20)
            self.process = None

    def edit(self, change: dict[str, Any]) -> Any:
        """Change its library, as somebody at the server would."""
        asked = urllib.request.Request(f"{self.url}/_fake/library", orjson.dumps(change), method="POST")
        with urllib.request.urlopen(asked, timeout=10) as response:
            return orjson.loads(response.read())

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=2) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, OSError):
            return False


@contextmanager
def running(*fakes: Fake) -> Iterator[None]:
    try:
        for fake in fakes:
            fake.start()
        yield
    finally:
        for fake in fakes:
            fake.kill()


@pytest.fixture(scope="module")
def fakes(tmp_path_factory: pytest.TempPathFactory, free_ports: Callable[[int], list[int]]) -> Iterator[list[Fake]]:
    media = tmp_path_factory.mktemp("films")
    attic, cellar = free_ports(2)
    made = [Fake("Attic", "10.10.7", "", attic, media), Fake("Cellar", "12.0.0", "/jellyfin", cellar, media)]
    with running(*made):
        yield made


@pytest.fixture(scope="module")
def home(fakes: list[Fake], serve: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """K-TV with an instance for each server: one by key, one as a user."""
    with serve(tmp_path_factory.mktemp("home"), DEMO="false") as server:
        login = server.printed(r"Login\s+(\S+)\s+password (\S+)")
        server.token = server.post("/auth/login", {"email": login[1], "password": login[2]}).json()["access_token"]
        attic, cellar = fakes
        ways = {
            "attic": {"base_url": attic.url, "api_key": KEY},
            "cellar": {"base_url": cellar.url, "username": "viewer", "password": "secret-viewer"},
        }
        for name, config in ways.items():
            made = server.post("/admin/providers", {"id": name, "provider_type": "jellyfin", "config": config})
            assert made.status == 201, made.body
            assert made.json()["state"] == "READY", made.json()
        server.until("/admin/providers", lambda rows: [row["item_count"] for row in rows] == [ITEMS, ITEMS], 60)
        yield server


@pytest.fixture(scope="module")
def channel(home: Any) -> str:
    """Episodes of both servers, mixed."""
    content = {"type": "algorithmic", "filter": {"content_type": "episode"}, "strategy": "random"}
    block = {"name": "Mixed", "start_time": "00:00", "duration_mins": 1440, "content": content}
    made = home.post("/channels", {"name": "Mixed", "schedule_config": {"blocks": [block]}})
    channel_id: str = made.json()["id"]
    assert home.post(f"/channels/{channel_id}/schedule").status == 201
    return channel_id


def state(home: Any, instance: str) -> tuple[str, str | None]:
    view = home.get(f"/admin/providers/{instance}").json()
    return view["state"], view["last_error"]


def frames(home: Any, url: str, seconds: int) -> tuple[int, str]:
    """Pictures ffmpeg decodes of an address, and what it complains about."""
    done = subprocess.run(
        [ffmpeg_path(), "-v", "error", "-i", url, "-t", str(seconds), "-map", "0:v", "-f", "framemd5", "-"],
        capture_output=True, text=True, timeout=90, check=True,
    )  # fmt: skip
    return sum(not line.startswith("#") for line in done.stdout.splitlines()), done.stderr


def on_air(home: Any, instance: str) -> str:
    """A channel on which an item of this instance is on."""
    items = [item["id"] for item in home.get(f"/library/items?provider={instance}&type=movie&limit=50").json()]
    content = {"type": "manual", "items": items}
    block = {"name": "All day", "start_time": "00:00", "duration_mins": 1440, "content": content}
    made = home.post("/channels", {"name": f"Only {instance}", "schedule_config": {"blocks": [block]}}).json()
    assert home.post(f"/channels/{made['id']}/schedule").status == 201
    return str(made["id"])


def test_a_block_mixes_the_libraries_of_two_servers(home: Any, channel: str) -> None:
    slots = home.get(f"/channels/{channel}/schedule").json()["slots"]
    assert {slot["item"]["id"].partition("::")[0] for slot in slots} == {"attic", "cellar"}
    now = home.get(f"/channels/{channel}/now").json()
    assert now["slot"]["item"]["series_name"] in {"Corner Shop", "Signal, Lost & Found"}


def test_stream_leads_to_bytes_that_ffmpeg_decodes_through_the_relay(home: Any, fakes: list[Fake]) -> None:
    for instance in ("attic", "cellar"):
        answer = home.get(f"/channels/{on_air(home, instance)}/stream")
        assert answer.status == 307
        address = answer.headers["Location"]
        assert "/api/v1/files/stream/" in address
        assert str(fakes[0].port) not in address, "the media server is not shown"
        count, complaints = frames(home, address, 4)
        assert (count, complaints) == (100, "")


def test_the_live_stream_of_remote_files_decodes(home: Any, channel: str) -> None:
    count, complaints = frames(home, f"{home.base}/api/v1/channels/{channel}/live.m3u8", 6)
    assert count > 100
    assert complaints == ""


def test_the_artwork_of_an_item_comes_through(home: Any) -> None:
    (film,) = home.get("/library/items?provider=attic&q=harbour").json()
    answer = home.get(film["thumbnail_url"])
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("image/")


def test_changes_on_a_server_that_tells_arrive_by_themselves(home: Any, fakes: list[Fake]) -> None:
    new = "/library/items?provider=cellar&q=brand+new"
    added = fakes[1].edit({"add": ["Brand New"]})["added"]
    (found,) = home.until(new, lambda items: len(items) == 1)
    assert found["title"] == "Brand New"
    fakes[1].edit({"remove": added})
    home.until(new, lambda items: not items)


def test_a_server_that_is_killed_mid_play_and_comes_back(home: Any, fakes: list[Fake], channel: str) -> None:
    cellar = fakes[1]
    only = on_air(home, "cellar")
    address = home.get(f"/channels/{only}/stream").headers["Location"]
    guide = home.get(f"/channels/{channel}/schedule").json()
    with urllib.request.urlopen(address, timeout=60) as playing:
        assert playing.read(65_536)[4:8] == b"ftyp"
        cellar.kill()
        assert home.get(f"/channels/{only}/stream").status == 503
        assert state(home, "cellar")[0] == "RETRYING"
        assert "cannot be reached" in (state(home, "cellar")[1] or "")
        assert state(home, "attic")[0] == "READY"
        assert home.get(f"/channels/{channel}/schedule").json() == guide
        assert home.get(f"/channels/{only}/now").status == 200
        assert home.get(f"/channels/{channel}/now").status == 200
        assert len(home.get("/library/items?provider=cellar&limit=200").json()) == ITEMS
        cellar.start()
        home.until("/admin/providers/cellar", lambda view: view["state"] == "READY", 60)
    assert home.get(f"/channels/{channel}/schedule").json() == guide
    answer = home.get(f"/channels/{only}/stream")
    assert answer.status == 307
    assert frames(home, answer.headers["Location"], 2)[0] == 50


def test_no_key_reaches_the_log_of_the_server(home: Any) -> None:
    text = "".join(home.lines)
    assert KEY not in text
    assert "secret-viewer" not in text
