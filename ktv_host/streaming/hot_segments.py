"""Hot segments: those asked for now, in memory, since the viewers of a channel want the same ones within seconds."""

import asyncio
from collections import OrderedDict
from pathlib import Path

BUDGET = 64 << 20
PIECE = 1 << 19  # bytes sent at once: what waits for a slow client is held for each of them
LARGEST = 16 << 20  # what is larger is better sent in pieces from its file

Pieces = tuple[bytes, ...]


class HotSegments:
    """Files that never change, by path, cut in pieces. Each is read once however many wait for it."""

    def __init__(self, budget: int = BUDGET) -> None:
        self._budget = budget
        self._held: OrderedDict[Path, Pieces] = OrderedDict()
        self._size = 0
        self._reading: dict[Path, asyncio.Task[Pieces | None]] = {}

    async def read(self, path: Path) -> Pieces | None:
        """The file; None when it is gone, or too large to be held."""
        data = self._held.get(path)
        if data is not None:
            self._held.move_to_end(path)
            return data
        reading = self._reading.get(path)
        if reading is None:
            reading = self._reading[path] = asyncio.create_task(asyncio.to_thread(_read, path))
            reading.add_done_callback(lambda done: self._arrived(path, done))
        return await asyncio.shield(reading)

    def _arrived(self, path: Path, reading: asyncio.Task[Pieces | None]) -> None:
        del self._reading[path]
        data = None if reading.cancelled() or reading.exception() is not None else reading.result()
        if data is None:
            return
        self._held[path] = data
        self._size += sum(map(len, data))
        while self._size > self._budget:
            _, oldest = self._held.popitem(last=False)
            self._size -= sum(map(len, oldest))


def _read(path: Path) -> Pieces | None:
    try:
        if path.stat().st_size > LARGEST:
            return None
        data = path.read_bytes()
    except OSError:
        return None
    return tuple(data[at : at + PIECE] for at in range(0, len(data), PIECE))
