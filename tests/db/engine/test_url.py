"""DATABASE_URL: the spellings that work, and a reason for those that do not."""

import pytest

from ktv_host.db.engine.url import PostgresUrl, SqliteUrl, parse_url
from ktv_host.errors import ConfigurationError


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("sqlite:data.db?mode=rwc", "data.db"),
        ("sqlite:data.db", "data.db"),
        ("sqlite://data.db", "data.db"),
        ("sqlite://folder/data.db", "folder/data.db"),
        ("sqlite:///srv/ktv/data.db", "/srv/ktv/data.db"),
        ("sqlite:////srv/ktv/data.db", "/srv/ktv/data.db"),
        ("sqlite:/srv/data.db", "/srv/data.db"),
        ("SQLite:./data.db", "./data.db"),
        ("sqlite:my%20data.db", "my data.db"),
        ("sqlite+aiosqlite:///data.db", "data.db"),
        ("sqlite+aiosqlite:////srv/data.db", "/srv/data.db"),
        ("sqlite+pysqlite:///data.db", "data.db"),
        ("  sqlite:data.db\n", "data.db"),
    ],
)
def test_a_sqlite_address_names_a_file(text: str, path: str) -> None:
    assert parse_url(text) == SqliteUrl(path)


@pytest.mark.parametrize(("mode", "create"), [("rwc", True), ("rw", False)])
def test_the_mode_says_whether_a_missing_file_is_made(mode: str, create: bool) -> None:
    assert parse_url(f"sqlite:data.db?mode={mode}") == SqliteUrl("data.db", create=create)


def test_odd_characters_of_a_path_survive_in_the_uri() -> None:
    assert SqliteUrl("a b?#%.db").file_uri == "file:a%20b%3F%23%25.db?mode=rwc"


@pytest.mark.parametrize(
    ("text", "dsn"),
    [
        ("postgres://u:p@host/name", "postgresql://u:p@host/name"),
        ("postgresql://u:p@host:5433/name", "postgresql://u:p@host:5433/name"),
        ("postgresql+asyncpg://host/name", "postgresql://host/name"),
        ("postgres://u@host/name?sslmode=require", "postgresql://u@host/name?sslmode=require"),
        ("postgres://u@/name?host=/run/postgresql", "postgresql://u@/name?host=/run/postgresql"),
        ("postgres://u:p%40ss@[::1]:5432/name", "postgresql://u:p%40ss@[::1]:5432/name"),
    ],
)
def test_a_postgres_address_is_handed_to_the_driver(text: str, dsn: str) -> None:
    assert parse_url(text) == PostgresUrl(dsn)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no database address"),
        ("data.db", "no database address"),
        ("mysql://host/name", "mysql"),
        ("postgresql+psycopg2://host/name", "driver psycopg2"),
        ("sqlite+sqlcipher:///data.db", "driver sqlcipher"),
        ("sqlite::memory:", "in-memory"),
        ("sqlite://:memory:", "in-memory"),
        ("sqlite:", "in-memory"),
        ("sqlite://", "in-memory"),
        ("sqlite+aiosqlite://", "in-memory"),
        ("sqlite:data.db?mode=memory", "in-memory"),
        ("sqlite:data.db?mode=ro", "mode=ro"),
        ("sqlite:data.db?mode=wx", "mode=wx"),
        ("sqlite:data.db?mode=", "mode="),
        ("sqlite:data.db?cache=shared", "cache"),
        ("postgres:host/name", "PostgreSQL"),
        ("postgres://host:port/name", "cannot be read"),
        ("postgres://u:p#w@host/name", "%23"),
    ],
)
def test_what_cannot_work_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(ConfigurationError, match=reason) as refused:
        parse_url(text)
    assert "\n" not in refused.value.message


def test_a_label_holds_no_password() -> None:
    url = parse_url("postgres://ktv:secret@db.local/tv")
    assert url.label == "postgresql:db.local/tv"


def test_a_refusal_repeats_no_password() -> None:
    with pytest.raises(ConfigurationError) as refused:
        parse_url("postgres://ktv:secret@host:port/tv")
    assert "secret" not in refused.value.message
