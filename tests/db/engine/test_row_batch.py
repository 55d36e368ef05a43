"""Row batches: what comes out of a statement is what was put in, in however many statements."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ktv_host.db.engine.database import Database
from ktv_host.db.engine.json_text import Kind
from ktv_host.db.engine.row_batch import MOST_PARAMETERS, row_batches, sizes

COLUMNS: dict[str, Kind] = {"number": "bigint", "name": "text", "known": "boolean"}


@pytest.mark.parametrize("count", [0, 1, 11, MOST_PARAMETERS // len(COLUMNS) + 1])
async def test_all_rows_are_read_once_and_in_their_order(database: Database, count: int) -> None:
    rows = [(number, None if number % 3 else f"\u00e9 '{number}' :name ?", number % 2 == 0) for number in range(count)]
    found: list[tuple[object, ...]] = []
    for part in row_batches(database.dialect, COLUMNS, rows):
        read = await database.fetch_tuples(
            f"SELECT number, name, known, :other FROM {part.table}", {**part.values, "other": "x"}
        )
        found += [tuple(row) for row in read]
    assert found == [(*row, "x") for row in rows]


@given(st.integers(min_value=0, max_value=100_000), st.integers(min_value=1, max_value=5_000))
def test_sizes_add_up_and_none_is_too_large(total: int, most: int) -> None:
    found = list(sizes(total, most))
    assert sum(found) == total
    assert all(size <= most for size in found)
    assert all(size.bit_count() == 1 for size in found)
    assert len(set(found)) <= most.bit_length()
