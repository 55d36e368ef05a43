"""A look at a database changes nothing."""

from pathlib import Path

import pytest

from ktv_host.db.engine.migrate import migrate_host_to
from ktv_host.db.engine.peek import is_new, revision
from ktv_host.errors import ConfigurationError


async def test_a_database_without_tables_is_new(empty_database_url: str) -> None:
    assert await is_new(empty_database_url)


async def test_a_migrated_one_says_how_far_it_got(empty_database_url: str) -> None:
    await migrate_host_to(empty_database_url, "0001")
    assert await revision(empty_database_url) == "0001"
    assert not await is_new(empty_database_url)


async def test_a_missing_file_is_new_and_stays_missing(tmp_path: Path) -> None:
    path = tmp_path / "data.db"
    assert await is_new(f"sqlite:{path}")
    assert not path.exists()


async def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("no database " * 100, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"notes\.txt"):
        await revision(f"sqlite:{path}")
