"""What the tests of the database room share."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ktv_host.db.channels import ChannelRepository
from ktv_host.db.engine.database import Database, open_database
from ktv_host.db.users import UserRepository
from ktv_host.domain.channel import Channel
from ktv_host.domain.user import Role, User

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
async def accounts(database: Database) -> Database:
    """A table ``accounts(id, balance, owner)`` with ids 1 to 4 and 100 each; ``owner`` is checked at COMMIT."""
    await database.execute("CREATE TABLE owners (id BIGINT PRIMARY KEY)")
    await database.execute(
        "CREATE TABLE accounts (id BIGINT PRIMARY KEY, balance BIGINT NOT NULL,"
        " owner BIGINT REFERENCES owners (id) DEFERRABLE INITIALLY DEFERRED)"
    )
    await database.execute_many(
        "INSERT INTO accounts (id, balance) VALUES (:id, 100)", [{"id": number} for number in range(1, 5)]
    )
    return database


@pytest.fixture
async def impatient(accounts: Database, database_url: str) -> AsyncIterator[Database]:
    """The same database through a pool that waits a fifth of a second."""
    async with open_database(database_url, max_size=4, timeout=0.2) as opened:
        yield opened


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "lite.db"
    path.write_bytes(sqlite_template.read_bytes())
    return f"sqlite:{path}"


@pytest.fixture
async def owner(database: Database) -> User:
    return await UserRepository(database).add(User(id="owner", email="o@tv.local", role=Role.USER, created_at=NOW))


@pytest.fixture
def make_channel(database: Database, owner: User) -> Callable[[str], Awaitable[Channel]]:
    async def make(channel_id: str) -> Channel:
        return await ChannelRepository(database).add(
            Channel(id=channel_id, owner_id=owner.id, number=0, name=channel_id, created_at=NOW, updated_at=NOW)
        )

    return make
