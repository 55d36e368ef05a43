"""Contexts of the kit behave as the host's do."""

import os
from pathlib import Path
from textwrap import dedent

import pytest

from ktv_host.errors import ConfigurationError
from ktv_host.hooks import Store
from ktv_host.testing import Contexts, FakeProviderType, Footprint, Receiver

pytest_plugins = ["ktv_host.testing.fixtures"]


@pytest.fixture
def stored(tmp_path: Path) -> FakeProviderType:
    """A provider type with a table of its own."""
    versions = tmp_path / "versions"
    versions.mkdir()
    (versions / "0001_first.py").write_text(
        dedent(
            """
            import sqlalchemy as sa
            from alembic import op

            revision = "0001"
            down_revision = None
            branch_labels = None
            depends_on = None


            def upgrade() -> None:
                op.create_table("fake_files", sa.Column("name", sa.Text, primary_key=True))


            def downgrade() -> None:
                op.drop_table("fake_files")
            """
        )
    )
    kind = type("Stored", (FakeProviderType,), {"store": Store(versions, "alembic_version_fake")})()
    assert isinstance(kind, FakeProviderType)
    return kind


async def test_state_of_one_instance_outlives_a_restart_and_is_not_seen_by_another(contexts: Contexts) -> None:
    await (await contexts.make(instance_id="first")).state.set("token", {"at": 1})
    await contexts.close()
    assert await (await contexts.make(instance_id="first")).state.get("token") == {"at": 1}
    assert await (await contexts.make(instance_id="second")).state.get("token") is None


async def test_state_takes_what_json_can_hold_and_nothing_else(contexts: Contexts) -> None:
    with pytest.raises(TypeError):
        await (await contexts.make()).state.set("token", object())


async def test_a_type_with_a_store_gets_its_tables(contexts: Contexts, stored: FakeProviderType) -> None:
    database = (await contexts.make(stored)).db
    await database.execute("INSERT INTO fake_files (name) VALUES (:name)", {"name": "a.mp4"})
    await contexts.close()
    rows = await (await contexts.make(stored, "second")).db.fetch_all("SELECT name FROM fake_files")
    assert [row["name"] for row in rows] == ["a.mp4"]


async def test_a_type_without_a_store_gets_no_database(contexts: Contexts) -> None:
    with pytest.raises(ConfigurationError):
        _ = (await contexts.make(FakeProviderType())).db


async def test_every_instance_has_a_folder_of_its_own(contexts: Contexts) -> None:
    first, second = await contexts.make(instance_id="first"), await contexts.make(instance_id="second")
    assert first.folder.is_absolute()
    assert first.folder != second.folder
    assert (await contexts.make(instance_id="first")).folder == first.folder


async def test_work_runs_in_another_process(contexts: Contexts) -> None:
    assert await (await contexts.make()).workers.run(os.getpid) != os.getpid()


async def test_http_reaches_the_receiver(contexts: Contexts, receiver: Receiver) -> None:
    session = (await contexts.make()).http(receiver.url)
    async with session.post(f"{receiver.url}/path?x=1", data=b"hello") as response:
        assert response.status == 204
    assert receiver.requests[0].text.startswith("POST /path?x=1\n")
    assert receiver.requests[0].body == b"hello"


async def test_closing_leaves_nothing(contexts: Contexts, stored: FakeProviderType) -> None:
    before = Footprint.now()
    ctx = await contexts.make(stored)
    await ctx.workers.run(os.getpid)
    ctx.http("http://127.0.0.1:9")
    await contexts.close()
    await before.check_nothing_left()
