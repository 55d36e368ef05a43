"""A SQLite connection and its thread."""

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Any, TypeVar

import aiosqlite

from ktv_host.db.engine.url import SqliteUrl
from ktv_host.errors import ConfigurationError

T = TypeVar("T")


async def open_connection(target: SqliteUrl, *, patience: float) -> aiosqlite.Connection:
    """In autocommit: every BEGIN is ours. Raises ConfigurationError when the file cannot be opened or made.

    ``patience`` is how many seconds it waits for other processes.
    """
    connection = aiosqlite.connect(
        target.file_uri, uri=True, isolation_level=None, cached_statements=256, timeout=patience
    )
    connection._thread.daemon = True  # a crash elsewhere must be able to end the process
    try:
        return await connection
    except BaseException as error:
        await asyncio.to_thread(connection._thread.join)  # it is told to end, and must do so before the loop does
        if isinstance(error, sqlite3.Error):
            raise ConfigurationError(f"cannot open the database {target.path}: {error}") from error
        raise


async def hop(connection: aiosqlite.Connection, job: Callable[..., T], *arguments: Any) -> T:
    """Run ``job(raw connection, ...)`` in the connection's thread."""
    result: T = await connection._execute(job, connection._conn, *arguments)  # type: ignore[no-untyped-call]
    return result
