"""The pool of SQLite connections: lent, waited for, recovered."""

import asyncio
import random
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ktv_host.db.engine.database import open_database
from ktv_host.db.engine.sqlite import SqliteBackend
from ktv_host.db.engine.sqlite_connection import hop, open_connection
from ktv_host.db.engine.sqlite_pool import SqlitePool
from ktv_host.db.engine.url import SqliteUrl
from ktv_host.errors import Unavailable


@pytest.fixture
async def pool(tmp_path: Path) -> AsyncIterator[SqlitePool]:
    target = SqliteUrl(str(tmp_path / "pool.db"))
    made = SqlitePool(lambda: open_connection(target, patience=5), core=1, limit=3, timeout=0.1)
    await made.open()
    yield made
    await made.close()


def begin(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")


def in_transaction(connection: sqlite3.Connection) -> bool:
    return connection.in_transaction


async def test_connections_are_opened_when_the_core_is_busy_for_long(pool: SqlitePool) -> None:
    assert pool.size == 1
    lent = [await pool.acquire() for _ in range(3)]
    assert len(set(lent)) == pool.size == 3


async def test_short_work_shares_the_core_connection(pool: SqlitePool) -> None:
    async def work() -> None:
        connection = await pool.acquire()
        await asyncio.sleep(0)
        pool.release(connection)

    await asyncio.gather(*(work() for _ in range(20)))
    assert (pool.free, pool.size) == (1, 1)


async def test_beyond_the_limit_one_waits_and_then_gets_an_error(pool: SqlitePool) -> None:
    lent = [await pool.acquire() for _ in range(3)]
    with pytest.raises(Unavailable):
        await pool.acquire()
    waiting = asyncio.create_task(pool.acquire())
    await asyncio.sleep(0)
    pool.release(lent[2])
    assert await waiting is lent[2]


async def test_a_connection_handed_to_a_cancelled_waiter_comes_back(pool: SqlitePool) -> None:
    lent = [await pool.acquire() for _ in range(3)]
    waiting = asyncio.create_task(pool.acquire())
    await asyncio.sleep(0)
    pool.release(lent[0])  # handed over in this turn of the loop …
    waiting.cancel()  # … and cancelled before it could look
    await asyncio.wait([waiting])
    assert waiting.cancelled()
    assert pool.free == 1


async def test_recovery_ends_what_is_open_even_when_its_caller_is_cancelled(pool: SqlitePool) -> None:
    connection = await pool.acquire()
    await hop(connection, begin)
    recovering = asyncio.create_task(pool.recover(connection))
    await asyncio.sleep(0)
    recovering.cancel()
    await asyncio.wait([recovering])
    again = await pool.acquire()
    assert again is connection
    assert not await hop(again, in_transaction)


async def test_closing_wakes_who_waits(pool: SqlitePool) -> None:
    for _ in range(3):
        await pool.acquire()
    waiting = asyncio.create_task(pool.acquire())
    await asyncio.sleep(0)
    await pool.close()
    with pytest.raises(Unavailable):
        await waiting


async def test_after_any_number_of_cancellations_every_connection_is_free(sqlite_url: str) -> None:
    dice = random.Random(3)
    async with open_database(sqlite_url, max_size=4) as database:
        backend = database._backend
        assert isinstance(backend, SqliteBackend)

        async def work() -> None:
            async with database.transaction(readonly=dice.random() < 0.3):
                await database.fetch_all("SELECT * FROM settings")
                await database.fetch_all("SELECT * FROM users")

        for _ in range(40):
            tasks = [asyncio.create_task(work()) for _ in range(15)]
            await asyncio.sleep(dice.random() * 0.003)
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        assert await database.fetch_val("SELECT COUNT(*) FROM users") == 0
        assert await database.execute("DELETE FROM users") == 0
        for pool in (backend.readers, backend.writer):
            assert pool.free == pool.size > 0


async def test_a_cancelled_read_gives_its_connection_back_at_once(sqlite_url: str) -> None:
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT COUNT(*) FROM n"
    async with open_database(sqlite_url, max_size=2) as database:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(database.fetch_val(endless), 0.05)
        async with asyncio.timeout(5):
            assert await database.fetch_val("SELECT 1") == 1


async def test_each_connection_has_the_settings_it_needs(sqlite_url: str) -> None:
    async with open_database(sqlite_url) as database:
        pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        found = [await database.fetch_val(f"PRAGMA {name}") for name in pragmas]
        assert found == ["wal", 1, 1, 5000]


async def test_a_write_taken_for_a_read_fails_instead_of_racing_the_writer(sqlite_url: str) -> None:
    async with open_database(sqlite_url) as database:
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            await database.fetch_all("PRAGMA user_version = 3")


async def test_a_transaction_opened_by_hand_is_refused_and_undone(sqlite_url: str) -> None:
    async with open_database(sqlite_url) as database:
        with pytest.raises(sqlite3.ProgrammingError, match=r"transaction\(\)"):
            await database.execute("BEGIN IMMEDIATE")
        async with asyncio.timeout(5), database.transaction():
            await database.execute("DELETE FROM users")


async def test_another_process_that_keeps_writing_is_told_of(sqlite_url: str) -> None:
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:"), isolation_level=None)
    async with open_database(sqlite_url) as database:
        other.execute("BEGIN IMMEDIATE")
        await hop_writer(database._backend, "PRAGMA busy_timeout = 10")
        with pytest.raises(Unavailable, match="another process"):
            await database.execute("DELETE FROM users")
        other.execute("COMMIT")
        other.close()
        assert await database.execute("DELETE FROM users") == 0


async def test_a_full_disk_is_told_of(sqlite_url: str) -> None:
    async with open_database(sqlite_url) as database:
        await hop_writer(database._backend, "PRAGMA max_page_count = 1")  # what is there already
        with pytest.raises(Unavailable, match="disk of the database is full"):
            await database.execute(
                "INSERT INTO settings (key, value) VALUES ('large', :value)", {"value": "x" * 100_000}
            )


async def hop_writer(backend: object, sql: str) -> None:
    assert isinstance(backend, SqliteBackend)
    connection = await backend.writer.acquire()
    await hop(connection, lambda raw: raw.execute(sql).close())
    backend.writer.release(connection)
