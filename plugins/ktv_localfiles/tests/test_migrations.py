"""The history of the index table, from the one-instance table on."""

import asyncio
import shutil
from pathlib import Path

import pytest
from ktv_localfiles.plugin import LocalFiles

from ktv_host.db.migrate import migrate_store
from ktv_host.hooks import Store

STORE = LocalFiles.store


def upgrade(url: str, store: Store) -> None:
    asyncio.run(migrate_store(url, store))


@pytest.fixture
def old_store(tmp_path: Path) -> Store:
    """The plugin as it was before there were instances."""
    versions = tmp_path / "versions"
    versions.mkdir()
    shutil.copy(STORE.versions / "0001_index.py", versions)
    return Store(versions, STORE.version_table)
