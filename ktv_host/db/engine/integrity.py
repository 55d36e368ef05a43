"""Integrity: what the database refuses, as the error its caller acts on."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from ktv_host.errors import Conflict

UNIQUE = (sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)


@contextmanager
def conflict_if_taken(message: str) -> Iterator[None]:
    """Raises Conflict when a unique value is there already."""
    try:
        yield
    except asyncpg.UniqueViolationError as error:
        raise Conflict(message) from error
    except sqlite3.IntegrityError as error:
        if error.sqlite_errorcode in UNIQUE:
            raise Conflict(message) from error
        raise


@contextmanager
def conflict_if_referenced(message: str) -> Iterator[None]:
    """Raises Conflict when a row points to another that is not there, or is pointed to."""
    try:
        yield
    except asyncpg.ForeignKeyViolationError as error:
        raise Conflict(message) from error
    except sqlite3.IntegrityError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
            raise Conflict(message) from error
        raise
