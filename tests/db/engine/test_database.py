"""The database: the same questions get the same answers on SQLite and PostgreSQL."""

import asyncio
import logging
from pathlib import Path

import pytest

from ktv_host.db.engine.database import Database, open_database
from ktv_host.errors import ConfigurationError, Unavailable
from ktv_host.hooks import PluginDatabase


async def test_rows_answer_by_name_position_and_attribute(accounts: Database) -> None:
    row = await accounts.fetch_one("SELECT id, balance FROM accounts WHERE id = :id", {"id": 2})
    assert row is not None
    assert dict(row) == {"id": 2, "balance": 100}
    assert row[1] == row.balance == 100


async def test_a_row_that_is_not_there_is_none(accounts: Database) -> None:
    assert await accounts.fetch_one("SELECT id FROM accounts WHERE id = 9") is None
    assert await accounts.fetch_val("SELECT id FROM accounts WHERE id = 9") is None


async def test_bare_tuples_unpack(accounts: Database) -> None:
    rows = await accounts.fetch_tuples("SELECT id, balance FROM accounts ORDER BY id LIMIT 2")
    assert [(number, balance) for number, balance in rows] == [(1, 100), (2, 100)]


async def test_execute_counts_the_rows_it_changed(accounts: Database) -> None:
    await accounts.execute("INSERT INTO accounts (id, balance) VALUES (50, 0)")
    assert await accounts.execute("UPDATE accounts SET balance = 7 WHERE id <= 3") == 3
    assert await accounts.execute("UPDATE accounts SET balance = 7 WHERE id = 99") == 0
    assert await accounts.execute("DELETE FROM accounts WHERE id > 3") == 2
    assert await accounts.execute("INSERT INTO accounts (id, balance) VALUES (60, 0), (61, 0)") == 2
    assert await accounts.execute("INSERT INTO accounts (id, balance) VALUES (60, 0) ON CONFLICT (id) DO NOTHING") == 0


async def test_execute_answers_with_what_a_write_returns(accounts: Database) -> None:
    sql = "UPDATE accounts SET balance = balance + 1 WHERE id = :id RETURNING balance"
    assert await accounts.execute(sql, {"id": 1}) == 101
    assert await accounts.fetch_val(sql, {"id": 1}) == 102
    assert [row.balance for row in await accounts.fetch_all(sql, {"id": 1})] == [103]
    assert await accounts.execute(sql, {"id": 99}) is None


async def test_execute_many_is_all_or_nothing(accounts: Database) -> None:
    sql = "INSERT INTO accounts (id, balance) VALUES (:id, 0)"
    with pytest.raises(Exception, match=r"(?i)unique"):
        await accounts.execute_many(sql, [{"id": 70}, {"id": 71}, {"id": 1}])
    assert await accounts.fetch_val("SELECT COUNT(*) FROM accounts") == 4
    await accounts.execute_many(sql, [{"id": 70}, {"id": 71}])
    await accounts.execute_many(sql, [])
    assert await accounts.fetch_val("SELECT COUNT(*) FROM accounts") == 6


async def test_text_and_truth_come_back_as_they_went(database: Database) -> None:
    await database.execute("CREATE TABLE t (word TEXT, flag BOOLEAN, number BIGINT, share DOUBLE PRECISION)")
    given = {"word": "Ünïcode ‘:x’ 片", "flag": True, "number": 2**62, "share": 0.25}
    await database.execute("INSERT INTO t VALUES (:word, :flag, :number, :share)", given)
    row = await database.fetch_one("SELECT * FROM t WHERE flag")
    assert row is not None
    assert dict(row) == given


async def test_a_loop_over_rows_may_ask_and_write_in_its_body(accounts: Database) -> None:
    async with asyncio.timeout(5), accounts.transaction():
        async for row in accounts.iterate("SELECT id FROM accounts"):
            await accounts.execute("UPDATE accounts SET balance = 0 WHERE id = :id", {"id": row.id})
            assert await accounts.fetch_val("SELECT COUNT(*) FROM accounts") == 4
    assert await accounts.fetch_val("SELECT SUM(balance) FROM accounts") == 0


async def test_a_task_can_keep_a_connection_for_several_queries(accounts: Database) -> None:
    async with accounts.connection() as connection:
        assert len(await connection.fetch_all("SELECT id FROM accounts")) == 4
        assert await connection.execute("UPDATE accounts SET balance = 1") == 4
        assert await connection.fetch_val("SELECT SUM(balance) FROM accounts") == 4
        assert await connection.fetch_one("SELECT id FROM accounts WHERE id = 9") is None
        assert [row.id async for row in connection.iterate("SELECT id FROM accounts WHERE id = 1")] == [1]
        async with connection.transaction():
            await connection.execute_many("DELETE FROM accounts WHERE id = :id", [{"id": 1}, {"id": 2}])
    assert await accounts.fetch_val("SELECT COUNT(*) FROM accounts") == 2


async def test_anything_but_text_is_refused(database: Database) -> None:
    with pytest.raises(TypeError, match="SQL text"):
        await database.fetch_all(object())  # type: ignore[arg-type]


async def test_wrong_sql_raises_and_the_database_goes_on(accounts: Database) -> None:
    for _ in range(10):
        with pytest.raises(Exception, match="nonsense"):
            await accounts.fetch_all("SELECT nonsense FROM accounts")
    assert await accounts.fetch_val("SELECT COUNT(*) FROM accounts") == 4


async def test_it_is_what_plugins_are_promised(database: Database, dialect: str) -> None:
    promised: PluginDatabase = database
    assert await promised.fetch_all("SELECT 1 AS one") == [{"one": 1}]
    assert database.dialect == dialect


async def test_it_can_be_closed_and_opened_again(database: Database) -> None:
    await database.disconnect()
    await database.connect()
    assert await database.fetch_val("SELECT 1") == 1


async def test_no_secret_reaches_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    database = open_database("postgres://ktv:secret@127.0.0.1:1/tv?password=secret2")
    with pytest.raises(Unavailable) as refused:
        await database.connect()
    assert "secret" not in caplog.text + refused.value.message + repr(database) + repr(database.url)


async def test_a_missing_file_is_not_made_under_mode_rw(tmp_path: Path) -> None:
    path = tmp_path / "missing.db"
    with pytest.raises(ConfigurationError, match=r"missing\.db"):
        await open_database(f"sqlite:{path}?mode=rw").connect()
    assert not path.exists()


async def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("no database " * 100, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"notes\.txt"):
        await open_database(f"sqlite:{path}").connect()
