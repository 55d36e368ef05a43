"""Statements: SQL text with ``:name`` parameters, read once into what a driver takes."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

# what is quoted, commented or a cast is stepped over; only the last alternative is a parameter
TOKEN = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | --[^\n]* | /\*.*?\*/ | :: | :(?P<name>[A-Za-z_]\w*)""", re.DOTALL | re.VERBOSE
)
WORD = re.compile(r"\w+")
READS = ("SELECT", "VALUES", "EXPLAIN", "PRAGMA")
CHANGES = re.compile(r"\b(?:INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
RETURNING = re.compile(r"\bRETURNING\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Statement:
    """``sql`` in the driver's spelling, ``names`` in the order of its parameters."""

    sql: str
    names: tuple[str, ...]
    writes: bool
    returns_rows: bool

    def arguments(self, values: Mapping[str, Any] | None) -> tuple[Any, ...]:
        if not self.names:
            return ()
        try:
            given = values or {}
            return tuple([given[name] for name in self.names])
        except KeyError as error:
            raise TypeError(f"no value for the parameter :{error.args[0]} of: {self.sql}") from None


@lru_cache(maxsize=1024)
def sqlite_statement(text: str) -> Statement:
    """Parameters become ``?``."""
    names: list[str] = []

    def place(name: str) -> str:
        names.append(name)
        return "?"

    return _statement(_replace(text, place), names)


@lru_cache(maxsize=1024)
def postgres_statement(text: str) -> Statement:
    """Parameters become ``$1``, ``$2`` …; a name used twice is one parameter."""
    names: list[str] = []

    def place(name: str) -> str:
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    return _statement(_replace(text, place), names)


def _replace(text: str, place: Callable[[str], str]) -> str:
    def token(match: re.Match[str]) -> str:
        name = match.group("name")
        return match.group() if name is None else place(name)

    return TOKEN.sub(token, text)


def _statement(sql: str, names: Sequence[str]) -> Statement:
    """Unknown kinds of statement count as writes, so they can never run beside the one writer."""
    bare = TOKEN.sub(" ", sql)  # keywords only, none from a text or a comment
    first = WORD.search(bare)
    keyword = first.group().upper() if first else ""
    writes = bool(CHANGES.search(bare)) if keyword == "WITH" else keyword not in READS
    return Statement(sql, tuple(names), writes, returns_rows=not writes or bool(RETURNING.search(bare)))
