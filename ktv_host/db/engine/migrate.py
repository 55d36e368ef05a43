"""Migrations: the host's history, and one history per plugin store, each with a version table of its own.

Alembic runs without an ini file. It keeps the running migration in module globals, so one runs at a time in a process;
processes that start together wait for each other in the database.
"""

import asyncio
import re
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from ktv_host.db.engine.postgres import opening
from ktv_host.db.engine.sqlite_connection import open_connection
from ktv_host.db.engine.url import DatabaseUrl, PostgresUrl, SqliteUrl, parse_url
from ktv_host.errors import ConfigurationError, Unavailable
from ktv_host.hooks import Store

SCRIPTS = Path(__file__).parent.parent / "migrations"
HOST_TABLE = "alembic_version"
TABLE_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
LOCK_SECONDS = 120  # how long a process waits for another one that migrates
ADVISORY_LOCK = 0x4B2D5456  # any constant number: the migration lock of PostgreSQL

_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class History:
    """A folder of revisions and the table that says how far a database got."""

    versions: Path
    version_table: str


HOST = History(SCRIPTS / "versions", HOST_TABLE)


async def migrate_host(url: str) -> None:
    """Bring the host's tables up to date. Raises ConfigurationError when this host is older than the database."""
    await _migrate(parse_url(url), HOST, "head")


async def migrate_host_to(url: str, revision: str) -> None:
    """Stop at a revision."""
    await _migrate(parse_url(url), HOST, revision)


async def migrate_store(url: str, store: Store) -> None:
    """Bring a plugin's tables up to date. Raises ConfigurationError for a store that cannot be used."""
    if not TABLE_NAME.fullmatch(store.version_table) or store.version_table == HOST_TABLE:
        raise ConfigurationError(f"a plugin's version table cannot be called {store.version_table!r}")
    if not store.versions.is_dir():
        raise ConfigurationError(f"a plugin's migrations are missing: there is no folder {store.versions}")
    await _migrate(parse_url(url), History(store.versions, store.version_table), "head")


async def _migrate(target: DatabaseUrl, history: History, revision: str) -> None:
    await asyncio.to_thread(_migrate_in_thread, target, history, revision)


def _migrate_in_thread(target: DatabaseUrl, history: History, revision: str) -> None:
    with _one_at_a_time:
        try:
            asyncio.run(_run(target, history, revision))
        except CommandError as error:
            raise ConfigurationError(
                f"the database {target.label} has revisions this version does not know: {error}"
            ) from error
        except DatabaseError as error:
            if "is not a database" in str(error):
                raise ConfigurationError(f"{target.label} is no database file") from error
            if "database is locked" in str(error):
                raise Unavailable(f"{target.label} has been locked for {LOCK_SECONDS} seconds") from error
            raise


async def _run(target: DatabaseUrl, history: History, revision: str) -> None:
    async with _engine(target) as engine, engine.connect() as connection:
        await connection.run_sync(_lock)
        await connection.run_sync(_upgrade, history, revision)
        await connection.commit()


def _lock(connection: Connection) -> None:
    """Begin the transaction all of it happens in; whoever comes second waits here and finds nothing to do."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})


def _upgrade(connection: Connection, history: History, revision: str) -> None:
    config = Config()
    for name, path in (("script_location", SCRIPTS), ("version_locations", history.versions)):
        config.set_main_option(name, str(path).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.attributes.update(connection=connection, version_table=history.version_table)
    command.upgrade(config, revision)


@asynccontextmanager
async def _engine(target: DatabaseUrl) -> AsyncIterator[AsyncEngine]:
    dialect = "sqlite+aiosqlite://" if isinstance(target, SqliteUrl) else "postgresql+asyncpg://"
    engine = create_async_engine(dialect, async_creator=lambda: _connect(target), poolclass=NullPool)
    try:
        yield engine
    finally:
        await engine.dispose()


async def _connect(target: DatabaseUrl) -> Any:
    if isinstance(target, PostgresUrl):
        with opening(target):
            return await asyncpg.connect(target.dsn)
    return await open_connection(target, patience=LOCK_SECONDS)
