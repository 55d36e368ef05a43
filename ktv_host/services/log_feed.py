"""The log of this process as a feed: its last lines, and whoever reads on."""

import asyncio
import secrets
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from types import TracebackType
from typing import Self

KEPT = 500
QUEUED = 1000
LONGEST = 16_000


class Level(IntEnum):
    DEBUG = 10
    INFO = 20
    WARNING = 30
    ERROR = 40
    CRITICAL = 50


@dataclass(frozen=True, slots=True)
class LogLine:
    """``id`` names the line among those of every process; later lines of a process have larger ``number``."""

    id: str
    number: int
    level: Level
    target: str
    message: str
    timestamp: datetime


@dataclass(frozen=True, slots=True)
class Lost:
    """Lines a reader was too slow for, or too late."""

    lines: int


class LogFeed:
    """Any thread may publish; it never waits for a reader."""

    def __init__(self, *, kept: int = KEPT, queued: int = QUEUED) -> None:
        self._process = secrets.token_hex(4)
        self._queued = queued
        self._lines: deque[LogLine] = deque(maxlen=kept)
        self._number = 0
        self._readers: set[LogReader] = set()
        self._lock = threading.Lock()

    def publish(self, level: Level, target: str, message: str, timestamp: datetime) -> None:
        if len(message) > LONGEST:
            message = f"{message[:LONGEST]}… ({len(message) - LONGEST} more characters)"
        with self._lock:
            self._number += 1
            line = LogLine(f"{self._process}-{self._number}", self._number, level, target, message, timestamp)
            self._lines.append(line)
            for reader in self._readers:
                reader.offer(line)

    @property
    def readers(self) -> int:
        return len(self._readers)

    def read(self, least: Level = Level.DEBUG, after: str | None = None) -> "LogReader":
        """A reader of the lines kept and all that follow; with the id of a line of this process, of those after it."""
        return LogReader(self, least, after, self._queued)

    def join(self, reader: "LogReader", after: str | None) -> None:
        with self._lock:
            process, _, number = (after or "").rpartition("-")
            seen = int(number) if process == self._process and number.isascii() and number.isdigit() else None
            if seen is not None and self._lines and self._lines[0].number > seen + 1:
                reader.miss(self._lines[0].number - seen - 1)
            for line in self._lines:
                if seen is None or line.number > seen:
                    reader.offer(line)
            self._readers.add(reader)

    def leave(self, reader: "LogReader") -> None:
        with self._lock:
            self._readers.discard(reader)


class LogReader:
    """One reader's queue; use it as a context manager, in the event loop it reads in."""

    def __init__(self, feed: LogFeed, least: Level, after: str | None, queued: int) -> None:
        self._feed = feed
        self._least = least
        self._after = after
        self._queued = queued
        self._queue: deque[LogLine | Lost] = deque()
        self._missed = 0
        self._lock = threading.Lock()
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()

    def __enter__(self) -> Self:
        self._feed.join(self, self._after)
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc_value: BaseException | None, tb: TracebackType | None
    ) -> None:
        self._feed.leave(self)

    async def next(self, seconds: float) -> Sequence[LogLine | Lost]:
        """What came since; empty when nothing did for so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._news.wait()
        with self._lock:
            self._news.clear()
            self._note_missed()
            batch, self._queue = tuple(self._queue), deque()
        return batch

    def offer(self, line: LogLine) -> None:
        """Any thread; a full queue takes nothing but counts."""
        if line.level < self._least:
            return
        with self._lock:
            if len(self._queue) >= self._queued:
                self._missed += 1
                return
            self._note_missed()
            self._queue.append(line)
        self._wake()

    def miss(self, lines: int) -> None:
        with self._lock:
            self._missed += lines
        self._wake()

    def _note_missed(self) -> None:
        if self._missed:
            self._queue.append(Lost(self._missed))
            self._missed = 0

    def _wake(self) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody reads any more
            self._loop.call_soon_threadsafe(self._news.set)
