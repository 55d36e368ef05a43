"""Files of this machine as responses, with ranges: nginx's speed in plain Python."""

import asyncio
import math
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from quart import Response
from quart.wrappers.response import ResponseBody
from werkzeug.datastructures import Headers

from ktv_host.api.conditional import Validators, early_answer, judge, range_holds
from ktv_host.api.ranges import ByteRange, Unsatisfiable, parse_range
from ktv_host.api.reply import Reply, respond
from ktv_host.errors import MediaGone, Unavailable

# Quart's own 8 KiB cost 30 times the CPU; beyond 1 MiB nothing is gained.
CHUNK = 1 << 20
# A client that waits for its network holds about three chunks (measured), and most viewers do: theirs stay small.
FIRST_CHUNK = 1 << 17
QUICK_SECS = 0.1
# Threads of their own: a network mount that hangs must not hold up password hashing or name resolution.
_READERS = ThreadPoolExecutor(max_workers=8, thread_name_prefix="media-read")


class OpenFile:
    """A regular file, opened for reading. It closes itself when nobody holds it any more."""

    def __init__(self, path: str) -> None:
        self._fd: int | None = None
        try:
            # Without waiting: opening a named pipe would block until somebody writes to it.
            self._fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
            status = os.fstat(self._fd)
        except (FileNotFoundError, NotADirectoryError):
            raise MediaGone("the file is not there any more") from None
        except OSError as error:
            raise Unavailable(f"the file cannot be read: {error.strerror}") from error
        if not stat.S_ISREG(status.st_mode):
            raise MediaGone("this is not a file")
        self.size = status.st_size
        self.validators = Validators(
            f'"{status.st_size:x}-{status.st_mtime_ns:x}"', datetime.fromtimestamp(int(status.st_mtime), UTC)
        )

    def read(self, size: int, offset: int) -> bytes:
        assert self._fd is not None
        return os.pread(self._fd, size, offset)

    def close(self) -> None:
        fd, self._fd = self._fd, None
        if fd is not None:
            os.close(fd)

    def __del__(self) -> None:
        self.close()


class FileSlice(ResponseBody):
    """Bytes of a file, read in a thread.

    Chunks grow while the client takes them quickly; at full size the next is read while the one before is sent.
    """

    def __init__(self, file: OpenFile, part: ByteRange) -> None:
        self._file = file
        self._position = part.start
        self._stop = part.stop
        self._reading: asyncio.Future[bytes] | None = None
        self._size = FIRST_CHUNK
        self._handed_out = -math.inf

    async def __aenter__(self) -> Self:
        return self

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        clock = asyncio.get_running_loop().time
        quick = clock() - self._handed_out < QUICK_SECS
        self._size = min(2 * self._size, CHUNK) if quick else FIRST_CHUNK
        if self._reading is None:
            if self._position >= self._stop:
                raise StopAsyncIteration
            self._reading = self._read()
        chunk = await asyncio.shield(self._reading)
        self._reading = None
        if not chunk:
            raise MediaGone("the file became shorter while it was sent")
        self._position += len(chunk)
        if self._size == CHUNK and self._position < self._stop:
            self._reading = self._read()
        self._handed_out = clock()
        return chunk

    def _read(self) -> asyncio.Future[bytes]:
        size = min(self._size, self._stop - self._position)
        return asyncio.get_running_loop().run_in_executor(_READERS, self._file.read, size, self._position)

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc_value: BaseException | None, tb: TracebackType | None
    ) -> None:
        file = self._file

        def close(reading: asyncio.Future[bytes]) -> None:
            file.close()
            if not reading.cancelled():
                reading.exception()  # nobody asks for it any more

        if self._reading is None:
            file.close()
        else:
            # The client is gone but a thread still reads: a number closed under it could be another file's by then.
            self._reading.add_done_callback(close)


async def serve_file(
    path: str,
    media_type: str,
    request_headers: Headers,
    method: str,
    *,
    cache_control: str,
    validators: Validators | None = None,
) -> Response:
    """Answer GET or HEAD for a file. Several ranges at once are answered with the whole file.

    ``validators`` name its content where something better than size and age does. Raises MediaGone when there is no
    such file, Unavailable when it cannot be read.
    """
    file = await asyncio.get_running_loop().run_in_executor(_READERS, OpenFile, path)
    if validators is not None:
        file.validators = validators
    response = _answer(file, media_type, request_headers, method, cache_control)
    if not isinstance(response.response, FileSlice):
        file.close()
    return response


def _answer(file: OpenFile, media_type: str, request_headers: Headers, method: str, cache_control: str) -> Response:
    shared = {**file.validators.headers(), "Accept-Ranges": "bytes", "Cache-Control": cache_control}
    if (answer := early_answer(judge(method, request_headers, file.validators), shared)) is not None:
        return answer
    part = None
    # Ranges are defined for GET only; HEAD describes the whole.
    if method == "GET" and range_holds(request_headers.get("If-Range"), file.validators):
        try:
            part = parse_range(request_headers.get("Range"), file.size)
        except Unsatisfiable:
            return _not_satisfiable(file.size)
    status = 200
    if part is not None:
        status = 206
        shared["Content-Range"] = part.content_range(file.size)
    whole = ByteRange(0, file.size)
    shared["Content-Length"] = str(len(part or whole))
    body = None if method == "HEAD" else FileSlice(file, part or whole)
    response = Response(body, status=status, headers=shared, content_type=media_type)
    response.timeout = None  # a film may take hours; Quart's default ends it after a minute
    return response


def _not_satisfiable(size: int) -> Response:
    body = {"error": "range_not_satisfiable", "message": f"the file has {size} bytes", "details": None}
    return respond(Reply(body, 416, {"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"}))
