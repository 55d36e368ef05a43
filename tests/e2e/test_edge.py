"""K-TV behind a real nginx with the configuration we ship."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import urljoin, urlsplit

import m3u8
import pytest

from ktv_host.streaming.demo_media import loop_clip, make_clip

TEMPLATE = Path(__file__).parents[2] / "docker" / "nginx" / "ktv.conf.template"
MAIN = """
{user} daemon off; pid {home}/nginx.pid; error_log {home}/error.log;
events {{ }}
http {{
    access_log off; client_body_temp_path {home}/a; proxy_temp_path {home}/b; fastcgi_temp_path {home}/c;
    uwsgi_temp_path {home}/d; scgi_temp_path {home}/e;
    include {home}/ktv.conf;
}}
"""


@dataclass
class Edge:
    """nginx in front of a server with two channels: a series that is there, and films that will be taken away."""

    base: str
    server: Any
    channel: str
    other: str

    def get(self, path: str, **headers: str) -> Any:
        return self.server.call("GET", urljoin(self.base, path), **headers)

    def segments(self, channel: str) -> list[str]:
        answer = self.get(f"/api/v1/channels/{channel}/media.m3u8")
        assert answer.status == 200, answer.body
        return [segment.uri for segment in m3u8.loads(answer.body.decode()).segments]


def nginx_program() -> str:
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/sbin")
    assert program, "the tests need nginx: apt-get install nginx-light"
    return program


@contextmanager
def nginx(home: Path, upstream: str, segments: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        listen = f"127.0.0.1:{probe.getsockname()[1]}"
    values = {
        "KTV_UPSTREAM": urlsplit(upstream).netloc,
        "KTV_LISTEN": listen,
        "KTV_EDGE_CACHE": str(home / "edge"),
        "KTV_SEGMENTS": str(segments),
    }
    (home / "ktv.conf").write_text(Template(TEMPLATE.read_text()).safe_substitute(values))
    user = "user root;" if os.geteuid() == 0 else ""  # else its workers may not read what is root's
    (home / "nginx.conf").write_text(MAIN.format(user=user, home=home))
    process = subprocess.Popen([nginx_program(), "-e", str(home / "error.log"), "-c", str(home / "nginx.conf")])
    try:
        deadline = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", int(listen.rpartition(":")[2])), 1).close()
                break
            except OSError:
                assert process.poll() is None, (home / "error.log").read_text()
                assert time.monotonic() < deadline
                time.sleep(0.02)
        yield f"http://{listen}"
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module", params=["", "/ktv-segments"], ids=["copies", "files"])
def edge(
    request: pytest.FixtureRequest, serve: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Edge]:
    home = tmp_path_factory.mktemp("edge")
    videos = home / "videos"
    for folder, name in (("Show/Season 01", "Show - S01E01 - Part.mp4"), ("Films", "Film (1999).mp4")):
        (videos / folder).mkdir(parents=True)
        make_clip(home / "clip.mp4", seconds=4, hue=len(name) * 9, title=name[:4], codec="h264")
        loop_clip(home / "clip.mp4", videos / folder / name, seconds=1200, metadata={})
    variables = {"LOCAL_FILES_DIR": str(videos), "ACCEL_REDIRECT": request.param, "TRUSTED_PROXIES": "127.0.0.1"}
    with serve(home, **variables) as server, nginx(home, server.base, home / "data" / "cache") as base:
        login = server.printed(r"Login\s+(\S+)\s+password (\S+)")
        server.token = server.post("/auth/login", {"email": login[1], "password": login[2]}).json()["access_token"]
        items = server.until("/library/items", lambda items: len(items) == 2)
        channels = [_channel(server, item) for item in sorted(items, key=lambda item: item["title"], reverse=True)]
        yield Edge(base, server, *channels)


def _channel(server: Any, item: dict[str, Any]) -> str:
    block = {"name": "x", "start_time": "00:00", "duration_mins": 1440}
    block["content"] = {"type": "manual", "items": [item["id"]]}
    channel: str = server.post("/channels", {"name": item["title"], "schedule_config": {"blocks": [block]}}).json()[
        "id"
    ]
    assert server.post(f"/channels/{channel}/schedule").status == 201
    return channel


def test_the_second_viewer_does_not_cost_the_server_a_byte(edge: Edge, request: pytest.FixtureRequest) -> None:
    path = edge.segments(edge.channel)[0]
    first, second = edge.get(path), edge.get(path)
    assert first.status == second.status == 200
    assert first.body == second.body
    assert first.body[0] == 0x47
    seen = [answer.headers["X-Cache-Status"] for answer in (first, second)]
    assert seen == (["MISS", "HIT"] if "copies" in request.node.name else ["ACCEL", "ACCEL"])
    for answer in (first, second):
        assert answer.headers["Server"].startswith("nginx")
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Content-Type"] == "video/mp2t"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "X-Accel-Redirect" not in answer.headers


def test_what_nginx_sends_is_the_segment(edge: Edge) -> None:
    path = edge.segments(edge.channel)[1]
    whole = edge.get(path).body
    plan, name = path.split("/")[4], path.split("/")[-1]
    stored = edge.server.folder / "data" / "cache" / plan[:2] / plan / name
    assert whole == stored.read_bytes()
    part = edge.get(path, Range="bytes=188-375")
    assert (part.status, part.body) == (206, whole[188:376])


def test_a_changed_address_is_refused_and_not_kept(edge: Edge) -> None:
    head, grant, name = edge.segments(edge.channel)[2].rsplit("/", 2)
    for _ in range(2):
        answer = edge.get(f"{head}/{grant[:-1]}{'A' if grant[-1] != 'A' else 'B'}/{name}")
        assert answer.status == 404
        assert answer.json()["error"] == "not_found"
        assert answer.headers["X-Cache-Status"] in (None, "MISS")


def test_files_cannot_be_had_around_the_server(edge: Edge) -> None:
    path = edge.segments(edge.channel)[0]
    edge.get(path)
    plan, name = path.split("/")[4], path.split("/")[-1]
    assert edge.get(f"/ktv-segments/{plan[:2]}/{plan}/{name}").status == 404


def test_slate_in_place_of_a_segment_is_not_kept(edge: Edge) -> None:
    paths = edge.segments(edge.other)
    film = edge.server.folder / "videos" / "Films" / "Film (1999).mp4"
    film.rename(film.with_suffix(".away"))
    try:
        gone = [edge.get(paths[-1]) for _ in range(2)]
    finally:
        film.with_suffix(".away").rename(film)
    for answer in gone:
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")
        assert answer.headers["X-Cache-Status"] in (None, "MISS")
        assert answer.body[0] == 0x47


def test_the_server_knows_its_viewers_behind_nginx(edge: Edge) -> None:
    for number in range(1, 4):
        edge.get(f"/api/v1/channels/{edge.channel}/media.m3u8", X_Forwarded_For=f"192.0.2.{number}", User_Agent="tv")
    (row,) = [row for row in edge.server.get("/admin/streams").json()["channels"] if row["channel_id"] == edge.channel]
    assert row["viewers"] >= 3


def test_head_is_answered_without_a_body(edge: Edge) -> None:
    for path in (f"/api/v1/channels/{edge.channel}/live.m3u8", edge.segments(edge.channel)[0]):
        answer = edge.server.call("HEAD", urljoin(edge.base, path))
        assert (answer.status, answer.body) == (200, b"")
        assert int(answer.headers["Content-Length"]) > 0
