"""Renewals: seamless, one runner's worth, patient with what fails, and right after a sleep or a wrong clock."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest

from ktv_host.db.engine.database import Database
from ktv_host.domain.block import ScheduleConfig
from tests.services.studio import Studio, assert_in_order, episodes

HOUR = 3600
DAY = 24 * HOUR


async def generations(studio: Studio, channel_id: str = "c") -> list[int]:
    return [schedule.generation for schedule in await studio.schedules.generations(channel_id, 50)]


async def test_a_channel_without_a_schedule_gets_its_first_one(studio: Studio) -> None:
    await studio.channel()
    await studio.channel("by hand", auto_schedule=False)
    await studio.channel("empty", schedule_config=ScheduleConfig())
    await studio.renewals.run()
    assert await generations(studio) == [1]
    assert await generations(studio, "by hand") == await generations(studio, "empty") == []


async def test_a_renewal_is_appended_when_less_than_a_day_is_left(studio: Studio) -> None:
    await studio.channel()
    await studio.renewals.run()
    first = await studio.slots()
    studio.clock.advance(DAY - 3 * HOUR)
    await studio.renewals.run()
    assert await generations(studio) == [1]
    studio.clock.advance(4 * HOUR)
    await studio.renewals.run()
    assert await generations(studio) == [2, 1]
    slots = await studio.slots()
    assert slots[: len(first)] == first
    assert_in_order(slots, 40)
    newest, before = await studio.schedules.generations("c", 2)
    assert newest.valid_from == before.valid_until


async def test_four_weeks_of_renewals_air_every_episode_in_order(studio: Studio) -> None:
    await studio.channel(timezone="Europe/Berlin")
    for _ in range(28):
        await studio.renewals.run()
        studio.clock.advance(DAY)
    slots = await studio.slots()
    assert len(slots) > 28 * 29
    assert_in_order(slots, 40)
    assert all(following.start_at >= slot.end_at for slot, following in pairwise(slots))


async def test_two_processes_at_the_same_moment_make_one_generation(studio: Studio, database: Database) -> None:
    await studio.channel()
    await asyncio.gather(studio.renewals.run(), studio.renewals.run())
    assert await generations(studio) == [1]
    studio.clock.advance(DAY + HOUR)
    await asyncio.gather(*(studio.renewals.run() for _ in range(3)))
    assert await generations(studio) == [2, 1]
    assert_in_order(await studio.slots(), 40)
    assert await studio.failures.all() == {}


async def test_time_slept_through_aired_and_time_beyond_the_schedule_is_a_gap(studio: Studio) -> None:
    await studio.channel()
    await studio.renewals.run()
    (first,) = await studio.schedules.generations("c", 1)
    studio.clock.advance(3 * DAY)
    await studio.renewals.run()
    newest = await studio.scheduling.current("c")
    assert (newest.generation, newest.valid_from) == (2, studio.clock())
    slots = await studio.slots()
    assert not [slot for slot in slots if first.valid_until <= slot.start_at < studio.clock()]
    assert_in_order(slots, 40)
    studio.clock.advance(HOUR)
    await studio.renewals.run()
    assert await generations(studio) == [2, 1]


async def test_a_schedule_made_by_a_clock_that_was_ahead_is_planned_anew(studio: Studio) -> None:
    await studio.channel()
    await studio.renewals.run()
    studio.clock.advance(365 * DAY)
    await studio.renewals.run()
    studio.clock.advance(-364 * DAY)
    await studio.renewals.run()
    newest = await studio.scheduling.current("c")
    assert (newest.generation, newest.valid_from) == (3, studio.clock())
    slots = await studio.slots()
    assert slots[-1].end_at < studio.clock() + timedelta(days=3)
    assert_in_order(slots, 40)
    await studio.renewals.run()
    assert (await generations(studio))[0] == 3


async def test_a_clock_put_back_a_little_changes_nothing(studio: Studio) -> None:
    await studio.channel()
    await studio.renewals.run()
    studio.clock.advance(-2 * HOUR)
    await studio.renewals.run()
    studio.clock.advance(DAY + 3 * HOUR)
    await studio.renewals.run()
    studio.clock.advance(-2 * HOUR)
    await studio.renewals.run()
    assert_in_order(await studio.slots(), 40)


async def test_a_failure_is_told_once_and_tried_again_less_and_less_often(studio: Studio) -> None:
    await studio.channel()
    await studio.stock([])
    tries = []
    for _ in range(240):
        await studio.renewals.run()
        tries.append((await studio.failures.all())["c"].tries)
        studio.clock.advance(30)
    assert tries[:8] == [1, 2, 2, 3, 3, 3, 3, 4]
    assert tries[-1] == 9
    assert await studio.told() == ["schedule_failed"]


async def test_a_channel_that_waited_for_the_library_is_on_air_as_soon_as_that_is_there(studio: Studio) -> None:
    await studio.channel()
    await studio.stock([])
    for _ in range(200):
        await studio.renewals.run()
        studio.clock.advance(30)
    assert (await studio.failures.all())["c"].next_try_at > studio.clock() + timedelta(minutes=1)
    await studio.stock(episodes(40))
    await studio.renewals.run()
    assert await generations(studio) == [1]


async def test_a_recovery_is_told_and_the_next_failure_too(studio: Studio) -> None:
    await studio.channel()
    await studio.stock([])
    await studio.renewals.run()
    await studio.stock(episodes(40))
    studio.clock.advance(60)
    await studio.renewals.run()
    assert await studio.failures.all() == {}
    await studio.stock([])
    studio.clock.advance(DAY + HOUR)
    await studio.renewals.run()
    assert await studio.told() == ["schedule_failed", "schedule_generated", "schedule_failed"]


async def test_a_broken_channel_does_not_stop_the_others(studio: Studio, database: Database) -> None:
    for name in ("a", "b", "c"):
        await studio.channel(name)
    await database.execute("UPDATE channels SET schedule_config = 'no JSON' WHERE id = 'b'")
    await studio.renewals.run()
    assert await generations(studio, "a") == await generations(studio, "c") == [1]
    assert "renewal broke" in studio.log.text


async def test_what_left_the_library_and_what_is_new_keep_the_order(studio: Studio) -> None:
    """The block goes on after the episode that left, and airs what was added, once."""
    await studio.stock(episodes(60))
    await studio.channel()
    await studio.renewals.run()
    last = int((await studio.slots())[-1].item.id.key[1:])
    await studio.stock([item for item in episodes(70) if item.episode_number != last])
    studio.clock.advance(DAY + HOUR)
    await studio.renewals.run()
    following = [int(slot.item.id.key[1:]) for slot in await studio.slots() if slot.generation == 2]
    assert following[0] == last % 70 + 1
    assert sorted(set(following)) == sorted(following)


@pytest.mark.soak
async def test_a_year_of_renewals_between_restarts_sleeps_and_new_generations(studio: Studio) -> None:
    """Every third week the owner asks for a generation; every tenth day the host sleeps through a renewal."""
    channel = await studio.channel(timezone="America/New_York")
    for number in range(366):
        await studio.renewals.run()
        if number % 21 == 20:
            await studio.scheduling.generate(channel)
        studio.clock.advance(3 * DAY if number % 10 == 9 else DAY - 7)
    slots = await studio.slots()
    assert_in_order(slots, 40)
    assert all(following.start_at >= slot.end_at for slot, following in pairwise(slots))
