"""A file object over bounded byte ranges, so that libav reads a remote file as it reads a local one.

libav's own HTTP client asks for open-ended ranges and drops the connection, which makes a server send several times
what is used. Here every request has an end, and blocks already fetched are kept.
"""

import io
from collections import OrderedDict
from typing import Protocol

BLOCK = 1 << 20


class Ranges(Protocol):
    """Where the bytes come from."""

    @property
    def size(self) -> int: ...

    def fetch(self, start: int, end: int) -> bytes:
        """Exactly the bytes [start, end)."""
        ...

    def close(self) -> None: ...


class RangeReader(io.RawIOBase):
    """Seekable and read-only. Keeps the last ``blocks`` blocks; a sequential reader gets two per request."""

    def __init__(self, ranges: Ranges, *, block: int = BLOCK, blocks: int = 16) -> None:
        super().__init__()
        self._ranges = ranges
        self._block = block
        self._limit = blocks
        self._blocks: OrderedDict[int, bytes] = OrderedDict()
        self._position = 0
        self._last_miss = -2

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._ranges.size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def read(self, size: int = -1) -> bytes:
        """Up to ``size`` bytes; fewer at the end of a block, none at the end of the file."""
        if size < 0:
            return self.readall()
        if self._position >= self._ranges.size:
            return b""
        number, offset = divmod(self._position, self._block)
        data = self._get(number)[offset : offset + size]
        self._position += len(data)
        return data

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # the stub names no protocol
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._ranges.close()
        super().close()

    def _get(self, number: int) -> bytes:
        if number in self._blocks:
            self._blocks.move_to_end(number)
            return self._blocks[number]
        count = 2 if number == self._last_miss + 1 else 1
        start = number * self._block
        end = min(start + count * self._block, self._ranges.size)
        data = self._ranges.fetch(start, end)
        for index, cut in enumerate(range(0, len(data), self._block)):
            self._blocks[number + index] = data[cut : cut + self._block]
        while len(self._blocks) > self._limit:
            self._blocks.popitem(last=False)
        self._last_miss = number + count - 1
        return self._blocks[number]
