"""Serving a cached segment to many viewers, against nginx serving the same file.

The client reads in threads, outside Python's lock, so that the servers are the ones to be measured.
"""

import os
import re
import shutil
import socket
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from benchmarks.bench_live import BASE, made_channels
from benchmarks.bench_server import PORT, SERVE, served
from benchmarks.figure import Figure
from ktv_host.streaming.binary import ffmpeg_path

NGINX_PORT = 39421
VIEWERS, SECONDS, ROUNDS = 16, 2.0, 9
NGINX = """
{user} daemon off; worker_processes auto; pid {home}/pid; error_log {home}/error.log;
events {{ }}
http {{
    access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000;
    client_body_temp_path {home}/a; proxy_temp_path {home}/b; fastcgi_temp_path {home}/c;
    uwsgi_temp_path {home}/d; scgi_temp_path {home}/e;
    server {{ listen 127.0.0.1:{port}; root {root}; }}
}}
"""


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        videos = _film(home)
        with served(SERVE, home, LOCAL_FILES_DIR=str(videos)):
            (channel,) = made_channels(1)
            path = _segment(channel)
            file = next((home / "data" / "cache").rglob(Path(path).name))
            with _nginx(home, file.parent):
                mine, theirs = _turns(path, f"/{file.name}")
    size = file.name
    return [
        Figure(
            "serve a cached segment, 16 viewers", mine, theirs, "MB/s", mine / theirs, ">= 0.7", f"nginx sends {size}"
        )
    ]


def _turns(ours: str, nginx: str) -> tuple[float, float]:
    mine, theirs = [], []
    for _ in range(ROUNDS):
        mine.append(_throughput(PORT, ours))
        theirs.append(_throughput(NGINX_PORT, nginx))
    return statistics.median(mine), statistics.median(theirs)


def _throughput(port: int, path: str) -> float:
    """Megabytes a second that all viewers get together."""
    stop = time.perf_counter() + SECONDS
    got = [0] * VIEWERS

    def view(number: int) -> None:
        request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        with socket.create_connection(("127.0.0.1", port)) as connection:
            while time.perf_counter() < stop:
                connection.sendall(request)
                got[number] += _drain(connection)

    viewers = [threading.Thread(target=view, args=(number,)) for number in range(VIEWERS)]
    began = time.perf_counter()
    for viewer in viewers:
        viewer.start()
    for viewer in viewers:
        viewer.join()
    return sum(got) / (time.perf_counter() - began) / 1e6


def _drain(connection: socket.socket) -> int:
    """Read one answer and throw it away."""
    head = b""
    while b"\r\n\r\n" not in head:
        head += connection.recv(4096)
    header, _, body = head.partition(b"\r\n\r\n")
    found = re.search(rb"content-length: (\d+)", header, re.IGNORECASE)
    assert b" 200 " in header.split(b"\r\n")[0] + b" ", header
    assert found is not None
    size = int(found[1])
    left, trash = size - len(body), bytearray(1 << 20)
    while left > 0:
        left -= connection.recv_into(trash, min(left, len(trash)))
    return size


def _segment(channel: str) -> str:
    """The path of a segment that is in the cache now."""
    with urlopen(f"{BASE}/channels/{channel}/media.m3u8") as answer:
        address: str = next(line for line in answer.read().decode().splitlines() if line.startswith("/"))
    with urlopen(f"http://127.0.0.1:{PORT}{address}") as answer:
        assert len(answer.read()) > 1_000_000
    return address


def _film(home: Path) -> Path:
    """720p at 4 Mbit/s: a segment of 5 s is 2.5 MB."""
    folder = home / "videos"
    folder.mkdir()
    picture = ["-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=24", "-f", "lavfi", "-i", "sine=sample_rate=48000"]
    rate = ["-vf", "noise=alls=14:allf=t", "-b:v", "4M", "-maxrate", "5M", "-bufsize", "5M", "-g", "120"]
    codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2"]
    command = [ffmpeg_path(), "-v", "error", *picture, "-t", "60", *rate, *codecs, str(folder / "Film (1999).mp4")]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return folder


@contextmanager
def _nginx(home: Path, root: Path) -> Iterator[None]:
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    config = home / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""  # else its workers may not read what is root's
    config.write_text(NGINX.format(user=user, home=home, port=NGINX_PORT, root=root))
    process = subprocess.Popen([program, "-e", str(home / "error.log"), "-c", str(config)])
    try:
        _listening(NGINX_PORT)
        yield
    finally:
        process.terminate()
        process.wait(20)


def _listening(port: int) -> None:
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.02)
