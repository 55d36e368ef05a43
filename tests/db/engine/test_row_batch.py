"""Row batches: what a query reads is what was put in, in however many statements."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ktv_host.db.engine.database import Database
from ktv_host.db.engine.json_text import Kind
from ktv_host.db.engine.row_batch import MOST_PARAMETERS, row_batch, sizes

COLUMNS: dict[str, Kind] = {"number": "bigint", "name": "text", "known": "boolean"}
INSERT = (
    "INSERT INTO readings (number, name, known, other) SELECT number, name, known, :other FROM {rows} WHERE TRUE"
    " ON CONFLICT (number) DO NOTHING"
)


@pytest.fixture
async def readings(database: Database) -> Database:
    await database.execute("CREATE TABLE readings (number BIGINT PRIMARY KEY, name TEXT, known BOOLEAN, other TEXT)")
    return database


@pytest.mark.parametrize("count", [0, 1, 11, MOST_PARAMETERS // len(COLUMNS) + 1])
async def test_all_rows_are_read_once_and_their_changes_are_counted(readings: Database, count: int) -> None:
    rows = [(number, None if number % 3 else f"\u00e9 '{number}' :name ?", number % 2 == 0) for number in range(count)]
    batch = row_batch(readings.dialect, COLUMNS, rows)
    async with readings.transaction():
        assert await readings.execute_rows(INSERT, batch, {"other": "x"}) == count
        assert await readings.execute_rows(INSERT, batch, {"other": "y"}) == 0
    found = await readings.fetch_tuples("SELECT number, name, known, other FROM readings ORDER BY number")
    assert [tuple(row) for row in found] == [(*row, "x") for row in rows]


async def test_what_fails_leaves_nothing(readings: Database) -> None:
    rows = [(number, None, None) for number in range(3)]
    batch = row_batch(readings.dialect, COLUMNS, [*rows, (0, None, None)])
    with pytest.raises(Exception, match=r"(?i)unique"):
        async with readings.transaction():
            await readings.execute_rows(INSERT.partition(" ON CONFLICT")[0], batch, {"other": "x"})
    assert await readings.fetch_val("SELECT COUNT(*) FROM readings") == 0


@given(st.integers(min_value=0, max_value=100_000), st.integers(min_value=1, max_value=5_000))
def test_sizes_add_up_and_none_is_too_large(total: int, most: int) -> None:
    found = list(sizes(total, most))
    assert sum(found) == total
    assert all(size <= most for size in found)
    assert all(size.bit_count() == 1 for size in found)
    assert len(set(found)) <= most.bit_length()
