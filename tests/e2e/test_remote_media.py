"""Media on another server, end to end: read in parts, through its death and back, and without a word of its key."""

import asyncio
import io
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import m3u8
import orjson
import pytest
import structlog
from hypercorn.asyncio import serve
from hypercorn.config import Config

from ktv_host.app import create_app
from ktv_host.hooks import ContentType, HttpFile, MediaItem
from ktv_host.registry.catalog import Catalog
from ktv_host.settings import Settings
from ktv_host.streaming.binary import ffmpeg_path
from ktv_host.testing.provider import FakeProviderType

KEY = "sesam-4711"
SECONDS = 240  # more than a playlist, the cache and the blocks at hand hold together
MIB = 1 << 20


class Upstream:
    """A media server of another house: wants its key, honours ranges, and can be taken away."""

    def __init__(self, film: Path) -> None:
        self.data = film.read_bytes()
        self.ranges: list[str] = []
        self.sent = 0
        self._server: ThreadingHTTPServer | None = None
        self._port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/Videos/film/stream?static=true&api_key={KEY}"

    def start(self) -> None:
        upstream = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                upstream.answer(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class names it
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), Handler)
        self._server.daemon_threads = True
        self._port = self._server.server_address[1]
        self._open: list[socket.socket] = []
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def stop(self) -> None:
        """As if the machine were switched off: connections that are open end too."""
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()
        for connection in self._open:
            with suppress(OSError):  # some ended long ago
                connection.shutdown(socket.SHUT_RDWR)

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        self._open.append(request.connection)
        if request.headers.get("X-Key") != KEY or KEY not in request.path:
            request.send_error(401)
            return
        asked = request.headers.get("Range", "")
        self.ranges.append(asked)
        first, _, last = asked.removeprefix("bytes=").partition("-")
        body = self.data[int(first) : int(last) + 1]
        request.send_response(206)
        request.send_header("Content-Range", f"bytes {first}-{int(first) + len(body) - 1}/{len(self.data)}")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)
        self.sent += len(body)


class Host:
    """A host with one provider, served by a thread of this process."""

    def __init__(self, settings: Settings, catalog: Catalog) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.base = f"http://127.0.0.1:{probe.getsockname()[1]}"
        self._app = create_app(settings, {}, loaded=(catalog, ()))
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run)
        self.token: str | None = None

    def start(self) -> None:
        self._thread.start()
        deadline = time.monotonic() + 30
        while True:
            try:
                self.call("GET", "/config")
                return
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.05)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(30)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        url = self.base + path if path.startswith("/api") else f"{self.base}/api/v1{path}"
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        request = urllib.request.Request(url, None if body is None else orjson.dumps(body), headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            data = answer.read()
            is_json = answer.headers["Content-Type"] == "application/json"
            return orjson.loads(data) if is_json else (answer.headers, data)

    def _run(self) -> None:
        config = Config()
        config.bind = [self.base.removeprefix("http://")]
        config.accesslog = config.errorlog = None
        self._loop.run_until_complete(serve(self._app, config, shutdown_trigger=self._stop.wait))  # type: ignore[arg-type]
        self._loop.close()


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four minutes at 3 Mbit/s, with B-frames and its index at the end, as encoders leave it."""
    folder = tmp_path_factory.mktemp("film")
    part, path = folder / "part.mp4", folder / "film.mp4"
    picture = ["-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25", "-f", "lavfi", "-i", "sine=sample_rate=48000"]
    rate = ["-vf", "noise=alls=20:allf=t", "-b:v", "3M", "-maxrate", "4M", "-bufsize", "4M", "-g", "125", "-bf", "2"]
    codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2"]
    for arguments in (
        [*picture, "-t", "60", *rate, *codecs, str(part)],
        ["-stream_loop", "3", "-i", str(part), "-t", str(SECONDS), "-c", "copy", str(path)],
    ):
        subprocess.run([ffmpeg_path(), "-v", "error", *arguments], check=True, stdin=subprocess.DEVNULL)
    return path


@pytest.fixture(scope="module")
def upstream(film: Path) -> Iterator[Upstream]:
    server = Upstream(film)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def logged() -> Iterator[io.StringIO]:
    lines = io.StringIO()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(lines))
    yield lines
    structlog.reset_defaults()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def host(home: Path, upstream: Upstream, logged: io.StringIO) -> Iterator[Host]:
    kind = FakeProviderType(
        {"videos": [MediaItem(key="film", title="Film", content_type=ContentType.MOVIE, duration_ms=SECONDS * 1000)]}
    )
    kind.sources["film"] = HttpFile(upstream.url, headers={"X-Key": KEY})
    settings = Settings(
        _env_file=None,
        database_url=f"sqlite:{home / 'ktv.db'}?mode=rwc",
        data_dir=home / "data",
        jwt_secret="a secret that is long enough for tests",
    )
    catalog = Catalog(provider_types={"fake": kind}, auth_backends={}, exporters={}, notifiers={})
    server = Host(settings, catalog)
    server.start()
    try:
        login = {"email": "admin@test.example", "password": "correct horse"}
        server.token = server.call("POST", "/auth/register", login)["access_token"]
        server.call("POST", "/admin/providers", {"provider_type": "fake", "config": {}})
        server.call("POST", "/library/sync")
        yield server
    finally:
        server.close()


@pytest.fixture(scope="module")
def channel(host: Host) -> str:
    block = {"name": "x", "start_time": "00:00", "duration_mins": 1440}
    block["content"] = {"type": "manual", "items": ["film"]}
    made = host.call("POST", "/channels", {"name": "Far", "schedule_config": {"blocks": [block]}})
    host.call("POST", f"/channels/{made['id']}/schedule")
    identity: str = made["id"]
    return identity


@pytest.fixture
def watch(host: Host, channel: str) -> Callable[[int], "subprocess.Popen[str]"]:
    """A player that decodes the stream for some seconds."""

    def start(seconds: int) -> "subprocess.Popen[str]":
        address = f"{host.base}/api/v1/channels/{channel}/live.m3u8"
        command = [ffmpeg_path(), "-v", "error", "-live_start_index", "-3", "-i", address, "-t", str(seconds)]
        command += ["-map", "0:v", "-fps_mode", "passthrough", "-f", "framemd5", "-"]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    return start


def pictures(player: "subprocess.Popen[str]") -> int:
    shown, complaints = player.communicate(timeout=180)
    assert player.returncode == 0
    assert complaints == ""
    return sum(not line.startswith("#") for line in shown.splitlines())


def test_a_player_decodes_it_and_little_more_is_read_than_is_played(
    upstream: Upstream, watch: Callable[[int], Any], host: Host, channel: str, home: Path
) -> None:
    assert pictures(watch(10)) >= 10 * 25 - 5
    _, text = host.call("GET", f"/channels/{channel}/media.m3u8")
    for segment in m3u8.loads(text.decode()).segments:
        host.call("GET", segment.uri)
    played = sum(path.stat().st_size for path in (home / "data" / "cache").rglob("*.ts"))
    assert played > 10 * MIB
    assert all(asked.rpartition("-")[2].isdecimal() for asked in upstream.ranges)
    # each of two workers may look into the file for itself: head, index, edges; a segment touches a block at each end
    assert upstream.sent < played * 1.25 + 12 * MIB


def test_when_the_server_dies_slate_comes_and_when_it_is_back_the_picture(
    upstream: Upstream, watch: Callable[[int], Any], host: Host, channel: str
) -> None:
    before = host.call("GET", "/admin/streams")["slates"]
    player = watch(50)
    time.sleep(4)
    upstream.stop()
    time.sleep(20)
    upstream.start()
    assert pictures(player) >= 50 * 25 - 50
    streams = host.call("GET", "/admin/streams")
    assert streams["slates"] > before
    assert "cannot be read" in streams["errors"][0]["reason"]
    _, text = host.call("GET", f"/channels/{channel}/media.m3u8")
    headers, _ = host.call("GET", m3u8.loads(text.decode()).segments[-1].uri)
    assert headers["Cache-Control"].startswith("public")


def test_its_key_is_neither_logged_nor_stored_nor_sent(
    logged: io.StringIO, host: Host, channel: str, home: Path, upstream: Upstream
) -> None:
    assert upstream.ranges
    assert "cannot be read" in logged.getvalue()
    assert KEY not in logged.getvalue()
    stored = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file() and path.suffix != ".ts")
    assert b"Far" in stored
    assert KEY.encode() not in stored
    assert KEY.encode() not in orjson.dumps(host.call("GET", "/admin/streams"))
    _, text = host.call("GET", f"/channels/{channel}/media.m3u8")
    assert KEY.encode() not in text
