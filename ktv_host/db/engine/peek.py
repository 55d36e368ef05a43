"""A look at a database that may not be there yet; changes nothing."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import asyncpg

from ktv_host.db.engine.migrate import HOST_TABLE
from ktv_host.db.engine.postgres import opening
from ktv_host.db.engine.url import PostgresUrl, SqliteUrl, parse_url
from ktv_host.errors import ConfigurationError


async def revision(url: str) -> str | None:
    """The host's migration revision; None when no host migration ever ran there."""
    target = parse_url(url)
    if isinstance(target, PostgresUrl):
        return await _postgres_revision(target)
    return await asyncio.to_thread(_sqlite_revision, target)


async def is_new(url: str) -> bool:
    return await revision(url) is None


async def _postgres_revision(target: PostgresUrl) -> str | None:
    with opening(target):
        connection = await asyncpg.connect(target.dsn)
    try:
        if await connection.fetchval("SELECT to_regclass($1)", HOST_TABLE) is None:
            return None
        found: str | None = await connection.fetchval(f"SELECT version_num FROM {HOST_TABLE}")
        return found
    finally:
        await connection.close()


def _sqlite_revision(target: SqliteUrl) -> str | None:
    if not Path(target.path).exists():
        return None
    try:
        with closing(sqlite3.connect(f"file:{quote(target.path)}?mode=ro", uri=True)) as connection:
            tables = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (HOST_TABLE,)).fetchall()
            rows = connection.execute(f"SELECT version_num FROM {HOST_TABLE}").fetchall() if tables else []
    except sqlite3.Error as error:
        raise ConfigurationError(f"cannot read the database {target.path}: {error}") from error
    return rows[0][0] if rows else None
