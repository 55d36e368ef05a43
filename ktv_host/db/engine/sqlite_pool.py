"""The pool of SQLite connections: each is opened once, and each has a thread of its own."""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable

from aiosqlite import Connection

from ktv_host.db.engine.sqlite_connection import hop
from ktv_host.errors import Unavailable

# Small queries end sooner than threads change hands over the interpreter lock (measured: one thread answers 16
# tasks three times as fast as four do), so a further thread is only woken for work that takes longer than this.
PATIENCE = 0.005


class SqlitePool:
    """``core`` connections stay in use; up to ``limit`` more are opened for the time slow queries occupy those.

    ``acquire`` raises Unavailable after ``timeout`` seconds, so whoever waits for himself learns of it.
    """

    def __init__(
        self, open_connection: Callable[[], Awaitable[Connection]], *, core: int, limit: int, timeout: float
    ) -> None:
        self._open_connection = open_connection
        self._core = core
        self._limit = max(core, limit)
        self._timeout = timeout
        self._all: set[Connection] = set()
        self._opening = 0
        self._idle: list[Connection] = []
        self._spare: list[Connection] = []
        self._spares: set[Connection] = set()
        self._hopeful: deque[asyncio.Future[Connection | None]] = deque()
        self._patient: deque[asyncio.Future[Connection | None]] = deque()
        self._recoveries: set[asyncio.Task[None]] = set()

    @property
    def free(self) -> int:
        """How many connections nobody holds."""
        return len(self._idle) + len(self._spare)

    @property
    def size(self) -> int:
        """How many connections are open."""
        return len(self._all)

    async def open(self) -> None:
        for _ in range(self._core):
            connection = await self._open_connection()
            self._all.add(connection)
            self._idle.append(connection)

    async def close(self) -> None:
        """Close every connection, after what runs on it."""
        while self._recoveries:
            await asyncio.wait(self._recoveries)
        connections, self._all = self._all, set()
        self._idle.clear()
        self._spare.clear()
        self._spares.clear()
        for waiter in (*self._patient, *self._hopeful):
            _give_up(waiter)
        for connection in connections:
            await connection.close()

    async def acquire(self) -> Connection:
        if self._idle:
            return self._idle.pop()
        if self._spare or len(self._all) + self._opening < self._limit:
            connection = await self._wait(self._hopeful, PATIENCE)
            if connection is not None:
                return connection
            if self._spare:
                return self._spare.pop()
            if len(self._all) + self._opening < self._limit:
                return await self._open_spare()
        connection = await self._wait(self._patient, self._timeout)
        if connection is None:
            raise Unavailable(f"the database has been busy for {self._timeout:g} seconds")
        return connection

    def release(self, connection: Connection) -> None:
        if connection not in self._all:  # the pool was closed meanwhile
            return
        spare = connection in self._spares
        for waiters in (self._patient,) if spare else (self._patient, self._hopeful):
            while waiters:
                waiter = waiters.popleft()
                if not waiter.done():
                    waiter.set_result(connection)
                    return
        (self._spare if spare else self._idle).append(connection)

    async def recover(self, connection: Connection) -> None:
        """Release a connection after an error or a cancellation: once its thread is done and nothing is open on it.

        It goes on when the caller is cancelled meanwhile.
        """
        task = asyncio.create_task(self._recover(connection))
        self._recoveries.add(task)
        task.add_done_callback(self._recoveries.discard)
        await asyncio.shield(task)

    async def _recover(self, connection: Connection) -> None:
        try:
            await hop(connection, _roll_back)
        finally:
            self.release(connection)

    async def _open_spare(self) -> Connection:
        self._opening += 1
        try:
            connection = await self._open_connection()
        finally:
            self._opening -= 1
        self._all.add(connection)
        self._spares.add(connection)
        return connection

    async def _wait(self, waiters: deque[asyncio.Future[Connection | None]], seconds: float) -> Connection | None:
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[Connection | None] = loop.create_future()
        waiters.append(waiter)
        timer = loop.call_later(seconds, _give_up, waiter)
        try:
            return await waiter
        except asyncio.CancelledError:
            # it may have been handed a connection in the same turn of the loop
            if waiter.done() and not waiter.cancelled() and (connection := waiter.result()) is not None:
                self.release(connection)
            raise
        finally:
            timer.cancel()


def _give_up(waiter: asyncio.Future[Connection | None]) -> None:
    if not waiter.done():
        waiter.set_result(None)


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")
