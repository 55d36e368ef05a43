"""Statements: where parameters are, and what counts as a write."""

import pytest

from ktv_host.db.engine.statement import postgres_statement, sqlite_statement


def test_sqlite_gets_question_marks_in_order() -> None:
    statement = sqlite_statement("SELECT :b, :a, :b")
    assert (statement.sql, statement.names) == ("SELECT ?, ?, ?", ("b", "a", "b"))
    assert statement.arguments({"a": 1, "b": 2}) == (2, 1, 2)


def test_postgres_gets_numbers_and_a_repeated_name_is_one_parameter() -> None:
    statement = postgres_statement("SELECT :b, :a, :b")
    assert (statement.sql, statement.names) == ("SELECT $1, $2, $1", ("b", "a"))
    assert statement.arguments({"a": 1, "b": 2}) == (2, 1)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 'at 20:15', 'it''s :not'",
        'SELECT "odd:name"',
        "SELECT CAST('1' AS int)::text",
        "SELECT 1 -- :not here",
        "SELECT 1 /* :nor\n :here */",
    ],
)
def test_what_is_quoted_commented_or_a_cast_is_no_parameter(text: str) -> None:
    assert sqlite_statement(text).sql == text
    assert postgres_statement(text).names == ()


def test_a_missing_value_names_the_parameter() -> None:
    with pytest.raises(TypeError, match=":name"):
        sqlite_statement("SELECT :name").arguments({"other": 1})


@pytest.mark.parametrize(
    ("text", "writes", "returns_rows"),
    [
        ("SELECT 1", False, True),
        ("  -- why\n /* so */ select 1", False, True),
        ("VALUES (1)", False, True),
        ("PRAGMA user_version", False, True),
        ("WITH a AS (SELECT 1) SELECT * FROM a", False, True),
        ("WITH a AS (SELECT 1) DELETE FROM t", True, False),
        ("INSERT INTO t VALUES (1)", True, False),
        ("insert into t values (1) returning id", True, True),
        ("UPDATE t SET a = 1", True, False),
        ("UPDATE t SET a = 'returning soon'", True, False),
        ("WITH a AS (SELECT 'delete me') SELECT * FROM a -- update", False, True),
        ("CREATE TABLE t (a int)", True, False),
        ("LOCK TABLE t", True, False),
        ("", True, False),
    ],
)
def test_reads_and_writes_are_told_apart(text: str, writes: bool, returns_rows: bool) -> None:
    statement = sqlite_statement(text)
    assert (statement.writes, statement.returns_rows) == (writes, returns_rows)


def test_the_same_text_is_read_once() -> None:
    assert sqlite_statement("SELECT :a + 1") is sqlite_statement("SELECT :a + 1")
