"""Sequential blocks go on from what truly aired, whatever is edited around them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import time

import pytest

from ktv_host.domain.block import AlgorithmicContent, FillStrategy, ProgrammingBlock, ScheduleConfig
from ktv_host.domain.channel import Channel
from ktv_host.domain.filter import MediaFilter
from ktv_host.domain.schedule import Slot
from tests.services.studio import Studio, assert_in_order, episodes

HOUR = 3600
NIGHT = ProgrammingBlock(
    id="night",
    name="Night",
    start_time=time(0),
    duration_mins=720,
    content=AlgorithmicContent(strategy=FillStrategy.RANDOM),
)
DAY = ProgrammingBlock(
    id="day",
    name="Day",
    start_time=time(12),
    duration_mins=720,
    content=AlgorithmicContent(strategy=FillStrategy.SEQUENTIAL),
)


def of_day(slots: Sequence[Slot]) -> list[Slot]:
    return [slot for slot in slots if slot.block_id == "day"]


@pytest.fixture
async def halfway(studio: Studio) -> Channel:
    """Five hours into the day block of the second day, after a renewal."""
    channel = await studio.channel(schedule_config=ScheduleConfig((NIGHT, DAY)))
    await studio.renewals.run()
    studio.clock.advance(25 * HOUR)
    await studio.renewals.run()
    studio.clock.advance(4 * HOUR)
    return channel


@pytest.mark.parametrize(
    "blocks",
    [
        (replace(NIGHT, start_time=time(2), duration_mins=600), DAY),
        (DAY,),
        (replace(DAY, name="Renamed"), NIGHT),
        (NIGHT, replace(DAY, duration_mins=600)),
    ],
    ids=["another block moves", "another block goes", "it is renamed and moved in the list", "it becomes shorter"],
)
async def test_an_edit_leaves_its_place(studio: Studio, halfway: Channel, blocks: tuple[ProgrammingBlock, ...]) -> None:
    edited = replace(halfway, schedule_config=ScheduleConfig(blocks))
    await studio.scheduling.generate(edited)
    slots = of_day(await studio.slots())
    assert slots[-1].generation == 3
    assert_in_order(slots, 40)


async def test_a_change_of_zone_leaves_its_place(studio: Studio, halfway: Channel) -> None:
    await studio.scheduling.generate(replace(halfway, timezone="Asia/Tokyo"))
    slots = of_day(await studio.slots())
    assert slots[-1].generation == 3
    assert {slot.start_at.hour for slot in slots if slot.generation == 3} >= {3, 9}
    assert_in_order(slots, 40)


async def test_asking_again_and_again_skips_and_repeats_nothing(studio: Studio, halfway: Channel) -> None:
    for _ in range(12):
        studio.clock.advance(1_111)
        await studio.scheduling.generate(halfway)
    assert_in_order(of_day(await studio.slots()), 40)


async def test_a_new_filter_goes_on_at_the_next_item_in_order(studio: Studio, halfway: Channel) -> None:
    last = of_day([slot for slot in await studio.slots() if slot.start_at < studio.clock()])[-1].item
    await studio.stock(
        [*episodes(40), *(replace(item, tags=("new",)) for item in episodes(40) if item.key != last.id.key)]
    )
    content = AlgorithmicContent(filter=MediaFilter(tags=("new",)), strategy=FillStrategy.SEQUENTIAL)
    edited = replace(halfway, schedule_config=ScheduleConfig((NIGHT, replace(DAY, content=content))))
    await studio.scheduling.generate(edited)
    following = next(slot for slot in of_day(await studio.slots()) if slot.start_at >= studio.clock())
    assert following.item.media.episode_number == (last.media.episode_number or 0) % 40 + 1


async def test_a_block_with_a_new_id_begins_at_the_beginning(studio: Studio, halfway: Channel) -> None:
    edited = replace(halfway, schedule_config=ScheduleConfig((NIGHT, replace(DAY, id="another"))))
    await studio.scheduling.generate(edited)
    first = next(slot for slot in await studio.slots() if slot.block_id == "another")
    assert first.item.media.episode_number == 1
