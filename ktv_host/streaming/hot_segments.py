"""Hot segments: those asked for now, in memory, since the viewers of a channel want the same ones within seconds."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ktv_host.streaming.cache import SegmentKey

BUDGET = 64 << 20
LARGEST = 16 << 20  # what is larger is better sent in parts from its file
FRESH_SECS = 10.0  # the cache is asked again after this: it must know what is in use, but not of every viewer


@dataclass(slots=True)
class _Held:
    data: bytes
    until: float


class HotSegments:
    """Segments never change, so neither do their bytes. Each is read once however many wait for it.

    Every viewer is sent the same object: the event loop of the server (uvloop) keeps no copy of what waits for a slow
    one.
    """

    def __init__(self, budget: int = BUDGET, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._budget = budget
        self._monotonic = monotonic
        self._held: OrderedDict[SegmentKey, _Held] = OrderedDict()
        self._size = 0
        self._reading: dict[SegmentKey, asyncio.Task[bytes | None]] = {}

    def fresh(self, key: SegmentKey) -> bytes | None:
        """The segment, when it was read or asked for again not long ago."""
        held = self._held.get(key)
        return None if held is None or held.until < self._monotonic() else held.data

    async def read(self, key: SegmentKey, path: Path) -> bytes | None:
        """The segment, which lies there now; None when it is gone, or too large to be held."""
        held = self._held.get(key)
        if held is not None:
            self._held.move_to_end(key)
            held.until = self._monotonic() + FRESH_SECS
            return held.data
        reading = self._reading.get(key)
        if reading is None:
            reading = self._reading[key] = asyncio.create_task(asyncio.to_thread(_read, path))
            reading.add_done_callback(lambda done: self._arrived(key, done))
        return await asyncio.shield(reading)

    def _arrived(self, key: SegmentKey, reading: asyncio.Task[bytes | None]) -> None:
        del self._reading[key]
        data = None if reading.cancelled() or reading.exception() is not None else reading.result()
        if data is None:
            return
        self._held[key] = _Held(data, self._monotonic() + FRESH_SECS)
        self._size += len(data)
        while self._size > self._budget:
            _, oldest = self._held.popitem(last=False)
            self._size -= len(oldest.data)


def _read(path: Path) -> bytes | None:
    try:
        return None if path.stat().st_size > LARGEST else path.read_bytes()
    except OSError:
        return None
