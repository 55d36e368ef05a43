"""A file of 1 GiB over loopback: our route under hypercorn beside nginx with sendfile."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import monotonic, sleep

from hypercorn.asyncio import serve
from hypercorn.config import Config
from quart import Quart, Response, request

from benchmarks.figure import Figure
from ktv_host.api.media_body import serve_file

SIZE = 1 << 30
ROUNDS = 11
NGINX_CONFIG = """
master_process off; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; user root;
events {{ }}
http {{
  access_log off; sendfile on; tcp_nopush on;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{ listen 127.0.0.1:{port}; root {folder}; }}
}}
"""


@dataclass(frozen=True)
class Server:
    url: str
    pid: int

    def cpu(self) -> float:
        """CPU seconds its process has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "film").open("wb") as file:
            file.truncate(SIZE)  # sparse: it takes no room, and reading it costs what a warm cache does
        with _ours(folder) as ours, _nginx(folder) as nginx:
            return [
                _figure("1 GiB over HTTP, whole", ours, nginx),
                _figure("512 MiB over HTTP, a Range from the middle", ours, nginx, "-r", "300000000-836870911"),
            ]


def _figure(name: str, ours: Server, nginx: Server, *options: str) -> Figure:
    """Interleaved rounds after one to warm up, so that whatever else the machine does hits both."""
    speeds: dict[Server, list[float]] = {ours: [], nginx: []}
    for server in speeds:
        _fetch(server.url, options)
    before = {server: server.cpu() for server in speeds}
    for _ in range(ROUNDS):
        for server, measured in speeds.items():
            measured.append(_fetch(server.url, options))
    used = {server: (server.cpu() - before[server]) / ROUNDS for server in speeds}
    return Figure(
        name=name,
        ours=median(speeds[ours]),
        yardstick=median(speeds[nginx]),
        unit="MB/s",
        ratio=median(our_speed / nginx_speed for our_speed, nginx_speed in zip(*speeds.values(), strict=True)),
        expect=">= 0.7 of nginx with sendfile",
        note=f"ratio of neighbours; CPU {used[ours]:.2f} s beside {used[nginx]:.2f} s a transfer",
    )


def _fetch(url: str, options: tuple[str, ...]) -> float:
    command = ["curl", "-fsS", *options, "-o", "/dev/null", "-w", "%{speed_download}", url]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout) / 1e6


@contextmanager
def _ours(folder: Path) -> Iterator[Server]:
    port = _free_port()
    with _started([sys.executable, "-m", "benchmarks.bench_range", str(folder / "film"), str(port)], port) as pid:
        yield Server(f"http://127.0.0.1:{port}/film", pid)


@contextmanager
def _nginx(folder: Path) -> Iterator[Server]:
    program = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
    if program is None:
        raise RuntimeError("this benchmark needs nginx")
    port = _free_port()
    config = folder / "nginx.conf"
    config.write_text(NGINX_CONFIG.format(folder=folder, port=port))
    folder.chmod(0o755)
    with _started([program, "-c", str(config), "-e", str(folder / "error.log")], port) as pid:
        yield Server(f"http://127.0.0.1:{port}/film", pid)


@contextmanager
def _started(command: list[str], port: int) -> Iterator[int]:
    child = subprocess.Popen(command)
    try:
        _wait(lambda: _listens(port) or child.poll() is not None)
        yield child.pid
    finally:
        child.terminate()
        child.wait(10)


def _wait(ready: Callable[[], bool]) -> None:
    deadline = monotonic() + 20
    while not ready():
        if monotonic() > deadline:
            raise TimeoutError("the server did not start")
        sleep(0.05)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def _serve(path: str, port: int) -> None:
    app = Quart(__name__)

    @app.route("/film")
    async def film() -> Response:
        return await serve_file(path, "video/mp4", request.headers, request.method, cache_control="private")

    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.errorlog = None
    asyncio.run(serve(app, config))


if __name__ == "__main__":
    _serve(sys.argv[1], int(sys.argv[2]))
