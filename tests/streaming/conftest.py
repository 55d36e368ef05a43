"""Small made-up films, encoded once per run, and ways to look into what came out of them."""

import hashlib
import itertools
import subprocess
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import av
import pytest

from ktv_host.streaming import open_files
from ktv_host.streaming.binary import ffmpeg_path
from ktv_host.streaming.workers import WorkerPool

_PICTURE = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25"]
_SOUND = ["-f", "lavfi", "-i", "sine=frequency=330:sample_rate=48000"]
_H264 = ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p"]
_AAC = ["-c:a", "aac", "-ac", "2"]
_CLOSED = [*_H264, "-bf", "2", "-g", "125"]
_OPEN = [*_H264, "-bf", "3", "-x264-params", "open-gop=1:keyint=120:min-keyint=20"]


def _ffmpeg(*arguments: str | Path) -> None:
    command = [ffmpeg_path(), "-v", "error", "-y", *map(str, arguments)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, timeout=120)


@pytest.fixture(scope="session")
def ffmpeg() -> Callable[..., None]:
    return _ffmpeg


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """By name: 60 s of pictures with B-frames in several containers, closed and open GOPs."""
    folder = tmp_path_factory.mktemp("films")
    made = {}
    for name, video in (("closed", _CLOSED), ("open", _OPEN)):
        first = folder / f"{name}.mp4"
        _ffmpeg(*_PICTURE, *_SOUND, "-t", "60", *video, *_AAC, first)
        made[f"{name}.mp4"] = first
        for suffix in ("mkv", "ts"):
            made[f"{name}.{suffix}"] = first.with_suffix(f".{suffix}")
            _ffmpeg("-i", first, "-c", "copy", made[f"{name}.{suffix}"])
    return made


@pytest.fixture(scope="session")
def odd_films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Short films that are special: without sound, an old codec, a head start, one long GOP, sound only."""
    folder = tmp_path_factory.mktemp("odd")
    names = ("silent.mp4", "old.avi", "late.mkv", "long.mp4", "sound.m4a", "fragmented.mp4", "surround.mkv", "raw.h264")
    paths = {name: folder / name for name in names}
    short = [*_PICTURE, *_SOUND, "-t", "6"]
    _ffmpeg(*_PICTURE, "-t", "12", *_H264, "-g", "50", paths["silent.mp4"])
    _ffmpeg(*short, "-c:v", "mpeg4", "-c:a", "ac3", paths["old.avi"])
    _ffmpeg(*short, *_H264, "-g", "50", *_AAC, "-output_ts_offset", "7.5", paths["late.mkv"])
    _ffmpeg(*_PICTURE, *_SOUND, "-t", "25", *_H264, "-g", "999", *_AAC, paths["long.mp4"])
    _ffmpeg(*_SOUND, "-t", "4", *_AAC, paths["sound.m4a"])
    _ffmpeg(*short, *_H264, "-g", "50", *_AAC, "-movflags", "frag_keyframe+empty_moov", paths["fragmented.mp4"])
    _ffmpeg(*short, *_H264, "-g", "50", "-c:a", "aac", "-ac", "6", paths["surround.mkv"])
    _ffmpeg(*_PICTURE, "-t", "4", *_H264, paths["raw.h264"])
    return paths


@pytest.fixture(autouse=True)
def _nothing_stays_open() -> Iterator[None]:
    yield
    open_files.close_all()


@pytest.fixture
async def workers() -> AsyncIterator[WorkerPool]:
    async with WorkerPool(2, grace=0.2) as pool:
        yield pool


@pytest.fixture
def picture_hashes() -> Callable[[Path | bytes], list[str]]:
    """The MD5 of every decoded picture, in order."""

    def hashes(film: Path | bytes) -> list[str]:
        source, given = ("pipe:0", film) if isinstance(film, bytes) else (str(film), None)
        command = [ffmpeg_path(), "-v", "error", "-i", source, "-map", "0:v:0"]
        command += ["-fps_mode", "passthrough", "-f", "framemd5", "-"]
        done = subprocess.run(command, input=given, capture_output=True, check=True, timeout=120)
        lines = [line for line in done.stdout.decode().splitlines() if not line.startswith("#")]
        return [line.rpartition(",")[2].strip() for line in lines]

    return hashes


@pytest.fixture
def complaints() -> Callable[[bytes], str]:
    """What ffmpeg has to say when it decodes a transport stream to its end.

    Not heard is what its muxer says of pictures that are shown a moment late at a cut.
    """

    def listen(data: bytes) -> str:
        command = [ffmpeg_path(), "-v", "warning", "-i", "pipe:0", "-fps_mode", "passthrough"]
        command += ["-enc_time_base:v", "1:90000", "-f", "framehash", "-"]
        done = subprocess.run(command, input=data, capture_output=True, check=False, timeout=300)
        lines = done.stderr.decode().splitlines()
        return "\n".join(line for line in lines if "Non-monoton" not in line)

    return listen


@pytest.fixture
def decoding_steps(tmp_path: Path) -> Callable[[bytes], dict[str, Counter[int]]]:
    """How far apart the decoding times are, per kind of stream, in ticks."""

    def steps(data: bytes) -> dict[str, Counter[int]]:
        path = tmp_path / f"{hashlib.md5(data).hexdigest()}.ts"
        path.write_bytes(data)
        times: dict[str, list[int]] = {"video": [], "audio": []}
        with av.open(path) as container:
            for packet in container.demux():
                if packet.dts is not None:
                    times[packet.stream.type].append(packet.dts)
        return {kind: Counter(b - a for a, b in itertools.pairwise(found)) for kind, found in times.items()}

    return steps


@pytest.fixture
def first_stamp() -> Callable[[bytes], int]:
    """The decoding time of the first picture of a segment, read from its bytes."""

    def stamp(data: bytes) -> int:
        for at in range(0, len(data), 188):
            packet = data[at : at + 188]
            header = packet.find(b"\x00\x00\x01\xe0")
            if packet[1] & 0x40 and header > 0:
                offset = header + (14 if packet[header + 7] & 0x40 else 9)
                a, b, c, d, e = packet[offset : offset + 5]
                return (a >> 1 & 7) << 30 | b << 22 | c >> 1 << 15 | d << 7 | e >> 1
        raise AssertionError("there is no picture")

    return stamp


class _Files(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        server: Any = self.server
        server.ranges.append(self.headers.get("Range"))
        server.connections.add(self.client_address)
        if server.silent.is_set():
            server.woken.wait(30)  # never answers, as a server that hangs
            self.close_connection = True
            return
        data: bytes | None = server.files.get(self.path.partition("?")[0])
        if data is None or server.status:
            self.send_response(server.status or 404)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        first, _, last = (self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").partition("-")
        start, end = int(first), min(int(last or len(data)), len(data) - 1)
        if not server.honours_ranges:
            self.send_response(200)
            start, end = 0, len(data) - 1
        elif start >= len(data):
            self.send_response(416)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        else:
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{end}/{len(data)}")
        self.send_header("Content-Length", str(end - start + 1))
        self.end_headers()
        self.wfile.write(data[start : end + 1])
        server.sent += end + 1 - start
        if server.hang_up:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class names it
        return


class FileServer(ThreadingHTTPServer):
    """Serves ``files`` with Range, remembers what was asked for, and misbehaves on request."""

    daemon_threads = True
    files: dict[str, bytes]
    ranges: list[str | None]
    connections: set[tuple[str, int]]
    status = 0
    honours_ranges = True
    hang_up = False
    sent = 0

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.files, self.ranges, self.connections = {}, [], set()
        self.silent, self.woken = threading.Event(), threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is none."""

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}{path}"


@pytest.fixture
def file_server() -> Iterator[FileServer]:
    with FileServer(("127.0.0.1", 0), _Files) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.woken.set()
        server.shutdown()
        thread.join()
