"""JSON as text: in columns, and in parameters that hold a list."""

from typing import Any, Literal

import orjson

from ktv_host.db.engine.url import Dialect


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


def among(dialect: Dialect, column: str, name: str, kind: Literal["text", "bigint"] = "text") -> str:
    """Whether the column is in the JSON list in parameter ``name``.

    One parameter however long the list is, so the statement stays the same and is prepared once.
    """
    if dialect == "sqlite":
        return f"{column} IN (SELECT value FROM {texts(dialect, name)})"
    # an array is looked up in an index; of a set-returning function PostgreSQL has only a guess, and joins
    return f"{column} = ANY(ARRAY(SELECT CAST(value AS {kind}) FROM {texts(dialect, name)}))"
