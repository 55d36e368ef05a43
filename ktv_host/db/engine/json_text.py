"""JSON as text: in columns, and in parameters that hold a list."""

from collections.abc import Mapping
from typing import Any, Literal

import orjson

from ktv_host.db.engine.url import Dialect

Kind = Literal["text", "bigint", "boolean"]


def to_json(value: Any) -> str:
    return orjson.dumps(value).decode()


def from_json(text: str) -> Any:
    return orjson.loads(text)


def texts(dialect: Dialect, name: str) -> str:
    """A table expression with the column ``value``: the strings of the JSON list in parameter ``name``."""
    return texts_of(dialect, f":{name}")


def texts_of(dialect: Dialect, expression: str) -> str:
    """The same of a column, or of any other expression."""
    if dialect == "sqlite":
        return f"json_each({expression})"
    return f"jsonb_array_elements_text(CAST({expression} AS jsonb)) AS given(value)"


def records(dialect: Dialect, name: str, columns: Mapping[str, Kind]) -> str:
    """A table expression with these columns: the rows of the JSON list of lists in parameter ``name``.

    Thousands of rows in one statement run without a step back into Python, so SQLite needs no turn at the interpreter
    lock between two of them, and its full-text index is not flushed after each.
    """
    return records_of(dialect, f":{name}", columns)


def records_of(dialect: Dialect, expression: str, columns: Mapping[str, Kind]) -> str:
    """The same of any other expression."""
    if dialect == "sqlite":
        taken = ", ".join(f"json_extract(value, '$[{place}]') AS {column}" for place, column in enumerate(columns))
        return f"(SELECT {taken} FROM json_each({expression})) AS given"
    taken = ", ".join(
        f"CAST(value ->> {place} AS {kind}) AS {column}" for place, (column, kind) in enumerate(columns.items())
    )
    return f"(SELECT {taken} FROM jsonb_array_elements(CAST({expression} AS jsonb))) AS given"


def among(dialect: Dialect, column: str, name: str, kind: Literal["text", "bigint"] = "text") -> str:
    """Whether the column is in the JSON list in parameter ``name``.

    One parameter however long the list is, so the statement stays the same and is prepared once.
    """
    if dialect == "sqlite":
        return f"{column} IN (SELECT value FROM {texts(dialect, name)})"
    # an array is looked up in an index; of a set-returning function PostgreSQL has only a guess, and joins
    return f"{column} = ANY(ARRAY(SELECT CAST(value AS {kind}) FROM {texts(dialect, name)}))"
