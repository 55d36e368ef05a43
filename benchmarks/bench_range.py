"""A file of 1 GiB over loopback: our route under hypercorn beside nginx with sendfile."""

import asyncio
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from hypercorn.asyncio import serve
from hypercorn.config import Config
from quart import Quart, Response, request

from benchmarks.figure import Figure
from benchmarks.servers import Server, fetch, free_port, nginx, started
from ktv_host.api.media_body import serve_file

SIZE = 1 << 30
ROUNDS = 11


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "film").open("wb") as file:
            file.truncate(SIZE)  # sparse: it takes no room, and reading it costs what a warm cache does
        with _ours(folder) as ours, nginx(folder) as straight:
            return [
                _figure("1 GiB over HTTP, whole", ours, straight),
                _figure("512 MiB over HTTP, a Range from the middle", ours, straight, "-r", "300000000-836870911"),
            ]


def _figure(name: str, ours: Server, straight: Server, *options: str) -> Figure:
    """Interleaved rounds after one to warm up, so that whatever else the machine does hits both."""
    speeds: dict[Server, list[float]] = {ours: [], straight: []}
    for server in speeds:
        fetch(server.url, *options)
    before = {server: server.cpu() for server in speeds}
    for _ in range(ROUNDS):
        for server, measured in speeds.items():
            measured.append(fetch(server.url, *options) / 1e6)
    used = {server: (server.cpu() - before[server]) / ROUNDS for server in speeds}
    return Figure(
        name=name,
        ours=median(speeds[ours]),
        yardstick=median(speeds[straight]),
        unit="MB/s",
        ratio=median(our_speed / nginx_speed for our_speed, nginx_speed in zip(*speeds.values(), strict=True)),
        expect=">= 0.7 of nginx with sendfile",
        note=f"ratio of neighbours; CPU {used[ours]:.2f} s beside {used[straight]:.2f} s a transfer",
    )


@contextmanager
def _ours(folder: Path) -> Iterator[Server]:
    port = free_port()
    with started([sys.executable, "-m", "benchmarks.bench_range", str(folder / "film"), str(port)], port) as pid:
        yield Server(f"http://127.0.0.1:{port}/film", pid)


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
