"""The SQLite backend: one writer, several readers, one thread hop per query."""

import asyncio
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import aiosqlite
from databases.interfaces import TransactionBackend

from ktv_host.db.engine import sqlite_jobs as jobs
from ktv_host.db.engine.backend import StatementBackend, StatementConnection, Values
from ktv_host.db.engine.row import Row
from ktv_host.db.engine.row_batch import RowBatch
from ktv_host.db.engine.sqlite_connection import hop, open_connection
from ktv_host.db.engine.sqlite_pool import SqlitePool
from ktv_host.db.engine.statement import Statement, sqlite_statement
from ktv_host.db.engine.url import SqliteUrl
from ktv_host.errors import ConfigurationError

T = TypeVar("T")


class SqliteBackend(StatementBackend):
    """``max_size`` counts the writer and the readers; there is always one of each."""

    def __init__(self, _: Any, *, target: SqliteUrl, min_size: int, max_size: int, timeout: float) -> None:
        self._target = target
        self.writer = SqlitePool(lambda: self._open(query_only=False), core=1, limit=1, timeout=timeout)
        self.readers = SqlitePool(
            lambda: self._open(query_only=True), core=max(1, min_size - 1), limit=max_size - 1, timeout=timeout
        )
        self.shared = SqliteConnection(self)

    async def connect(self) -> None:
        await self.writer.open()  # first: it makes the file and turns on WAL
        try:
            await self.readers.open()
        except BaseException:
            await self.writer.close()
            raise

    async def disconnect(self) -> None:
        await self.readers.close()
        await self.writer.close()

    def connection(self) -> "SqliteConnection":
        return SqliteConnection(self)

    async def _open(self, *, query_only: bool) -> aiosqlite.Connection:
        connection = await open_connection(self._target, patience=jobs.BUSY_MS / 1000)
        try:
            await hop(connection, jobs.set_up, query_only)
        except sqlite3.DatabaseError as error:
            await connection.close()
            raise ConfigurationError(f"cannot open the database {self._target.path}: {error}") from error
        except BaseException:
            await connection.close()
            raise
        return connection


class SqliteConnection(StatementConnection):
    """What one task uses. Outside a transaction every query borrows a connection for its own time only."""

    def __init__(self, backend: SqliteBackend) -> None:
        self._backend = backend
        self._held: aiosqlite.Connection | None = None
        self._held_from: SqlitePool | None = None
        self._begin: str | None = None  # rides with the first statement: a transaction is one hop shorter

    @staticmethod
    def statement(text: str) -> Statement:
        return sqlite_statement(text)

    async def acquire(self) -> None:
        """Nothing is borrowed yet, so that whoever waits to write keeps no reader from reading."""

    async def release(self) -> None:
        await self.give_back(clean=False)

    async def rows(self, statement: Statement, values: Values) -> list[Row]:
        return await self._query(jobs.all_rows, statement, values)

    async def tuples(self, statement: Statement, values: Values) -> list[tuple[Any, ...]]:
        return await self._query(jobs.all_tuples, statement, values)

    async def row(self, statement: Statement, values: Values) -> Row | None:
        return await self._query(jobs.first_row_of_all if statement.writes else jobs.first_row, statement, values)

    async def run(self, statement: Statement, values: Values) -> Any:
        return await self._query(jobs.first_value if statement.returns_rows else jobs.change_count, statement, values)

    async def run_many(self, statement: Statement, values: Sequence[Mapping[str, Any]]) -> None:
        rows = [statement.arguments(each) for each in values]
        if self._held is not None:
            await self._in_transaction(jobs.run_many, statement.sql, rows)
        else:
            await self._borrow(self._backend.writer, jobs.run_many_at_once, statement.sql, rows, interrupt=False)

    async def run_rows(self, statement: Statement, given: tuple[Values, RowBatch]) -> int:
        values, batch = given
        return await self._in_transaction(jobs.run_rows, statement.sql, (statement.arguments(values), batch))

    def transaction(self) -> "SqliteTransaction":
        return SqliteTransaction(self)

    async def hold(self, *, readonly: bool) -> None:
        """Keep a connection until ``give_back``: the writer, unless the transaction only reads."""
        pool = self._backend.readers if readonly else self._backend.writer
        self._held, self._held_from = await pool.acquire(), pool
        self._begin = "BEGIN" if readonly else "BEGIN IMMEDIATE"

    async def give_back(self, *, clean: bool) -> None:
        """``clean``: nothing can be open or running on it."""
        connection, pool = self._held, self._held_from
        self._held = self._held_from = self._begin = None
        if connection is None or pool is None:
            return
        if clean:
            pool.release(connection)
        else:
            await pool.recover(connection)

    async def commit(self) -> None:
        """When it raises, ``give_back`` has to follow."""
        if self._begin is None:
            await self.command("COMMIT")
        await self.give_back(clean=True)

    async def command(self, sql: str) -> None:
        await self._in_transaction(jobs.run, sql, ())

    async def _query(self, job: jobs.Job[T], statement: Statement, values: Values) -> T:
        arguments = statement.arguments(values)
        if self._held is not None:
            return await self._in_transaction(job, statement.sql, arguments)
        pool = self._backend.writer if statement.writes else self._backend.readers
        return await self._borrow(pool, job, statement.sql, arguments, interrupt=not statement.writes)

    async def _in_transaction(self, job: jobs.Job[T], sql: str, arguments: Sequence[Any]) -> T:
        assert self._held is not None
        begin, self._begin = self._begin, None
        return await hop(self._held, jobs.inside, job, sql, arguments, begin)

    async def _borrow(
        self, pool: SqlitePool, job: jobs.Job[T], sql: str, arguments: Sequence[Any], *, interrupt: bool
    ) -> T:
        connection = await pool.acquire()
        try:
            result: T = await hop(connection, jobs.outside, job, sql, arguments)
        except BaseException as error:
            if interrupt and isinstance(error, asyncio.CancelledError):
                connection._conn.interrupt()  # nobody wants the answer; give the reader back early
            await pool.recover(connection)
            raise
        pool.release(connection)
        return result


class SqliteTransaction(TransactionBackend):
    """BEGIN IMMEDIATE on the writer; with ``readonly=True`` a snapshot on a reader; inside another: a savepoint."""

    def __init__(self, connection: SqliteConnection) -> None:
        self._connection = connection
        self._is_root = True
        self._name = f"s{id(self)}"

    async def start(self, is_root: bool, extra_options: dict[Any, Any]) -> None:
        self._is_root = is_root
        if not is_root:
            await self._connection.command(f"SAVEPOINT {self._name}")
            return
        await self._connection.hold(readonly=bool(extra_options.get("readonly", False)))

    async def commit(self) -> None:
        if self._is_root:
            await self._connection.commit()
        else:
            await self._connection.command(f"RELEASE {self._name}")

    async def rollback(self) -> None:
        if self._is_root:
            await self._connection.give_back(clean=False)
        else:
            await self._connection.command(f"ROLLBACK TO {self._name}")
            await self._connection.command(f"RELEASE {self._name}")
