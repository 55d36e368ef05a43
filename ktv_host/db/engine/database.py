"""The database: ``databases`` with our backends, statements and transactions."""

from typing import Any, Self, cast

from databases import Database as StockDatabase
from databases.core import Connection as StockConnection

from ktv_host.db.engine.backend import StatementBackend, StatementConnection
from ktv_host.db.engine.queries import Ask, Queries
from ktv_host.db.engine.transaction import SafeTransaction
from ktv_host.db.engine.url import DatabaseUrl, Dialect, parse_url


def open_database(url: str, *, min_size: int = 1, max_size: int = 5, timeout: float = 30) -> "Database":
    """A database that ``connect()`` opens. Raises ConfigurationError for an address it cannot use.

    Who waits longer than ``timeout`` seconds for a connection, for the right to write or for a locked row
    gets Unavailable.
    """
    return Database(parse_url(url), min_size=min_size, max_size=max_size, timeout=timeout)


class Database(Queries, StockDatabase):  # type: ignore[misc]  # text in, light rows out: narrower than the stock one
    """SQL text with ``:name`` parameters, on SQLite and PostgreSQL alike.

    A connection belongs to a task: inside a transaction, never await another task that writes.
    """

    SUPPORTED_BACKENDS = {  # noqa: RUF012  the registration point of ``databases``
        "sqlite": "ktv_host.db.engine.sqlite:SqliteBackend",
        "postgresql": "ktv_host.db.engine.postgres:PostgresBackend",
    }

    def __init__(self, target: DatabaseUrl, *, min_size: int, max_size: int, timeout: float) -> None:
        # the base class logs its URL: it gets one without secrets, the backend gets the target
        super().__init__(f"{target.dialect}://", target=target, min_size=min_size, max_size=max_size, timeout=timeout)
        self._target = target

    @property
    def dialect(self) -> Dialect:
        return self._target.dialect

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    def connection(self) -> "Connection":
        if self._connection is None:
            self._connection = Connection(self, self._backend)
        return cast("Connection", self._connection)

    def transaction(self, *, force_rollback: bool = False, **options: Any) -> SafeTransaction:
        """``readonly=True``: one snapshot for all its reads, beside whoever writes."""
        return SafeTransaction(self.connection, force_rollback, **options)

    async def _ask(self, how: Ask, query: str, values: Any) -> Any:
        shared = cast("StatementBackend", self._backend).shared
        if shared is not None and self._connection is None:
            return await ask(shared, how, query, values)
        async with self.connection() as connection:
            return await cast("Connection", connection)._ask(how, query, values)


class Connection(Queries, StockConnection):  # type: ignore[misc]  # as above
    """A task's connection."""

    def transaction(self, *, force_rollback: bool = False, **options: Any) -> SafeTransaction:
        return SafeTransaction(lambda: self, force_rollback, **options)

    async def _ask(self, how: Ask, query: str, values: Any) -> Any:
        async with self._query_lock:
            return await ask(cast("StatementConnection", self._connection), how, query, values)


async def ask(connection: StatementConnection, how: Ask, query: str, values: Any) -> Any:
    if not isinstance(query, str):
        raise TypeError(f"queries are SQL text here, not {type(query).__name__}")
    return await getattr(connection, how)(connection.statement(query), values)
