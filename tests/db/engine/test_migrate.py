"""Migrations: from nothing, from the first release, twice at once, and with plugins that come and go."""

import asyncio
import sys
from pathlib import Path

import pytest

from ktv_host.db.engine.database import open_database
from ktv_host.db.engine.migrate import HOST, migrate_host, migrate_host_to, migrate_store
from ktv_host.db.engine.peek import revision
from ktv_host.db.engine.times import from_ms
from ktv_host.db.provider_configs import ProviderConfigRepository
from ktv_host.domain.instance import ProviderConfig
from ktv_host.errors import ConfigurationError
from ktv_host.hooks import Store

LATEST = max(path.name[1:5] for path in HOST.versions.glob("m*.py"))

FIRST = """
from alembic import op
revision = "a1"
down_revision = None
def upgrade():
    op.execute("CREATE TABLE demo_files (id TEXT PRIMARY KEY)")
"""
SECOND = """
from alembic import op
revision = "a2"
down_revision = "a1"
def upgrade():
    op.execute("ALTER TABLE demo_files ADD COLUMN size BIGINT NOT NULL DEFAULT 0")
"""
BROKEN = """
from alembic import op
revision = "a2"
down_revision = "a1"
def upgrade():
    op.execute("ALTER TABLE demo_files ADD COLUMN size BIGINT NOT NULL DEFAULT 0")
    op.execute("CREATE NONSENSE")
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    folder = tmp_path / "a plugin's 100% versions"
    folder.mkdir()
    (folder / "a1.py").write_text(FIRST, encoding="utf-8")
    return Store(folder, "demo_version")


async def test_a_new_database_gets_everything(empty_database_url: str) -> None:
    await migrate_host(empty_database_url)
    assert await revision(empty_database_url) == LATEST
    async with open_database(empty_database_url) as database:
        assert await ProviderConfigRepository(database).all() == []


async def test_a_second_run_changes_nothing(empty_database_url: str) -> None:
    await migrate_host(empty_database_url)
    await migrate_host(empty_database_url)
    assert await revision(empty_database_url) == LATEST


async def test_configurations_of_the_first_release_become_instances(empty_database_url: str) -> None:
    await migrate_host_to(empty_database_url, "0001")
    async with open_database(empty_database_url) as database:
        await database.execute_many(
            "INSERT INTO provider_configs (provider_type, config, enabled, updated_at)"
            " VALUES (:type, :config, :enabled, :at)",
            [
                {"type": "jellyfin", "config": '{"base_url":"http://tv"}', "enabled": True, "at": 1700000000123},
                {"type": "local_files", "config": "{}", "enabled": False, "at": 1700000000456},
            ],
        )
    await migrate_host(empty_database_url)
    async with open_database(empty_database_url) as database:
        configs = await ProviderConfigRepository(database).all()
        again = ProviderConfig(
            id="jellyfin-2",
            provider_type="jellyfin",
            name="Second",
            config={},
            config_version=1,
            enabled=True,
            created_at=from_ms(1),
            updated_at=from_ms(1),
        )
        await ProviderConfigRepository(database).add(again)
    assert configs == [
        ProviderConfig(
            id="jellyfin",
            provider_type="jellyfin",
            name="jellyfin",
            config={"base_url": "http://tv"},
            config_version=1,
            enabled=True,
            created_at=from_ms(1700000000123),
            updated_at=from_ms(1700000000123),
        ),
        ProviderConfig(
            id="local_files",
            provider_type="local_files",
            name="local_files",
            config={},
            config_version=1,
            enabled=False,
            created_at=from_ms(1700000000456),
            updated_at=from_ms(1700000000456),
        ),
    ]


async def test_discontinuity_runs_of_earlier_versions_become_small(empty_database_url: str) -> None:
    await migrate_host_to(empty_database_url, "0012")
    rows = [("a", 0, 195_763_779), ("a", 1, 195_763_780), ("b", 7, 42)]
    async with open_database(empty_database_url) as database:
        await database.execute(
            "INSERT INTO users (id, email, email_folded, role, created_at, disabled, token_epoch)"
            " VALUES ('u', 'u@tv.local', 'u@tv.local', 'user', 1, :no, 0)",
            {"no": False},
        )
        for number, channel in enumerate(("a", "b")):
            await database.execute(
                "INSERT INTO channels (id, owner_id, number, name, timezone, schedule_config, recycle_policy,"
                " access_mode, logo_position, logo_opacity, auto_schedule, webhook_headers, created_at, updated_at)"
                " VALUES (:id, 'u', :number, :id, 'UTC', '{}', '{}', 'public', 'top_right', 1, :no, '{}', 1, 5)",
                {"id": channel, "number": number, "no": False},
            )
        for channel, j, run in rows:
            await database.execute(
                "INSERT INTO ledger (channel_id, j, start_at, end_at, k0, nmedia, npad, msn0, run0, slate, slate_k0)"
                " VALUES (:channel, :j, 0, 1, 0, 1, 0, :j, :run, '', 0)",
                {"channel": channel, "j": j, "run": run},
            )
    await migrate_host(empty_database_url)
    async with open_database(empty_database_url) as database:
        found = await database.fetch_tuples("SELECT channel_id, j, run0 FROM ledger ORDER BY channel_id, j")
    assert [tuple(row) for row in found] == [("a", 0, 0), ("a", 1, 1), ("b", 7, 0)]


async def test_a_plugin_store_has_a_history_of_its_own(database_url: str, store: Store) -> None:
    await migrate_store(database_url, store)
    (store.versions / "a2.py").write_text(SECOND, encoding="utf-8")
    await migrate_store(database_url, store)
    async with open_database(database_url) as database:
        await database.execute("INSERT INTO demo_files (id, size) VALUES ('a', 7)")
        assert await database.fetch_val("SELECT version_num FROM demo_version") == "a2"
    assert await revision(database_url) == LATEST


async def test_the_host_goes_on_without_a_plugin_that_was_uninstalled(empty_database_url: str, store: Store) -> None:
    await migrate_host_to(empty_database_url, "0001")
    await migrate_store(empty_database_url, store)
    await migrate_host(empty_database_url)
    assert await revision(empty_database_url) == LATEST
    async with open_database(empty_database_url) as database:
        assert await database.fetch_all("SELECT * FROM demo_files") == []


async def test_a_migration_that_fails_leaves_nothing_behind(database_url: str, store: Store) -> None:
    await migrate_store(database_url, store)
    (store.versions / "a2.py").write_text(BROKEN, encoding="utf-8")
    with pytest.raises(Exception, match="NONSENSE"):
        await migrate_store(database_url, store)
    async with open_database(database_url) as database:
        assert await database.fetch_val("SELECT version_num FROM demo_version") == "a1"
        with pytest.raises(Exception, match="size"):
            await database.fetch_all("SELECT size FROM demo_files")
    (store.versions / "a2.py").write_text(SECOND, encoding="utf-8")
    await migrate_store(database_url, store)


async def test_processes_that_start_together_wait_for_each_other(empty_database_url: str) -> None:
    script = (
        "import asyncio, sys; from ktv_host.db.engine.migrate import migrate_host; "
        "asyncio.run(migrate_host(sys.argv[1]))"
    )
    processes = [
        await asyncio.create_subprocess_exec(sys.executable, "-W", "error", "-c", script, empty_database_url)
        for _ in range(3)
    ]
    assert [await process.wait() for process in processes] == [0, 0, 0]
    assert await revision(empty_database_url) == LATEST


async def test_tasks_that_start_together_wait_for_each_other(empty_database_url: str, store: Store) -> None:
    await asyncio.gather(
        migrate_host(empty_database_url), migrate_store(empty_database_url, store), migrate_host(empty_database_url)
    )
    assert await revision(empty_database_url) == LATEST


async def test_a_database_of_a_newer_version_is_refused(database_url: str) -> None:
    async with open_database(database_url) as database:
        await database.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(ConfigurationError, match="9999"):
        await migrate_host(database_url)


@pytest.mark.parametrize("table", ["alembic_version", "Robert'); DROP TABLE", ""])
async def test_a_store_with_an_impossible_version_table_is_refused(sqlite_url: str, tmp_path: Path, table: str) -> None:
    with pytest.raises(ConfigurationError, match="version table"):
        await migrate_store(sqlite_url, Store(tmp_path, table))


async def test_a_store_without_its_folder_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="missing"):
        await migrate_store(sqlite_url, Store(tmp_path / "missing", "demo_version"))


async def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="nowhere"):
        await migrate_host(f"sqlite:{tmp_path / 'nowhere' / 'data.db'}")


async def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("no database " * 100, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"notes\.txt"):
        await migrate_host(f"sqlite:{path}")


async def test_a_migration_leaves_no_lock_behind(database_url: str) -> None:
    await migrate_host(database_url)
    async with open_database(database_url) as database, asyncio.timeout(5), database.transaction():
        await database.execute("DELETE FROM settings")
