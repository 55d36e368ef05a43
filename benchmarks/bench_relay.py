"""A file of a media server through our relay beside the same file straight from that server, and its first byte.

What a process between two others can reach at all is told too: a bare loop that copies from socket to socket.
"""

import asyncio
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import uvloop
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
        with (
            _server("upstream", str(film)) as upstream,
            _server("relay", upstream.url) as ours,
            _server("bare", upstream.url) as bare,
        ):
            return [_throughput(ours, upstream, bare), _first_byte(ours, upstream)]


def _throughput(ours: Server, upstream: Server, bare: Server) -> Figure:
    speeds: dict[Server, list[float]] = {ours: [], upstream: [], bare: []}
    for server in speeds:
        fetch(server.url)
    before = ours.cpu()
    for _ in range(ROUNDS):
        for server, measured in speeds.items():
            measured.append(fetch(server.url) / 1e6)
    return Figure(
        name="1 GiB of a media server through the relay",
        ours=median(speeds[ours]),
        yardstick=median(speeds[upstream]),
        unit="MB/s",
        ratio=_ratio(speeds[ours], speeds[upstream]),
        expect=">= 0.6 of straight from the server",
        note=f"ratio of neighbours; {(ours.cpu() - before) / ROUNDS:.2f} CPU s per GiB in the relay;"
        f" a bare loop from socket to socket: {_ratio(speeds[bare], speeds[upstream]):.2f}",
    )


def _ratio(speeds: list[float], straight: list[float]) -> float:
    return median(mine / theirs for mine, theirs in zip(speeds, straight, strict=True))


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
    uvloop.run(serve(app, config))  # as `ktv serve` does


def _bare(url: str, port: int) -> None:
    """The least a relay does, once per connection: the head as it comes, then pieces of 1 MiB."""
    parts = urlsplit(url)
    piece = memoryview(bytearray(1 << 20))

    async def pass_on(client: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        with client, socket.socket() as upstream:
            upstream.setblocking(False)
            await loop.sock_connect(upstream, (parts.hostname, parts.port))
            await loop.sock_sendall(upstream, b"GET %s HTTP/1.0\r\n\r\n" % parts.path.encode())
            await loop.sock_recv(client, 1 << 16)
            while got := await loop.sock_recv_into(upstream, piece):
                await loop.sock_sendall(client, piece[:got])

    async def listen() -> None:
        with socket.create_server(("127.0.0.1", port)) as listening:
            listening.setblocking(False)
            while True:
                client, _ = await asyncio.get_running_loop().sock_accept(listening)
                with suppress(OSError):
                    await pass_on(client)

    asyncio.run(listen())


if __name__ == "__main__":
    {"upstream": _upstream, "relay": _relay, "bare": _bare}[sys.argv[1]](sys.argv[2], int(sys.argv[3]))
