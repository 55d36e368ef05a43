"""Tables: what the migrations make is what ktv_host/db/tables says."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from ktv_host.db.tables import accounts, channels, house, library

[METADATA] = {module.metadata for module in (accounts, channels, house, library)}

# what only one of the databases has, for the search, is not in tables.py
APART = ("alembic_version", "library_fts", "ix_library_search_words")


def differences(connection: Connection) -> list[Any]:
    options = {"compare_type": True, "include_name": lambda name, *_: not (name or "").startswith(APART)}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), METADATA))


async def test_the_migrations_make_these_tables(database_url: str, dialect: str) -> None:
    drivers = {"sqlite": "sqlite+aiosqlite:///", "postgresql": "postgresql+asyncpg:"}
    address = database_url.partition(":")[2]
    engine = create_async_engine(drivers[dialect] + address)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()
