"""Rollback: sequential blocks go back to where an earlier generation was, and nothing that aired changes."""

from ktv_host.domain.schedule import Slot
from tests.services.studio import Studio, assert_in_order

HOUR = 3600


def numbers(slots: list[Slot]) -> list[int]:
    return [slot.item.media.episode_number or 0 for slot in slots]


async def aired_apart(studio: Studio) -> int:
    """Generation 1 aired for two hours, generation 2 for nine; the answer is the last episode of generation 1."""
    channel = await studio.channel()
    await studio.scheduling.generate(channel)
    studio.clock.advance(2 * HOUR)
    await studio.scheduling.generate(channel)
    studio.clock.advance(9 * HOUR)
    return max(numbers([slot for slot in await studio.slots() if slot.generation == 1]))


async def test_after_what_is_on_air_the_earlier_line_goes_on(studio: Studio) -> None:
    last = await aired_apart(studio)
    channel = await studio.channels.get("c")
    assert channel is not None
    before = [slot for slot in await studio.slots() if slot.start_at < studio.clock()]
    rolled = await studio.scheduling.rollback(channel, 1)
    slots = await studio.slots()
    assert slots[: len(before)] == before
    assert before[-1].end_at > studio.clock()
    assert numbers(slots[len(before) :])[:3] == [last + 1, last + 2, last + 3]
    assert (rolled.generation, rolled.parent) == (3, 1)


async def test_the_new_line_goes_on_through_later_generations_and_renewals(studio: Studio) -> None:
    await aired_apart(studio)
    channel = await studio.channels.get("c")
    assert channel is not None
    await studio.scheduling.rollback(channel, 1)
    await studio.scheduling.generate(channel)
    for _ in range(4):
        studio.clock.advance(20 * HOUR)
        await studio.renewals.run()
    slots = await studio.slots()
    line = [slot for slot in slots if slot.generation != 2]
    assert {slot.generation for slot in line} >= {1, 4, 5}
    assert_in_order(line, 40)


async def test_a_rollback_to_the_second_generation_goes_on_with_that(studio: Studio) -> None:
    await aired_apart(studio)
    channel = await studio.channels.get("c")
    assert channel is not None
    await studio.scheduling.rollback(channel, 1)
    studio.clock.advance(5 * HOUR)
    on_air = next(slot for slot in await studio.slots() if slot.end_at > studio.clock())
    second = max(numbers([slot for slot in await studio.slots() if slot.generation == 2]))
    await studio.scheduling.rollback(channel, 2)
    following = next(slot for slot in await studio.slots() if slot.start_at >= on_air.end_at)
    assert numbers([following]) == [second + 1]
