"""Files over HTTP: through Quart's test client, and what only a real connection shows."""

import asyncio
import os
import socket
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypercorn.asyncio import serve
from hypercorn.config import Config
from quart import Quart, Response, request
from werkzeug.datastructures import Headers

from ktv_host.api.media_body import CHUNK, FIRST_CHUNK, QUICK_SECS, FileSlice, OpenFile, serve_file
from ktv_host.api.ranges import ByteRange
from ktv_host.errors import MediaGone, Unavailable

CONTENT = bytes(range(256)) * 40
MODIFIED = 1_795_426_200  # 2026-11-23 09:30:00 UTC
DATE = "Mon, 23 Nov 2026 09:30:00 GMT"
LATER = "Mon, 23 Nov 2026 09:30:01 GMT"


def made(path: Path, content: bytes = CONTENT) -> str:
    path.write_bytes(content)
    os.utime(path, ns=(0, MODIFIED * 10**9 + 5))
    return str(path)


@pytest.fixture
def film(tmp_path: Path) -> str:
    return made(tmp_path / "film.mp4")


def app_for(path: str) -> Quart:
    app = Quart(__name__)

    @app.route("/film")
    async def film() -> Response:
        return await serve_file(path, "video/mp4", request.headers, request.method, cache_control="private")

    return app


async def answer(path: str, method: str = "GET", **headers: str) -> Response:
    named = Headers({name.replace("_", "-"): value for name, value in headers.items()})
    return await serve_file(path, "video/mp4", named, method, cache_control="private, max-age=60")


async def body(response: Response) -> bytes:
    return b"".join([part async for part in response.iter_encode()])


def opened(path: str) -> int:
    """How often this process has the file open now."""
    names = []
    for number in os.listdir("/proc/self/fd"):  # noqa: PTH208  the entries vanish while they are read
        try:
            names.append(os.readlink(f"/proc/self/fd/{number}"))  # noqa: PTH115
        except FileNotFoundError:
            continue
    return names.count(path)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110  the kernel sends no event
            await asyncio.sleep(0.01)


async def test_a_file_is_sent_whole(film: str) -> None:
    response = await answer(film)
    assert (response.status_code, await body(response)) == (200, CONTENT)
    assert dict(response.headers) == {
        "ETag": f'"{len(CONTENT):x}-{MODIFIED * 10**9 + 5:x}"',
        "Last-Modified": DATE,
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, max-age=60",
        "Content-Length": str(len(CONTENT)),
        "Content-Type": "video/mp4",
    }
    assert response.timeout is None
    assert opened(film) == 0


@pytest.mark.parametrize(
    ("header", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        ("bytes=10-", 10, 10_240),
        ("bytes=-500", 9_740, 10_240),
        ("bytes=-99999", 0, 10_240),
        ("bytes=10239-99999", 10_239, 10_240),
        ("bytes=99999-,5-6", 5, 7),
    ],
)
async def test_a_range_is_sent_as_partial_content(film: str, header: str, start: int, stop: int) -> None:
    client = app_for(film).test_client()
    response = await client.get("/film", headers={"Range": header})
    assert (response.status_code, await response.get_data(as_text=False)) == (206, CONTENT[start:stop])
    assert response.headers["Content-Range"] == f"bytes {start}-{stop - 1}/10240"
    assert response.headers["Content-Length"] == str(stop - start)
    assert response.headers["Content-Type"] == "video/mp4"


@pytest.mark.parametrize("header", ["bytes=0-1,5-6", "bytes=x", "frames=0-1", "bytes=6-5"])
async def test_several_ranges_and_what_cannot_be_read_get_the_whole_file(film: str, header: str) -> None:
    response = await answer(film, Range=header)
    assert (response.status_code, await body(response)) == (200, CONTENT)
    assert "Content-Range" not in response.headers


@pytest.mark.parametrize("header", ["bytes=10240-", "bytes=-0", "bytes=20000-30000"])
async def test_a_range_outside_the_file_is_refused_with_its_size(film: str, header: str) -> None:
    response = await app_for(film).test_client().get("/film", headers={"Range": header})
    assert response.status_code == 416
    assert response.headers["Content-Range"] == "bytes */10240"
    assert (await response.get_json())["error"] == "range_not_satisfiable"
    assert opened(film) == 0


async def test_a_part_longer_than_a_chunk_comes_in_chunks(tmp_path: Path) -> None:
    content = os.urandom(4 * CHUNK)
    response = await answer(made(tmp_path / "long", content), Range=f"bytes=7-{4 * CHUNK - 9}")
    parts = [part async for part in response.iter_encode()]
    assert len(parts) > 4
    assert max(map(len, parts)) <= CHUNK
    assert b"".join(parts) == content[7:-8]


async def test_chunks_are_small_for_who_takes_long_over_them(tmp_path: Path) -> None:
    file = OpenFile(made(tmp_path / "long", bytes(4 * CHUNK)))
    async with FileSlice(file, ByteRange(0, file.size)) as part:
        for _ in range(3):
            assert len(await anext(part)) == FIRST_CHUNK
            await asyncio.sleep(1.5 * QUICK_SECS)


async def test_an_empty_file_is_sent(tmp_path: Path) -> None:
    response = await answer(made(tmp_path / "empty", b""), Range="bytes=0-5")
    assert (response.status_code, await body(response)) == (200, b"")
    assert response.headers["Content-Length"] == "0"


async def test_head_describes_the_whole_file_and_opens_nothing_for_long(film: str) -> None:
    get, head = await answer(film), await answer(film, "HEAD", Range="bytes=0-1")
    assert (head.status_code, await body(head)) == (200, b"")
    assert dict(head.headers) == dict(get.headers)
    await body(get)
    assert opened(film) == 0


@pytest.mark.parametrize("header", ["If-None-Match", "If-Modified-Since"])
async def test_what_the_client_has_is_not_sent_again(film: str, header: str) -> None:
    etag = (await answer(film, "HEAD")).headers["ETag"]
    value = etag if header == "If-None-Match" else LATER
    response = await answer(film, **{header.replace("-", "_"): value, "Range": "bytes=0-1"})
    assert (response.status_code, await body(response)) == (304, b"")
    assert response.headers["ETag"] == etag
    assert response.headers["Last-Modified"] == DATE
    assert opened(film) == 0


async def test_a_precondition_that_fails_is_refused(film: str) -> None:
    response = await answer(film, If_Match='"other"')
    assert response.status_code == 412
    assert opened(film) == 0


async def test_if_range_goes_on_only_with_the_same_file(film: str) -> None:
    etag = (await answer(film, "HEAD")).headers["ETag"]
    for value, status in [(etag, 206), (DATE, 206), ('"other"', 200), (f"W/{etag}", 200), (LATER, 200)]:
        response = await answer(film, Range="bytes=0-1", If_Range=value)
        assert response.status_code == status
        await body(response)


async def test_a_change_within_a_second_changes_the_etag(film: str) -> None:
    before = (await answer(film, "HEAD")).headers["ETag"]
    os.utime(film, ns=(0, MODIFIED * 10**9 + 6))
    assert (await answer(film, "HEAD")).headers["ETag"] != before


@pytest.mark.parametrize("name", ["missing", "film.mp4/part", ""])
async def test_what_is_no_file_is_gone(film: str, name: str) -> None:
    with pytest.raises(MediaGone):
        await answer(str(Path(film).parent / name))


async def test_a_pipe_is_refused_without_waiting_for_a_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(MediaGone):
        await answer(str(tmp_path / "pipe"))


async def test_what_the_system_refuses_to_open_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(Unavailable, match="cannot be read"):
        await answer(str(tmp_path / "loop"))


async def test_a_file_that_becomes_shorter_breaks_off(film: str) -> None:
    response = await answer(film)
    os.truncate(film, 0)
    with pytest.raises(MediaGone):
        await body(response)
    assert opened(film) == 0


async def test_a_response_that_is_never_sent_closes_the_file(film: str) -> None:
    response = await answer(film)
    assert opened(film) == 1
    del response
    await until(lambda: opened(film) == 0)  # the thread that opened it may be a moment behind


async def test_a_file_is_not_closed_under_a_thread_that_still_reads(film: str) -> None:
    may_read = threading.Event()

    class SlowFile(OpenFile):
        def read(self, size: int, offset: int) -> bytes:
            may_read.wait(10)
            return super().read(size, offset)

    async def send(file: OpenFile) -> None:
        async with FileSlice(file, ByteRange(0, file.size)) as part:
            await anext(part)

    sending = asyncio.create_task(send(SlowFile(film)))
    await asyncio.sleep(0)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert opened(film) == 1
    may_read.set()
    await until(lambda: opened(film) == 0)


def test_closing_twice_closes_once(film: str) -> None:
    file = OpenFile(film)
    file.close()
    file.close()
    assert opened(film) == 0


@asynccontextmanager
async def connection(app: Quart) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection to the app under hypercorn."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = Config()
    address = listening.getsockname()
    config.bind = [f"fd://{listening.detach()}"]
    config.accesslog = config.errorlog = None
    over = asyncio.Event()
    server = asyncio.create_task(serve(app, config, shutdown_trigger=over.wait))
    reader, writer = await asyncio.open_connection(*address)
    try:
        yield reader, writer
    finally:
        writer.close()
        over.set()
        await server


async def exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, method: str, *headers: str
) -> tuple[int, dict[str, str]]:
    """Send a request and read the head of its answer."""
    writer.write("\r\n".join([f"{method} /film HTTP/1.1", "Host: tv", *headers, "", ""]).encode())
    lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    return int(lines[0].split()[1]), dict(line.lower().split(": ", 1) for line in lines[1:] if line)


async def test_one_connection_carries_whole_files_parts_heads_and_304s(film: str) -> None:
    async with connection(app_for(film)) as (reader, writer):
        status, headers = await exchange(reader, writer, "GET")
        assert (status, headers["content-length"], await reader.readexactly(10_240)) == (200, "10240", CONTENT)
        status, headers = await exchange(reader, writer, "HEAD")
        assert (status, headers["content-length"]) == (200, "10240")
        status, headers = await exchange(reader, writer, "GET", "Range: bytes=-500")
        assert (status, headers["content-range"]) == (206, "bytes 9740-10239/10240")
        assert await reader.readexactly(500) == CONTENT[-500:]
        status, headers = await exchange(reader, writer, "GET", f"If-None-Match: {headers['etag']}")
        assert (status, "content-length" in headers) == (304, False)
        status, headers = await exchange(reader, writer, "GET", "Range: bytes=10240-")
        assert (status, headers["content-range"]) == (416, "bytes */10240")
        await reader.readexactly(int(headers["content-length"]))
        status, headers = await exchange(reader, writer, "GET", "Range: bytes=1-2")
        assert (status, await reader.readexactly(2)) == (206, b"\x01\x02")


async def test_a_client_that_hangs_up_closes_the_file(tmp_path: Path) -> None:
    film = made(tmp_path / "film", bytes(32 * CHUNK))
    async with connection(app_for(film)) as (reader, writer):
        status, _ = await exchange(reader, writer, "GET")
        assert status == 200
        await reader.readexactly(CHUNK)
        assert opened(film) == 1
        writer.close()
        await until(lambda: opened(film) == 0)


async def test_a_slow_client_gets_everything(tmp_path: Path) -> None:
    content = os.urandom(24 * CHUNK)  # more than the buffers of a connection take
    app = app_for(made(tmp_path / "film", content))
    app.config["RESPONSE_TIMEOUT"] = 0.05  # Quart's limit for a whole response; a minute where nobody says otherwise
    async with connection(app) as (reader, writer):
        await exchange(reader, writer, "GET")
        await asyncio.sleep(0.2)
        assert await reader.readexactly(len(content)) == content
