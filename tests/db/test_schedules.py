"""Schedules: generations, what they keep and drop, and what aired."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from ktv_host.db.channels import ChannelRepository
from ktv_host.db.engine.database import Database
from ktv_host.db.schedules import ScheduleRepository
from ktv_host.domain.channel import Channel
from ktv_host.domain.media import ContentType, LibraryItem, MediaId, MediaItem
from ktv_host.domain.position import Position
from ktv_host.domain.recycle import Airing
from ktv_host.domain.schedule import Gap, Schedule, Slot
from ktv_host.errors import Conflict

MakeChannel = Callable[[str], Awaitable[Channel]]
T0 = datetime(2026, 3, 1, 12, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return T0 + timedelta(minutes=minutes)


def episode(number: int) -> LibraryItem:
    media = MediaItem(
        key=f"e{number}",
        title=f"Episode {number}",
        content_type=ContentType.EPISODE,
        duration_ms=600_000,
        series_name="Show",
        season_number=1,
        episode_number=number,
        episode_number_end=number + 1 if number % 2 else None,
        genres=("Comedy",),
        air_date=date(1999, 1, number),
        artwork=True,
    )
    return LibraryItem(MediaId("jellyfin", media.key), media)


def slot(number: int, *, generation: int = 1, block: str = "b", channel: str = "c") -> Slot:
    """Ten minutes from minute ``10 * number`` on."""
    return Slot(
        id=f"{channel}-{generation}-{number}",
        channel_id=channel,
        generation=generation,
        block_id=block,
        start_at=at(10 * number),
        end_at=at(10 * number + 10),
        item=episode(number % 9 + 1),
        reason="next in order",
    )


def schedule(generation: int, slots: Sequence[Slot] = (), *, parent: int | None = None, channel: str = "c") -> Schedule:
    return Schedule(
        id=f"{channel}-{generation}",
        channel_id=channel,
        generation=generation,
        parent=parent,
        valid_from=T0,
        valid_until=at(2880),
        slots=tuple(slots),
        gaps=(Gap(at(0), at(10), "nothing fits", "b"), Gap(at(20), at(30), "no block")),
    )


@pytest.fixture
async def schedules(database: Database, make_channel: MakeChannel) -> ScheduleRepository:
    await make_channel("c")
    return ScheduleRepository(database)


async def ids(schedules: ScheduleRepository, channel: str = "c") -> list[str]:
    return [found.id for found in await schedules.slots_after(channel, at(-9999), None)]


async def test_a_generation_comes_back_with_its_gaps(schedules: ScheduleRepository) -> None:
    assert await schedules.newest("c") is None
    first = schedule(1, [slot(1), slot(2)])
    await schedules.add_generation(first, drop_from=None)
    assert await schedules.newest("c") == replace(first, slots=())
    assert await schedules.slots("c", at(0), at(99)) == [slot(1), slot(2)]


async def test_a_generation_exists_once(schedules: ScheduleRepository) -> None:
    await schedules.add_generation(schedule(1, [slot(1)]), drop_from=None)
    again = replace(schedule(1, [slot(5)]), id="another")
    with pytest.raises(Conflict):
        await schedules.add_generation(again, drop_from=at(0))
    assert await ids(schedules) == ["c-1-1"]


async def test_a_channel_deleted_meanwhile_is_a_conflict(schedules: ScheduleRepository) -> None:
    with pytest.raises(Conflict, match="deleted"):
        await schedules.add_generation(schedule(1, channel="nothing"), drop_from=None)


async def test_the_slots_of_a_window_are_those_that_overlap_it(schedules: ScheduleRepository) -> None:
    await schedules.add_generation(schedule(1, [slot(n) for n in (0, 1, 2, 5)]), drop_from=None)

    async def window(start: float, until: float) -> list[int]:
        found = await schedules.slots("c", at(start), at(until))
        return [round((each.start_at - T0).total_seconds() / 600) for each in found]

    assert await window(0, 60) == [0, 1, 2, 5]
    assert await window(10, 20) == [1]
    assert await window(9.99, 20.01) == [0, 1, 2]
    assert await window(15, 16) == [1]
    assert await window(30, 50) == []
    assert await window(30, 50.000001) == [5]
    assert await window(35, 55) == [5]
    assert await window(60, 90) == []
    assert await window(-10, 0) == []


async def test_a_moment_between_milliseconds_counts_exactly(schedules: ScheduleRepository) -> None:
    await schedules.add_generation(schedule(1, [slot(1)]), drop_from=None)
    instant = timedelta(microseconds=400)
    assert await schedules.slots("c", at(0), at(10)) == []
    assert len(await schedules.slots("c", at(0), at(10) + instant)) == 1
    assert len(await schedules.slots_after("c", at(20) - instant, None)) == 1
    assert await schedules.slots_after("c", at(20) + instant, None) == []


async def test_what_follows_begins_with_what_is_on_air(schedules: ScheduleRepository) -> None:
    await schedules.add_generation(schedule(1, [slot(n) for n in range(6)]), drop_from=None)
    found = await schedules.slots_after("c", at(25), 2)
    assert found == [slot(2), slot(3)]
    assert len(await schedules.slots_after("c", at(25), None)) == 4


async def test_a_new_generation_drops_future_slots_but_keeps_history_and_those_it_names(
    schedules: ScheduleRepository, make_channel: MakeChannel
) -> None:
    await make_channel("other")
    await schedules.add_generation(
        schedule(1, [slot(n, channel="other") for n in range(4)], channel="other"), drop_from=None
    )
    await schedules.add_generation(schedule(1, [slot(n) for n in range(5)]), drop_from=None)
    new = schedule(2, [slot(1), slot(3), slot(4, generation=2)], parent=1)
    await schedules.add_generation(new, drop_from=at(20))
    assert await ids(schedules) == ["c-1-0", "c-1-1", "c-1-3", "c-2-4"]
    assert len(await ids(schedules, "other")) == 4


async def test_what_is_on_air_and_not_kept_ends_there(schedules: ScheduleRepository) -> None:
    await schedules.add_generation(schedule(1, [slot(0), slot(1), slot(2)]), drop_from=None)
    await schedules.add_generation(schedule(2, [slot(3, generation=2)], parent=1), drop_from=at(14))
    assert await schedules.slots("c", at(0), at(99)) == [
        slot(0),
        replace(slot(1), end_at=at(14)),
        slot(3, generation=2),
    ]


async def test_an_appended_generation_drops_nothing(schedules: ScheduleRepository) -> None:
    await schedules.add_generation(schedule(1, [slot(1)]), drop_from=None)
    await schedules.add_generation(schedule(2, [slot(2, generation=2)], parent=1), drop_from=None)
    assert await ids(schedules) == ["c-1-1", "c-2-2"]


async def test_of_a_kept_slot_only_the_end_may_become_earlier(schedules: ScheduleRepository) -> None:
    await schedules.add_generation(schedule(1, [slot(1), slot(2)]), drop_from=None)
    cut = replace(slot(1), end_at=at(15), block_id="changed", generation=2)
    longer = replace(slot(2), end_at=at(99))
    await schedules.add_generation(schedule(2, [cut, longer], parent=1), drop_from=at(10))
    assert await schedules.slots("c", at(0), at(99)) == [replace(slot(1), end_at=at(15)), slot(2)]


async def test_a_generation_that_fails_changes_nothing(schedules: ScheduleRepository) -> None:
    await schedules.add_generation(schedule(1, [slot(1), slot(2)]), drop_from=None)
    broken = replace(slot(3, generation=2), channel_id="nothing")
    with pytest.raises(Conflict):
        await schedules.add_generation(schedule(2, [broken], parent=1), drop_from=at(0))
    assert await ids(schedules) == ["c-1-1", "c-1-2"]
    newest = await schedules.newest("c")
    assert newest is not None
    assert newest.generation == 1


async def test_generations_are_listed_newest_first_in_pages(schedules: ScheduleRepository) -> None:
    for generation in range(1, 6):
        await schedules.add_generation(schedule(generation), drop_from=None)
    assert [found.generation for found in await schedules.generations("c", 2, None)] == [5, 4]
    assert [found.generation for found in await schedules.generations("c", 2, 4)] == [3, 2]


async def test_ancestors_follow_the_parents(schedules: ScheduleRepository) -> None:
    for generation, parent in ((1, None), (2, 1), (3, 2), (4, 1), (5, 4)):
        await schedules.add_generation(schedule(generation, parent=parent), drop_from=None)
    assert await schedules.ancestors("c", 5) == [5, 4, 1]
    assert await schedules.ancestors("c", 3) == [3, 2, 1]
    assert await schedules.ancestors("c", 9) == []


async def test_airings_are_what_overlaps_a_time(schedules: ScheduleRepository) -> None:
    await schedules.add_generation(schedule(1, [slot(n) for n in range(4)]), drop_from=None)
    found = await schedules.airings("c", at(15), at(30))
    assert found == [
        Airing("jellyfin::e2", at(10), at(20), "b", 1),
        Airing("jellyfin::e3", at(20), at(30), "b", 1),
    ]


async def test_airings_of_generations_end_at_a_time(schedules: ScheduleRepository) -> None:
    for generation in (1, 2, 3):
        await schedules.add_generation(
            schedule(
                generation,
                [slot(generation * 2, generation=generation), slot(generation * 2 + 1, generation=generation)],
            ),
            drop_from=None,
        )
    found = await schedules.airings_of_generations("c", 2, at(70))
    assert [(airing.generation, airing.start_at) for airing in found] == [(2, at(40)), (2, at(50)), (3, at(60))]


async def test_the_last_of_each_block_is_its_position(schedules: ScheduleRepository) -> None:
    first = [slot(0, block="a"), slot(1, block="b"), slot(2, block="a"), slot(3, block="a")]
    await schedules.add_generation(schedule(1, first), drop_from=None)
    await schedules.add_generation(schedule(2, [slot(4, generation=2, block="b")], parent=1), drop_from=None)
    assert await schedules.last_of_blocks("c", ["a", "b", "never"], at(30), None) == {
        "a": Position("jellyfin::e3", "Episode 3", "Show", 1, 3, 4),
        "b": Position("jellyfin::e2", "Episode 2", "Show", 1, 2),
    }
    latest = await schedules.last_of_blocks("c", ["a", "b"], at(999), None)
    assert [latest[block].item_id for block in "ab"] == ["jellyfin::e4", "jellyfin::e5"]
    of_the_first = await schedules.last_of_blocks("c", ["a", "b"], at(999), [1])
    assert [of_the_first[block].item_id for block in "ab"] == ["jellyfin::e4", "jellyfin::e2"]
    assert await schedules.last_of_blocks("c", ["a"], at(999), []) == {}
    assert await schedules.last_of_blocks("c", [], at(999), None) == {}


async def test_filler_is_no_position(schedules: ScheduleRepository) -> None:
    filler = replace(slot(2), filler=True)
    await schedules.add_generation(schedule(1, [slot(1), filler]), drop_from=None)
    assert await schedules.slots("c", at(20), at(30)) == [filler]
    assert (await schedules.last_of_blocks("c", ["b"], at(99), None))["b"].item_id == "jellyfin::e2"


async def test_a_channel_takes_its_schedules_and_slots_with_it(
    schedules: ScheduleRepository, database: Database, make_channel: MakeChannel
) -> None:
    await make_channel("other")
    await schedules.add_generation(schedule(1, [slot(1, channel="other")], channel="other"), drop_from=None)
    await schedules.add_generation(schedule(1, [slot(1), slot(2)]), drop_from=None)
    assert await ChannelRepository(database).delete("c")
    assert await database.fetch_tuples("SELECT channel_id FROM schedules") == [("other",)]
    assert await database.fetch_tuples("SELECT channel_id FROM slots") == [("other",)]


async def test_the_slots_of_a_channel_can_be_deleted(schedules: ScheduleRepository) -> None:
    await schedules.add_generation(schedule(1, [slot(1), slot(2)]), drop_from=None)
    assert await schedules.delete_slots_of("c") == 2
    assert await ids(schedules) == []
