"""Config history rows: numbered per channel, paged, labelled, and gone with their channel."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, time

import pytest

from ktv_host.db.channels import ChannelRepository
from ktv_host.db.config_history import ConfigHistoryRepository
from ktv_host.db.engine.database import Database, open_database
from ktv_host.db.engine.migrate import migrate_host, migrate_host_to
from ktv_host.domain.block import ManualContent, ProgrammingBlock, RecyclePolicy, ScheduleConfig
from ktv_host.domain.channel import Channel
from ktv_host.domain.config_version import ConfigVersion
from ktv_host.domain.user import User

MakeChannel = Callable[[str], Awaitable[Channel]]
CONFIG = ScheduleConfig(
    (
        ProgrammingBlock(
            id="b", name="B", start_time=time(9), duration_mins=60, content=ManualContent(items=("shelf::a",))
        ),
    )
)


@pytest.fixture
def history(database: Database) -> ConfigHistoryRepository:
    return ConfigHistoryRepository(database)


@pytest.fixture
def version(now: datetime) -> ConfigVersion:
    return ConfigVersion(
        channel_id="one",
        version=0,
        config=CONFIG,
        policy=RecyclePolicy(cooldown_days=None, min_available_ratio=0.1),
        created_at=now,
        changes=("“B” added",),
        label="spring",
        restored_from=4,
    )


async def test_a_version_comes_back_as_it_was_kept(
    history: ConfigHistoryRepository, make_channel: MakeChannel, version: ConfigVersion, owner: User
) -> None:
    await make_channel("one")
    kept = await history.add(replace(version, actor_id=owner.id))
    assert kept.version == 1
    assert await history.get("one", 1) == replace(kept, actor_email="o@tv.local")
    assert await history.get("one", 2) is None


async def test_versions_count_per_channel_newest_first(
    history: ConfigHistoryRepository, make_channel: MakeChannel, version: ConfigVersion
) -> None:
    for name in ("one", "two"):
        await make_channel(name)
        for _ in range(3):
            await history.add(replace(version, channel_id=name))
    assert [each.version for each in await history.page("one", 2)] == [3, 2]
    assert [each.version for each in await history.page("one", 2, before=2)] == [1]


async def test_a_label_is_set_and_taken_away(
    history: ConfigHistoryRepository, make_channel: MakeChannel, version: ConfigVersion
) -> None:
    await make_channel("one")
    await history.add(version)
    for label in ("autumn", None):
        await history.set_label("one", 1, label)
        (found,) = await history.page("one", 1)
        assert found.label == label


async def test_history_goes_with_its_channel(
    database: Database, history: ConfigHistoryRepository, make_channel: MakeChannel, version: ConfigVersion
) -> None:
    await make_channel("one")
    await history.add(version)
    await ChannelRepository(database).delete("one")
    assert await history.page("one", 5) == []


async def test_changes_at_the_same_moment_get_numbers_of_their_own(
    database: Database, history: ConfigHistoryRepository, make_channel: MakeChannel, version: ConfigVersion
) -> None:
    channels = ChannelRepository(database)
    await make_channel("one")

    async def change() -> int:
        async with database.transaction():
            assert await channels.locked("one")
            return (await history.add(version)).version

    assert sorted(await asyncio.gather(*(change() for _ in range(6)))) == [1, 2, 3, 4, 5, 6]


async def test_channels_from_before_the_history_have_their_programming_as_its_first_version(
    empty_database_url: str,
) -> None:
    await migrate_host_to(empty_database_url, "0004")
    async with open_database(empty_database_url) as database:
        await database.execute(
            "INSERT INTO users (id, email, email_folded, role, created_at, disabled, token_epoch)"
            " VALUES ('u', 'u@tv.local', 'u@tv.local', 'user', 1, :no, 0)",
            {"no": False},
        )
        await database.execute(
            "INSERT INTO channels (id, owner_id, number, name, timezone, schedule_config, recycle_policy, access_mode,"
            " logo_position, logo_opacity, auto_schedule, webhook_headers, created_at, updated_at) VALUES"
            " ('one', 'u', 1, 'One', 'UTC', '{\"blocks\": []}', :policy, 'public', 'top_right', 1,"
            " :no, '{}', 1, 5)",
            {"no": False, "policy": '{"cooldown_days": 7}'},
        )
    await migrate_host(empty_database_url)
    async with open_database(empty_database_url) as database:
        (found,) = await ConfigHistoryRepository(database).page("one", 5)
    assert (found.version, found.config, found.policy) == (1, ScheduleConfig(), RecyclePolicy(cooldown_days=7))
