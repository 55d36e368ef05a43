"""Channels: unique numbers, configs through the codec, and what goes with a channel."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from ktv_host.db.channels import ChannelRepository
from ktv_host.db.engine.database import Database
from ktv_host.db.schedules import ScheduleRepository
from ktv_host.db.users import UserRepository
from ktv_host.domain.block import (
    AlgorithmicContent,
    Day,
    FillStrategy,
    ManualContent,
    ProgrammingBlock,
    RecyclePolicy,
    ScheduleConfig,
)
from ktv_host.domain.channel import AccessMode, Channel, LogoPosition
from ktv_host.domain.filter import MediaFilter
from ktv_host.domain.media import ContentType
from ktv_host.domain.schedule import Schedule
from ktv_host.domain.user import User
from ktv_host.errors import Conflict

NOW = datetime(2026, 11, 23, tzinfo=UTC)
MakeChannel = Callable[[str], Awaitable[Channel]]

CONFIG = ScheduleConfig(
    (
        ProgrammingBlock(
            id="b1",
            name="Evening",
            start_time=time(20, 0, 30),
            duration_mins=120,
            days=frozenset({Day.MONDAY, Day.SUNDAY}),
            content=AlgorithmicContent(
                filter=MediaFilter(content_type=ContentType.EPISODE, genres=("Comedy",), decade=1990),
                strategy=FillStrategy.SEQUENTIAL,
            ),
            loop_on_finish=False,
            ignore_recycle_policy=True,
            align_mins=30,
            max_per_series=2,
            filler=MediaFilter(content_type=ContentType.SHORT),
        ),
        ProgrammingBlock(
            id="b2",
            name="Late",
            start_time=time(23),
            duration_mins=60,
            content=ManualContent(items=("jellyfin::a", "jellyfin::b")),
        ),
    )
)


@pytest.fixture
def channels(database: Database) -> ChannelRepository:
    return ChannelRepository(database)


async def test_a_channel_comes_back_as_stored(channels: ChannelRepository, make_channel: MakeChannel) -> None:
    plain = await make_channel("c")
    assert await channels.get("c") == plain
    changed = replace(
        plain,
        number=42,
        name="Comedy ☺",
        description="Nothing but",
        timezone="Europe/Berlin",
        schedule_config=CONFIG,
        recycle_policy=RecyclePolicy(cooldown_days=None, cooldown_generations=3, min_available_ratio=0.5),
        access_mode=AccessMode.PASSWORD_PROTECTED,
        password_hash="$argon2",
        logo="<svg/>",
        logo_position=LogoPosition.BOTTOM_LEFT,
        logo_opacity=0.3,
        auto_schedule=True,
        webhook_url="https://hook.example/x",
        webhook_poll_interval_secs=30,
        webhook_body_template="{{event}}",
        webhook_headers={"X-Key": "1"},
        updated_at=plain.updated_at + timedelta(hours=1),
    )
    await channels.update(changed)
    assert await channels.get("c") == changed


async def test_an_unknown_channel_is_none(channels: ChannelRepository) -> None:
    assert await channels.get("nothing") is None
    assert not await channels.delete("nothing")


async def test_number_zero_stands_for_the_lowest_free_one(
    channels: ChannelRepository, make_channel: MakeChannel
) -> None:
    first, second, third = [await make_channel(name) for name in "abc"]
    assert [first.number, second.number, third.number] == [1, 2, 3]
    await channels.delete("b")
    assert (await make_channel("d")).number == 2
    assert (await make_channel("e")).number == 4


async def test_many_made_at_once_all_get_a_number(channels: ChannelRepository, make_channel: MakeChannel) -> None:
    await asyncio.gather(*(make_channel(f"c{n}") for n in range(12)))
    assert [channel.number for channel in await channels.all()] == list(range(1, 13))


async def test_a_number_belongs_to_one_channel(channels: ChannelRepository, make_channel: MakeChannel) -> None:
    first, second = await make_channel("a"), await make_channel("b")
    with pytest.raises(Conflict, match="1"):
        await channels.add(replace(first, id="c"))
    with pytest.raises(Conflict, match="1"):
        await channels.update(replace(second, number=1))


async def test_a_channel_needs_its_owner(channels: ChannelRepository, make_channel: MakeChannel) -> None:
    plain = await make_channel("a")
    with pytest.raises(Conflict, match="owner"):
        await channels.add(replace(plain, id="b", number=0, owner_id="nobody"))


async def test_a_user_sees_the_own_ones(
    channels: ChannelRepository, make_channel: MakeChannel, owner: User, database: Database
) -> None:
    mine = await make_channel("a")
    other = await UserRepository(database).add(replace(owner, id="other", email="x@tv.local"))
    theirs = await channels.add(replace(mine, id="b", number=0, owner_id=other.id))
    assert await channels.owned_by(owner.id) == [mine]
    assert await channels.owned_by(other.id) == [theirs]
    assert await channels.all() == [mine, theirs]


async def test_only_channels_whose_schedule_runs_out_or_is_ahead_are_to_be_renewed(
    channels: ChannelRepository, make_channel: MakeChannel, database: Database
) -> None:
    schedules = ScheduleRepository(database)
    spans = {"fresh": [(-1, 40)], "short": [(-30, 10)], "none": [], "ahead": [(-1, 40), (50, 98)], "by hand": []}
    ids = {}
    for name, generations in spans.items():
        ids[name] = (await make_channel(name)).id
        stored = await channels.get(ids[name])
        assert stored is not None
        await channels.update(replace(stored, auto_schedule=name != "by hand"))
        for number, (start, end) in enumerate(generations, 1):
            schedule = Schedule(
                id=f"{name} {number}",
                channel_id=ids[name],
                generation=number,
                parent=None,
                valid_from=NOW + timedelta(hours=start),
                valid_until=NOW + timedelta(hours=end),
            )
            await schedules.add_generation(schedule, drop_from=None)
    due = await channels.to_renew(NOW, NOW + timedelta(hours=24))
    assert due == [ids["short"], ids["none"], ids["ahead"]]
