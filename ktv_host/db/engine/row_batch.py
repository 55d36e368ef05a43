"""Row batches: thousands of rows as parameters of a few statements.

A statement runs without a step back into Python, so SQLite needs no turn at the interpreter lock between two rows, and
its full-text index is not flushed after each.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

from ktv_host.db.engine.json_text import Kind, records, to_json
from ktv_host.db.engine.url import Dialect

MOST_PARAMETERS = 32_766  # of one statement of SQLite


@dataclass(frozen=True, slots=True)
class RowBatch:
    """``table`` is a table expression of these rows, to be read with the parameters ``values``."""

    table: str
    _names: Sequence[str]
    _arguments: Sequence[Any]

    @property
    def values(self) -> dict[str, Any]:
        return dict(zip(self._names, self._arguments, strict=True))


def row_batches(dialect: Dialect, columns: Mapping[str, Kind], rows: Sequence[Sequence[Any]]) -> list[RowBatch]:
    """Together they are all the rows, whose values are in the order of the columns.

    PostgreSQL reads JSON faster than its driver writes arrays. SQLite takes three times as long to read JSON as to
    bind values.
    """
    if dialect == "postgresql":
        return [RowBatch(records(dialect, "rows", columns), ["rows"], [to_json(rows)])] if rows else []
    batches, start = [], 0
    for size in sizes(len(rows), MOST_PARAMETERS // len(columns)):
        table, names = _bound(tuple(columns), size)
        batches.append(RowBatch(table, names, list(chain.from_iterable(rows[start : start + size]))))
        start += size
    return batches


def sizes(total: int, most: int) -> Iterator[int]:
    """Powers of two that add up to the total: few sizes, so that few statements have to be prepared."""
    size = 1 << (most.bit_length() - 1)
    while total:
        while size > total:
            size >>= 1
        yield size
        total -= size


@lru_cache(maxsize=64)
def _bound(columns: Sequence[str], size: int) -> tuple[str, Sequence[str]]:
    """The table expression of so many rows, and the names of its parameters."""
    width = len(columns)
    names = [f"r{number}" for number in range(width * size)]
    rows = [f"(:{', :'.join(names[start : start + width])})" for start in range(0, len(names), width)]
    taken = ", ".join(f"column{number} AS {name}" for number, name in enumerate(columns, 1))
    return f"(SELECT {taken} FROM (VALUES {', '.join(rows)})) AS given", names
