"""What players were told holds, whatever becomes of the programming: rollback, restore, a new zone."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import m3u8
import pytest


@pytest.fixture
async def watched(channel: Callable[..., Any], stocked: Any, aired: Any, clock: Any) -> str:
    """A channel in its second generation, an hour in, with somebody watching."""
    made = await channel()
    await stocked.post(f"/channels/{made['id']}/schedule")
    clock.advance(minutes=50)
    await stocked.post(f"/channels/{made['id']}/schedule")
    clock.advance(minutes=10)
    identity: str = made["id"]
    return identity


async def told(person: Any, channel: str) -> dict[int, tuple[str, str]]:
    """The segments of the playlist by number: the plan and the place in it."""
    listed = m3u8.loads(await (await person.get(f"/channels/{channel}/media.m3u8")).get_data(as_text=True))
    parts = [segment.uri.split("/") for segment in listed.segments]
    return {listed.media_sequence + number: (part[4], part[-1]) for number, part in enumerate(parts)}


async def now(person: Any, channel: str) -> Any:
    return await (await person.get(f"/channels/{channel}/now")).get_json()


async def assert_unchanged(person: Any, channel: str, before: dict[int, tuple[str, str]]) -> None:
    after = await told(person, channel)
    assert before.keys() & after.keys()
    assert all(before[number] == after[number] for number in before.keys() & after.keys())


async def test_a_rollback_leaves_what_is_on_air(watched: str, stocked: Any) -> None:
    playlist, slot = await told(stocked, watched), (await now(stocked, watched))["slot"]
    rolled = await (await stocked.post(f"/channels/{watched}/schedule/history/1/rollback")).get_json()
    assert rolled["generation"] == 3
    assert (await now(stocked, watched))["slot"] == slot
    await assert_unchanged(stocked, watched, playlist)


async def test_a_rollback_goes_on_after_what_the_earlier_generation_aired(watched: str, stocked: Any) -> None:
    """Generation 1 aired two episodes and began the third; what is on air now belongs to it."""
    await stocked.post(f"/channels/{watched}/schedule/history/1/rollback")
    found = await now(stocked, watched)
    assert found["next"]["item"]["episode_number"] == found["slot"]["item"]["episode_number"] + 1


async def test_after_a_restore_the_slot_whose_block_is_gone_ends_where_no_playlist_reached(
    watched: str, stocked: Any, clock: Any, make_block: Callable[..., Any]
) -> None:
    films = {"type": "algorithmic", "filter": {"content_type": "movie"}, "strategy": "random"}
    path = f"/channels/{watched}"
    await stocked.put(path, {"schedule_config": {"blocks": [make_block(content=films)]}})
    await stocked.post(f"{path}/schedule")
    playlist, slot = await told(stocked, watched), (await now(stocked, watched))["slot"]
    await stocked.post(f"{path}/config/history/1/restore")
    await stocked.post(f"{path}/schedule")
    found = await now(stocked, watched)
    end = datetime.fromisoformat(found["slot"]["end_at"])
    assert (found["slot"]["id"], found["slot"]["item"]["content_type"]) == (slot["id"], "movie")
    assert timedelta(seconds=25) < end - clock.now < timedelta(seconds=75)
    assert found["next"]["item"]["content_type"] == "episode"
    await assert_unchanged(stocked, watched, playlist)


async def test_a_new_zone_leaves_what_its_block_still_owns(watched: str, stocked: Any) -> None:
    playlist, slot = await told(stocked, watched), (await now(stocked, watched))["slot"]
    await stocked.put(f"/channels/{watched}", {"timezone": "Asia/Tokyo"})
    await stocked.post(f"/channels/{watched}/schedule")
    assert (await now(stocked, watched))["slot"]["id"] == slot["id"]
    await assert_unchanged(stocked, watched, playlist)
