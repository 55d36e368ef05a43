"""Row batches: thousands of rows for one query, made ready before anything is locked.

A statement runs without a step back into Python, so SQLite needs no turn at the interpreter lock between two rows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

from ktv_host.db.engine.json_text import Kind, to_json
from ktv_host.db.engine.url import Dialect

ROWS = "{rows}"  # in a query: where the rows are read from, behind all other parameters
MOST_PARAMETERS = 32_000  # of one statement of SQLite; it takes 32,766


@dataclass(frozen=True, slots=True)
class RowBatch:
    """``parts`` holds the values of so many rows as one statement takes: for PostgreSQL, all of them as JSON."""

    columns: Mapping[str, Kind]
    parts: Sequence[Sequence[Any]]


def row_batch(dialect: Dialect, columns: Mapping[str, Kind], rows: Sequence[Sequence[Any]]) -> RowBatch:
    """The values of each row are in the order of the columns.

    PostgreSQL reads JSON faster than its driver writes arrays. SQLite takes three times as long to read JSON as to
    bind values.
    """
    if dialect == "postgresql":
        return RowBatch(columns, [[to_json(rows)]] if rows else [])
    parts, start = [], 0
    for size in sizes(len(rows), MOST_PARAMETERS // len(columns)):
        parts.append(list(chain.from_iterable(rows[start : start + size])))
        start += size
    return RowBatch(columns, parts)


def sizes(total: int, most: int) -> Iterator[int]:
    """Powers of two that add up to the total: few sizes, so that few statements have to be prepared."""
    size = 1 << (most.bit_length() - 1)
    while total:
        while size > total:
            size >>= 1
        yield size
        total -= size


@lru_cache(maxsize=64)
def bound_rows(columns: Sequence[str], size: int) -> str:
    """A table expression of so many rows, in SQLite's words: the values are bound, one by one."""
    row = f"({', '.join('?' * len(columns))})"
    taken = ", ".join(f"column{number} AS {name}" for number, name in enumerate(columns, 1))
    return f"(SELECT {taken} FROM (VALUES {', '.join([row] * size)})) AS given"
