"""A file of a media server through our relay beside the same file straight from that server, and its first byte."""

import asyncio
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from aiohttp import web
from hypercorn.asyncio import serve
from hypercorn.config import Config
from quart import Quart, Response, request

from benchmarks.figure import Figure
from benchmarks.servers import Server, fetch, free_port, started
from ktv_host.api.relayed_body import asked_for, relayed_response
from ktv_host.domain.media import HttpFile
from ktv_host.outbound.relay import relay
from ktv_host.outbound.sessions import Sessions

SIZE = 1 << 30
ROUNDS = 7
STARTS = 60


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as name:
        film = Path(name) / "film"
        with film.open("wb") as file:
            file.truncate(SIZE)  # sparse: it takes no room, and reading it costs what a warm cache does
        with _server("upstream", str(film)) as upstream, _server("relay", upstream.url) as ours:
            return [_throughput(ours, upstream), _first_byte(ours, upstream)]


def _throughput(ours: Server, upstream: Server) -> Figure:
    speeds: dict[Server, list[float]] = {ours: [], upstream: []}
    for server in speeds:
        fetch(server.url)
    used = 0.0
    for _ in range(ROUNDS):
        for server, measured in speeds.items():
            before = ours.cpu()
            measured.append(fetch(server.url) / 1e6)
            used += ours.cpu() - before
    return Figure(
        name="1 GiB of a media server through the relay",
        ours=median(speeds[ours]),
        yardstick=median(speeds[upstream]),
        unit="MB/s",
        ratio=median(mine / straight for mine, straight in zip(*speeds.values(), strict=True)),
        expect=">= 0.6 of straight from the server",
        note=f"ratio of neighbours; {used / ROUNDS:.2f} CPU s per GiB in the relay",
    )


def _first_byte(ours: Server, upstream: Server) -> Figure:
    times: dict[Server, list[float]] = {ours: [], upstream: []}
    for _ in range(STARTS):
        for server, measured in times.items():
            measured.append(fetch(server.url, "-r", "1000-1099", figure="time_starttransfer") * 1000)
    mine, straight = median(times[ours]), median(times[upstream])
    return Figure(
        name="first byte of a range through the relay",
        ours=mine,
        yardstick=straight,
        unit="ms",
        ratio=mine / straight,
        expect="a few ms more",
        note=f"{mine - straight:.1f} ms added; a new connection of the client each time",
    )


@contextmanager
def _server(role: str, subject: str) -> Iterator[Server]:
    port = free_port()
    with started([sys.executable, "-m", "benchmarks.bench_relay", role, subject, str(port)], port) as pid:
        yield Server(f"http://127.0.0.1:{port}/film", pid)


def _upstream(film: str, port: int) -> None:
    async def answer(_: web.Request) -> web.FileResponse:
        return web.FileResponse(film)

    app = web.Application()
    app.router.add_get("/film", answer)
    web.run_app(app, host="127.0.0.1", port=port, print=None)


def _relay(url: str, port: int) -> None:
    app, sessions = Quart(__name__), Sessions()

    @app.route("/film")
    async def film() -> Response:
        upstream = await relay(sessions(url), HttpFile(url), request.method, asked_for(request.headers))
        return relayed_response(upstream, request.method, cache_control="private")

    config = Config()
    config.bind, config.errorlog = [f"127.0.0.1:{port}"], None
    asyncio.run(serve(app, config))


if __name__ == "__main__":
    {"upstream": _upstream, "relay": _relay}[sys.argv[1]](sys.argv[2], int(sys.argv[3]))
