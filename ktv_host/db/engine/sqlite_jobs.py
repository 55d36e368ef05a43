"""The jobs a SQLite connection's thread runs: each is a whole query, so a query is one hop."""

import sqlite3
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from ktv_host.db.engine.row import Row
from ktv_host.db.engine.row_batch import ROWS, bound_rows
from ktv_host.errors import Unavailable

T = TypeVar("T")
Job = Callable[[sqlite3.Connection, str, Sequence[Any]], T]

BUSY_MS = 5000  # how long SQLite waits for other processes
SETUP = (
    f"PRAGMA busy_timeout = {BUSY_MS}",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -16384",
    # In pages of 4 KiB. A sync writes to indexes all over the file: a page that is written often is copied back once.
    "PRAGMA wal_autocheckpoint = 8000",
)


def set_up(connection: sqlite3.Connection, query_only: bool) -> None:
    for pragma in SETUP:
        connection.execute(pragma)
    turn_on_wal(connection)
    if query_only:
        # a statement taken for a read by mistake fails here instead of racing the writer
        connection.execute("PRAGMA query_only = ON")


def turn_on_wal(connection: sqlite3.Connection) -> None:
    """SQLite does not wait for other processes here, so we do."""
    deadline = time.monotonic() + BUSY_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if time.monotonic() > deadline:
                raise Unavailable("the database is busy: another process is writing to it") from error
            time.sleep(0.02)
        else:
            return


def guarded(connection: sqlite3.Connection, job: Job[T], sql: str, arguments: Sequence[Any]) -> T:
    try:
        return job(connection, sql, arguments)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise Unavailable("the database is busy: another process is writing to it") from error
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL:
            raise Unavailable("the disk of the database is full: make room on it") from error
        raise


def outside(connection: sqlite3.Connection, job: Job[T], sql: str, arguments: Sequence[Any]) -> T:
    result = guarded(connection, job, sql, arguments)
    if connection.in_transaction:
        raise sqlite3.ProgrammingError(f"a transaction is opened with transaction(), not with {sql}")
    return result


def inside(connection: sqlite3.Connection, job: Job[T], sql: str, arguments: Sequence[Any], begin: str | None) -> T:
    """``begin`` opens the transaction, with its first statement."""
    if not connection.in_transaction:
        if begin is None:  # a full disk ends a transaction, and what follows must not be kept alone
            raise sqlite3.OperationalError("the transaction was rolled back by the database")
        guarded(connection, run, begin, ())
    return guarded(connection, job, sql, arguments)


def all_rows(connection: sqlite3.Connection, sql: str, arguments: Sequence[Any]) -> list[Row]:
    cursor = connection.execute(sql, arguments)
    names = [column[0] for column in cursor.description or ()]
    return [Row(zip(names, row, strict=True)) for row in cursor]


def all_tuples(connection: sqlite3.Connection, sql: str, arguments: Sequence[Any]) -> list[tuple[Any, ...]]:
    return connection.execute(sql, arguments).fetchall()


def first_row(connection: sqlite3.Connection, sql: str, arguments: Sequence[Any]) -> Row | None:
    cursor = connection.execute(sql, arguments)
    row = cursor.fetchone()
    found = None if row is None else Row(zip([column[0] for column in cursor.description], row, strict=True))
    cursor.close()
    return found


def first_row_of_all(connection: sqlite3.Connection, sql: str, arguments: Sequence[Any]) -> Row | None:
    """A write that returns rows is only done when it was read to its end."""
    rows = all_rows(connection, sql, arguments)
    return rows[0] if rows else None


def first_value(connection: sqlite3.Connection, sql: str, arguments: Sequence[Any]) -> Any:
    rows = connection.execute(sql, arguments).fetchall()
    return rows[0][0] if rows else None


def change_count(connection: sqlite3.Connection, sql: str, arguments: Sequence[Any]) -> int:
    return max(0, connection.execute(sql, arguments).rowcount)


def run_rows(connection: sqlite3.Connection, sql: str, given: Sequence[Any]) -> int:
    arguments, batch = given
    width = len(batch.columns)
    return sum(
        change_count(
            connection, sql.replace(ROWS, bound_rows(tuple(batch.columns), len(part) // width)), (*arguments, *part)
        )
        for part in batch.parts
    )


def run(connection: sqlite3.Connection, sql: str, _: Sequence[Any]) -> None:
    connection.execute(sql)


def run_many(connection: sqlite3.Connection, sql: str, rows: Sequence[Sequence[Any]]) -> None:
    connection.executemany(sql, rows)


def run_many_at_once(connection: sqlite3.Connection, sql: str, rows: Sequence[Sequence[Any]]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.executemany(sql, rows)
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
