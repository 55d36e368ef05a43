"""Putting an item on air by hand: guide, ledger and picture agree."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import m3u8
import pytest


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.fixture
async def on_air(channel: Callable[..., Any], stocked: Any, aired: Any) -> str:
    """A channel ten minutes into its first programme."""
    made = await channel()
    assert (await stocked.post(f"/channels/{made['id']}/schedule")).status_code == 201
    identity: str = made["id"]
    return identity


async def playlist(person: Any, channel: str) -> Any:
    answer = await person.get(f"/channels/{channel}/media.m3u8")
    assert answer.status_code == 200, await answer.get_data()
    return m3u8.loads(await answer.get_data(as_text=True))


async def play(person: Any, channel: str, item: str = "shelf::film-3") -> Any:
    answer = await person.post(f"/channels/{channel}/play-now", {"item_id": item})
    assert answer.status_code == 201, await answer.get_data()
    return await answer.get_json()


async def test_on_a_channel_nobody_watches_it_is_on_at_once(on_air: str, stocked: Any, clock: Any) -> None:
    clock.advance(minutes=10)
    schedule = await play(stocked, on_air)
    now = await (await stocked.get(f"/channels/{on_air}/now")).get_json()
    assert (schedule["generation"], now["slot"]["item"]["id"], now["offset_secs"]) == (2, "shelf::film-3", 0)
    assert now["slot"]["end_at"] == now["next"]["start_at"]
    past = await (
        await stocked.get(f"/channels/{on_air}/epg?from=2026-11-23T12:00:00Z&until=2026-11-23T12:11:00Z")
    ).get_json()
    assert next(slot["end_at"] for slot in past) == "2026-11-23T12:10:00Z"


async def test_viewers_see_it_where_no_playlist_had_reached(on_air: str, stocked: Any, clock: Any) -> None:
    clock.advance(minutes=10)
    before = await playlist(stocked, on_air)
    schedule = await play(stocked, on_air)
    begin = next(moment(slot["start_at"]) for slot in schedule["slots"] if slot["item"]["id"] == "shelf::film-3")
    assert timedelta(seconds=30) < begin - clock.now < timedelta(seconds=45)
    clock.advance(seconds=30)
    after = await playlist(stocked, on_air)
    known = {before.media_sequence + n: segment.uri for n, segment in enumerate(before.segments)}
    again = {after.media_sequence + n: segment.uri for n, segment in enumerate(after.segments)}
    assert all(known[number] == again[number] for number in known.keys() & again.keys())
    changes = [segment.current_program_date_time for segment in after.segments if segment.discontinuity]
    assert [abs(change - begin) < timedelta(milliseconds=5) for change in changes] == [True]
    clock.advance(seconds=60)
    now = await (await stocked.get(f"/channels/{on_air}/now")).get_json()
    assert now["slot"]["item"]["id"] == "shelf::film-3"


async def test_the_numbers_stay_consecutive_over_the_cut(on_air: str, stocked: Any, clock: Any) -> None:
    told: dict[int, str] = {}
    for step in range(12):
        listed = await playlist(stocked, on_air)
        for number, segment in enumerate(listed.segments, listed.media_sequence):
            assert told.setdefault(number, segment.uri) == segment.uri
        if step == 3:
            await play(stocked, on_air)
        clock.advance(seconds=15)
    assert sorted(told) == list(range(min(told), max(told) + 1))


async def test_on_a_silent_channel_that_is_watched_no_signal_is_cut(
    channel: Callable[..., Any], stocked: Any, clock: Any, aired: Any
) -> None:
    made = await channel(schedule_config={"blocks": []})
    await playlist(stocked, made["id"])
    schedule = await play(stocked, made["id"])
    (slot,) = schedule["slots"]
    assert timedelta(seconds=30) < moment(slot["start_at"]) - clock.now < timedelta(seconds=45)
    clock.advance(seconds=60)
    listed = await playlist(stocked, made["id"])
    assert listed.segments[-1].current_program_date_time > moment(slot["start_at"])
    assert len({segment.uri.split("/")[4] for segment in listed.segments}) == 2


async def test_what_was_put_on_air_stays_when_the_schedule_is_made_anew(on_air: str, stocked: Any, clock: Any) -> None:
    await play(stocked, on_air)
    clock.advance(minutes=5)
    before = await (await stocked.get(f"/channels/{on_air}/now")).get_json()
    await stocked.post(f"/channels/{on_air}/schedule")
    after = await (await stocked.get(f"/channels/{on_air}/now")).get_json()
    assert after["slot"] == {**before["slot"], "generation": after["slot"]["generation"]}


async def test_the_series_goes_on_after_the_programme_that_was_cut(on_air: str, stocked: Any, clock: Any) -> None:
    clock.advance(minutes=10)
    schedule = await play(stocked, on_air)
    episodes = [slot["item"]["episode_number"] for slot in schedule["slots"] if slot["item"]["id"] != "shelf::film-3"]
    assert episodes[:2] == [2, 3]


@pytest.mark.parametrize("item", ["shelf::nothing", "nothing", "::", "nowhere::film-1"])
async def test_an_item_that_cannot_be_played_is_refused(on_air: str, stocked: Any, item: str) -> None:
    answer = await stocked.post(f"/channels/{on_air}/play-now", {"item_id": item})
    assert answer.status_code == 422
    assert (await answer.get_json())["details"]["fields"][0]["path"] == "item_id"


async def test_only_the_owner_and_admins_may(on_air: str, user: Any, anonymous: Any) -> None:
    assert (await user.post(f"/channels/{on_air}/play-now", {"item_id": "film-3"})).status_code == 403
    assert (await anonymous.post(f"/api/v1/channels/{on_air}/play-now", json={"item_id": "x"})).status_code == 401
