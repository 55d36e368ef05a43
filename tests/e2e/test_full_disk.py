"""A disk that is really full: a file system of its own, of a few hundred kilobytes, which only the server sees."""

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import m3u8
import pytest

from ktv_host.streaming.demo_media import loop_clip, make_clip

SIZE = 400 << 10  # room for a handful of segments
# A mount of one's own needs no root, only a user namespace.
ON_A_SMALL_DISK = (
    "unshare", "--map-root-user", "--mount", "sh", "-c",
    f'mount -t tmpfs -o size={SIZE} tmpfs "$TRANSCODE_DIR" && exec "$@"', "sh",
)  # fmt: skip


@dataclass
class Disk:
    """The server's small disk, looked into from outside."""

    root: Path

    def fill(self) -> None:
        with (self.root / "ballast").open("wb", buffering=0) as ballast:
            assert ballast.write(bytes(2 * SIZE)) <= SIZE
            with pytest.raises(OSError, match="No space left"):
                ballast.write(bytes(1))

    def make_room(self) -> None:
        (self.root / "ballast").unlink()

    def kept(self) -> dict[str, bytes]:
        """By plan and name: whatever lies there under the name of a segment."""
        return {"/".join(path.parts[-2:]): path.read_bytes() for path in self.root.rglob("*.ts")}


@pytest.fixture
def on_air(serve: Callable[..., Any], tmp_path: Path) -> Iterator[tuple[Any, str, Disk]]:
    season = tmp_path / "videos" / "Show" / "Season 01"
    season.mkdir(parents=True)
    (tmp_path / "segments").mkdir()
    make_clip(tmp_path / "clip.mp4", seconds=4, hue=80, title="Full", codec="h264")
    loop_clip(tmp_path / "clip.mp4", season / "Show - S01E01 - Part.mp4", seconds=1800, metadata={})
    assert shutil.which("unshare"), "the tests need unshare, of util-linux"
    variables = {"LOCAL_FILES_DIR": str(tmp_path / "videos"), "TRANSCODE_DIR": str(tmp_path / "segments")}
    with serve(tmp_path, ON_A_SMALL_DISK, **variables) as server:
        login = server.printed(r"Login\s+(\S+)\s+password (\S+)")
        server.token = server.post("/auth/login", {"email": login[1], "password": login[2]}).json()["access_token"]
        (item,) = server.until("/library/items", lambda items: len(items) == 1)
        content = {"type": "manual", "items": [item["id"]]}
        block = {"name": "x", "start_time": "00:00", "duration_mins": 1440, "content": content}
        made = server.post("/channels", {"name": "Full", "schedule_config": {"blocks": [block]}}).json()["id"]
        assert server.post(f"/channels/{made}/schedule").status == 201
        yield server, made, Disk(Path(f"/proc/{server.process.pid}/root") / (tmp_path / "segments").relative_to("/"))


def listed(server: Any, channel: str) -> dict[int, str]:
    playlist = m3u8.loads(server.get(f"/channels/{channel}/media.m3u8").body.decode())
    return {playlist.media_sequence + n: urljoin(server.base, s.uri) for n, s in enumerate(playlist.segments)}


def name_of(url: str) -> str:
    *_, plan, _, name = url.split("/")
    return f"{plan}/{name}"


def test_a_full_disk_costs_no_segment_and_is_used_again_when_there_is_room(on_air: tuple[Any, str, Disk]) -> None:
    server, channel, disk = on_air
    disk.fill()
    urls = listed(server, channel)
    answers = {name_of(url): server.get(url) for url in urls.values()}
    assert len(answers) >= 4
    for name, answer in answers.items():
        assert (answer.status, answer.headers["Cache-Control"].startswith("public")) == (200, True), name
        assert len(answer.body) % 188 == 0
        assert len(answer.body) == int(answer.headers["Content-Length"])
    assert disk.kept() == {}
    assert not list(disk.root.rglob("*.tmp"))
    first, url = next((name_of(url), url) for url in urls.values())
    assert server.get(url).body == answers[first].body  # made anew, and the same

    disk.make_room()
    assert server.get(url).body == answers[first].body
    assert disk.kept() == {first: answers[first].body}
    for url in urls.values():  # more than fits: what is stored is whole
        assert server.get(url).body == answers[name_of(url)].body
    kept = disk.kept()
    assert kept
    assert {name: answers[name].body for name in kept} == kept
    assert server.get("/admin/streams").json()["slates"] == 0


def test_on_a_full_disk_slate_stands_in_for_a_file_that_vanished(on_air: tuple[Any, str, Disk]) -> None:
    server, channel, disk = on_air
    urls = listed(server, channel)
    disk.fill()
    shutil.rmtree(server.folder / "videos" / "Show")
    answer = server.get(urls[max(urls)])
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")
    assert answer.body[:1] == b"\x47"
    deadline = time.monotonic() + 20
    while max(listed(server, channel)) == max(urls):  # the channel goes on
        assert time.monotonic() < deadline
        time.sleep(0.5)
    assert server.get("/admin/streams").json()["slates"] == 1
