"""The local-files plugin's table on every database the host runs on."""

import os
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
from ktv_localfiles.plugin import LocalFiles
from ktv_localfiles.provider import LocalFilesProvider

from ktv_host.db.engine.database import open_database
from ktv_host.db.engine.migrate import migrate_store
from ktv_host.hooks import MediaProbe, MediaSource, Store
from ktv_host.testing.contexts import Contexts

pytest_plugins = ["ktv_host.testing.fixtures"]

MODIFIED_NS = 1_700_000_000_123_456_789
OLD_ROW = """
INSERT INTO local_files_index (path, item_key, size, mtime_ns, head_hash, probe, problem)
VALUES (:path, 'old-key', :size, :mtime_ns, NULL, :probe, NULL)
"""
PROBE = (
    '{"duration_ms":5400000,"container":"mp4","video_codec":"h264","audio_codec":null,"width":64,"height":48,"tags":{}}'
)


async def opens_nothing(source: MediaSource) -> MediaProbe:
    raise AssertionError(f"{source} was opened")


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "library" / "Heat (1995).mp4"
    path.parent.mkdir()
    path.write_bytes(b"film")
    os.utime(path, ns=(MODIFIED_NS, MODIFIED_NS))
    return path


@pytest.fixture
def old_store(tmp_path: Path) -> Store:
    """The plugin as it was before there were instances."""
    versions = tmp_path / "versions"
    versions.mkdir()
    shutil.copy(LocalFiles.store.versions / "0001_index.py", versions)
    return Store(versions, LocalFiles.store.version_table)


async def test_rows_from_before_there_were_instances_are_used_on(
    database_url: str, film: Path, old_store: Store, contexts: Contexts
) -> None:
    kind = LocalFiles()
    await migrate_store(database_url, old_store)
    async with open_database(database_url) as database:
        row = {"path": str(film), "size": 4, "mtime_ns": MODIFIED_NS, "probe": PROBE}
        await database.execute(OLD_ROW, row)
    await migrate_store(database_url, kind.store)
    async with open_database(database_url) as database:
        ctx = await contexts.make(kind, "local_files")
        config = kind.config_model(roots=[str(film.parent)])
        provider = LocalFilesProvider(replace(ctx, database=database, probe=opens_nothing), config)
        page = await provider.scan()
        assert [(item.key, item.title, item.duration_ms) for item in page.items] == [("old-key", "Heat", 5_400_000)]
        assert (await provider.scan(since=page.token)).unchanged == ["old-key"]


async def test_old_rows_belong_to_the_first_instance(database_url: str, old_store: Store) -> None:
    await migrate_store(database_url, old_store)
    async with open_database(database_url) as database:
        for path in ("/v/a.mkv", "/v/b.mkv"):
            values = {"path": path, "key": path[-5], "mtime_ns": MODIFIED_NS}
            await database.execute(
                "INSERT INTO local_files_index (path, item_key, size, mtime_ns) VALUES (:path, :key, 4, :mtime_ns)",
                values,
            )
    await migrate_store(database_url, LocalFiles.store)
    async with open_database(database_url) as database:
        rows = await database.fetch_all(
            "SELECT provider_id, path, item_key, changed, missing_since FROM local_files_index ORDER BY path"
        )
    assert [tuple(row.values()) for row in rows] == [
        ("local_files", "/v/a.mkv", "a", 0, None),
        ("local_files", "/v/b.mkv", "b", 0, None),
    ]


async def test_a_path_may_be_in_two_instances_but_in_each_once(database_url: str) -> None:
    await migrate_store(database_url, LocalFiles.store)
    add = "INSERT INTO local_files_index (provider_id, path, item_key, size, mtime_ns) VALUES (:id, '/a', 'k', 1, 1)"
    count = "SELECT COUNT(*) AS count FROM local_files_index WHERE provider_id = :id"
    async with open_database(database_url) as database:
        for instance in ("one", "two"):
            await database.execute(add, {"id": instance})
            with pytest.raises((sqlite3.IntegrityError, asyncpg.IntegrityConstraintViolationError)):
                await database.execute(add, {"id": instance})
            assert await database.fetch_val(count, {"id": instance}) == 1


async def test_the_rows_of_an_instance_are_found_by_an_index(tmp_path: Path) -> None:
    url = f"sqlite:{tmp_path / 'plugin.db'}"
    await migrate_store(url, LocalFiles.store)
    async with open_database(url) as database:
        for condition in ("item_key = 'k'", "path = '/a'", "changed > 1"):
            query = f"EXPLAIN QUERY PLAN SELECT * FROM local_files_index WHERE provider_id = 'one' AND {condition}"
            assert "SCAN" not in str(await database.fetch_all(query))


async def test_a_pass_writes_moves_and_forgets(
    database_url: str, film: Path, tmp_path: Path, contexts: Contexts
) -> None:
    kind = LocalFiles()
    await migrate_store(database_url, kind.store)
    opened: list[MediaSource] = []

    async def probe(source: MediaSource) -> MediaProbe:
        opened.append(source)
        return MediaProbe(5_400_000, "mp4", "h264", None, 64, 48)

    (film.parent / "other.mp4").touch()
    async with open_database(database_url) as database:
        ctx = replace(await contexts.make(kind, "local_files"), database=database, probe=probe)
        provider = await kind.open(ctx, kind.config_model(roots=[str(film.parent)]))
        first = await provider.scan()
        assert [problem.path for problem in await provider.problems()] == ["other.mp4"]
        shutil.move(film, film.parent / "Heat again (1995).mp4")
        moved = await provider.scan(since=first.token)
        assert [item.key for item in moved.items] == [item.key for item in first.items]
        (film.parent / "Heat again (1995).mp4").rename(tmp_path / "away.mp4")
        gone = await provider.scan(since=moved.token)
        assert (gone.items, gone.unchanged, gone.certain, len(opened)) == ([], [], True, 1)
