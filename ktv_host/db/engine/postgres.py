"""The PostgreSQL backend: asyncpg's pool, with the same rows and answers as SQLite."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import asyncpg
from databases.interfaces import TransactionBackend

from ktv_host.db.engine.backend import StatementBackend, StatementConnection, Values
from ktv_host.db.engine.json_text import records_of
from ktv_host.db.engine.row import Row
from ktv_host.db.engine.row_batch import ROWS, RowBatch
from ktv_host.db.engine.statement import Statement, postgres_statement
from ktv_host.db.engine.url import PostgresUrl
from ktv_host.errors import ConfigurationError, Unavailable

# what a moment later may well succeed
PASSING = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
    asyncpg.LockNotAvailableError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    OSError,
)


class PostgresBackend(StatementBackend):
    def __init__(self, _: Any, *, target: PostgresUrl, min_size: int, max_size: int, timeout: float) -> None:
        self._target = target
        self._min_size = min(min_size, max_size)
        self._max_size = max_size
        self.timeout = timeout
        self.pool: asyncpg.Pool | None = None

    async def connect(self) -> None:
        with opening(self._target):
            self.pool = await asyncpg.create_pool(
                dsn=self._target.dsn,
                min_size=self._min_size,
                max_size=self._max_size,
                server_settings={"application_name": "ktv", "lock_timeout": str(int(self.timeout * 1000))},
            )

    async def disconnect(self) -> None:
        pool, self.pool = self.pool, None
        if pool is not None:
            await pool.close()

    def connection(self) -> "PostgresConnection":
        return PostgresConnection(self)


class PostgresConnection(StatementConnection):
    """What one task uses: a connection of the pool from ``acquire`` to ``release``."""

    def __init__(self, backend: PostgresBackend) -> None:
        self._backend = backend
        self._connection: Any = None

    @staticmethod
    def statement(text: str) -> Statement:
        return postgres_statement(text)

    async def acquire(self) -> None:
        assert self._backend.pool is not None, "connect() comes first"
        try:
            self._connection = await self._backend.pool.acquire(timeout=self._backend.timeout)
        except TimeoutError as error:
            raise Unavailable(f"the database has been busy for {self._backend.timeout:g} seconds") from error
        except PASSING as error:
            raise Unavailable(f"the database does not answer: {error}") from error

    async def release(self) -> None:
        # forgotten first: a cancelled release goes on in asyncpg, and this task may come back
        connection, self._connection = self._connection, None
        if self._backend.pool is not None:
            await self._backend.pool.release(connection)

    async def rows(self, statement: Statement, values: Values) -> list[Row]:
        return [Row(record.items()) for record in await self.tuples(statement, values)]

    async def tuples(self, statement: Statement, values: Values) -> list[Any]:
        arguments = statement.arguments(values)
        with passing_errors():
            rows: list[Any] = await self._connection.fetch(statement.sql, *arguments)
        return rows

    async def row(self, statement: Statement, values: Values) -> Row | None:
        rows = await self.tuples(statement, values) if statement.writes else await self._first(statement, values)
        return Row(rows[0].items()) if rows else None

    async def run(self, statement: Statement, values: Values) -> Any:
        if statement.returns_rows:
            rows = await self.tuples(statement, values)
            return rows[0][0] if rows else None
        return await self._change(statement.sql, statement.arguments(values))

    async def run_rows(self, statement: Statement, given: tuple[Values, RowBatch]) -> int:
        values, batch = given
        arguments = statement.arguments(values)
        sql = statement.sql.replace(ROWS, records_of("postgresql", f"${len(arguments) + 1}", batch.columns))
        return sum([await self._change(sql, (*arguments, *part)) for part in batch.parts])

    async def run_many(self, statement: Statement, values: Sequence[Mapping[str, Any]]) -> None:
        rows = [statement.arguments(each) for each in values]
        with passing_errors():
            await self._connection.executemany(statement.sql, rows)

    def transaction(self) -> "PostgresTransaction":
        return PostgresTransaction(self)

    def begin(self, options: Mapping[str, Any]) -> Any:
        return self._connection.transaction(**options)

    async def _change(self, sql: str, arguments: Sequence[Any]) -> int:
        with passing_errors():
            status: str = await self._connection.execute(sql, *arguments)
        count = status.rpartition(" ")[2]
        return int(count) if count.isdecimal() else 0

    async def _first(self, statement: Statement, values: Values) -> list[Any]:
        arguments = statement.arguments(values)
        with passing_errors():
            record = await self._connection.fetchrow(statement.sql, *arguments)
        return [] if record is None else [record]


class PostgresTransaction(TransactionBackend):
    """``readonly=True`` gives one snapshot for all its reads, as SQLite does."""

    def __init__(self, connection: PostgresConnection) -> None:
        self._connection = connection
        self._transaction: Any = None

    async def start(self, is_root: bool, extra_options: dict[Any, Any]) -> None:
        readonly = is_root and bool(extra_options.get("readonly", False))
        options = {"isolation": "repeatable_read", "readonly": True} if readonly else {}
        self._transaction = self._connection.begin(options)
        with passing_errors():
            await self._transaction.start()

    async def commit(self) -> None:
        with passing_errors():
            await self._transaction.commit()

    async def rollback(self) -> None:
        await self._transaction.rollback()


@contextmanager
def opening(target: PostgresUrl) -> Iterator[None]:
    """Raises Unavailable while the server does not answer, ConfigurationError for what only a person can change."""
    try:
        yield
    except (*PASSING, TimeoutError) as error:
        raise Unavailable(f"no connection to {target.label}: {error}") from error
    except (asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as error:
        raise ConfigurationError(f"cannot open {target.label}: {error}") from error


@contextmanager
def passing_errors() -> Iterator[None]:
    """Raises Unavailable for what a moment later may succeed."""
    try:
        yield
    except PASSING as error:
        raise Unavailable(f"the database could not do it now: {error}") from error
