"""/channels/:id/schedule, now, epg and stream as a client sees them."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any


def times(slot: dict[str, Any]) -> tuple[datetime, datetime]:
    return datetime.fromisoformat(slot["start_at"]), datetime.fromisoformat(slot["end_at"])


async def test_there_is_no_schedule_before_the_first_one(channel: Callable[..., Any], stocked: Any) -> None:
    made = await channel()
    assert (await stocked.get(f"/channels/{made['id']}/schedule")).status_code == 404
    assert (await stocked.get(f"/channels/{made['id']}/now")).status_code == 204


async def test_a_schedule_covers_48_hours_without_overlaps(channel: Callable[..., Any], stocked: Any) -> None:
    made = await channel()
    answer = await stocked.post(f"/channels/{made['id']}/schedule")
    schedule = await answer.get_json()
    assert answer.status_code == 201
    assert schedule["generation"] == 1
    assert len(schedule["slots"]) > 100
    for slot, following in zip(schedule["slots"], schedule["slots"][1:], strict=False):
        assert times(slot)[1] <= times(following)[0]
    valid = datetime.fromisoformat(schedule["valid_until"]) - datetime.fromisoformat(schedule["valid_from"])
    assert valid.total_seconds() >= 48 * 3600


async def test_now_says_what_is_on_and_how_far_in(channel: Callable[..., Any], stocked: Any, clock: Any) -> None:
    made = await channel()
    await stocked.post(f"/channels/{made['id']}/schedule")
    clock.advance(minutes=3)
    now = await (await stocked.get(f"/channels/{made['id']}/now")).get_json()
    assert now["slot"]["item"]["title"] == "Part 1"
    assert now["offset_secs"] == 180
    assert now["next"]["item"]["episode_number"] == 2


async def test_regenerating_leaves_what_is_on_air(channel: Callable[..., Any], stocked: Any, clock: Any) -> None:
    made = await channel()
    path = f"/channels/{made['id']}"
    await stocked.post(f"{path}/schedule")
    clock.advance(minutes=30)
    before = await (await stocked.get(f"{path}/now")).get_json()
    schedule = await (await stocked.post(f"{path}/schedule")).get_json()
    after = await (await stocked.get(f"{path}/now")).get_json()
    assert schedule["generation"] == 2
    assert after["slot"]["id"] == before["slot"]["id"]
    assert after["next"]["item"]["episode_number"] == before["slot"]["item"]["episode_number"] + 1


async def test_the_guide_is_the_slots_that_overlap_the_window(channel: Callable[..., Any], stocked: Any) -> None:
    made = await channel()
    path = f"/channels/{made['id']}"
    await stocked.post(f"{path}/schedule")
    query = "from=2026-11-23T13:00:00Z&until=2026-11-23T14:00:00%2B00:00"
    slots = await (await stocked.get(f"{path}/epg?{query}")).get_json()
    assert times(slots[0])[0] < datetime.fromisoformat("2026-11-23T13:00:00Z") < times(slots[0])[1]
    assert times(slots[-1])[0] < datetime.fromisoformat("2026-11-23T14:00:00Z")


async def test_an_empty_window_is_refused(channel: Callable[..., Any], stocked: Any) -> None:
    made = await channel()
    query = "from=2026-11-23T13:00:00Z&until=2026-11-23T12:00:00Z"
    answer = await stocked.get(f"/channels/{made['id']}/epg?{query}")
    assert answer.status_code == 422
    assert (await stocked.get(f"/channels/{made['id']}/epg?from=yesterday")).status_code == 422


async def test_time_between_blocks_is_no_signal(channel: Callable[..., Any], stocked: Any, make_block: Any) -> None:
    made = await channel(schedule_config={"blocks": [make_block(start_time="20:00", duration_mins=120)]})
    path = f"/channels/{made['id']}"
    await stocked.post(f"{path}/schedule")
    assert (await stocked.get(f"{path}/now")).status_code == 204
    assert (await stocked.get(f"{path}/stream")).status_code == 204


async def test_nothing_can_be_scheduled_without_a_provider(admin: Any, make_block: Any) -> None:
    body = {"name": "x", "schedule_config": {"blocks": [make_block()]}}
    made = await (await admin.post("/channels", body)).get_json()
    answer = await admin.post(f"/channels/{made['id']}/schedule")
    assert answer.status_code == 503
    assert (await answer.get_json())["error"] == "no_provider"
    assert "Retry-After" in answer.headers


async def test_stream_leads_to_the_bytes_of_the_item_on_air(
    channel: Callable[..., Any], stocked: Any, shelf: Any, anonymous: Any, tmp_path: Path
) -> None:
    film = tmp_path / "one.mp4"
    film.write_bytes(b"0123456789")
    shelf.files["ep-1-1"] = film
    made = await channel()
    await stocked.post(f"/channels/{made['id']}/schedule")
    answer = await anonymous.get(f"/api/v1/channels/{made['id']}/stream")
    assert answer.status_code == 307
    address = answer.headers["Location"]
    assert address.startswith("http://tv.test/api/v1/files/stream/shelf::ep-1-1?")
    got = await anonymous.get(address.removeprefix("http://tv.test"), headers={"Range": "bytes=2-4"})
    assert got.status_code == 206
    assert await got.get_data() == b"234"


async def test_a_changed_or_old_address_is_refused(
    channel: Callable[..., Any], stocked: Any, shelf: Any, clock: Any, tmp_path: Path
) -> None:
    anonymous = stocked.client
    film = tmp_path / "one.mp4"
    film.write_bytes(b"0123456789")
    shelf.files["ep-1-1"] = shelf.files["ep-1-2"] = film
    made = await channel()
    await stocked.post(f"/channels/{made['id']}/schedule")
    location = (await anonymous.get(f"/api/v1/channels/{made['id']}/stream")).headers["Location"]
    address = location.removeprefix("http://tv.test")
    assert (await anonymous.get(address.replace("ep-1-1", "ep-1-2"))).status_code == 401
    assert (await anonymous.get(address.partition("?")[0])).status_code == 401
    clock.advance(hours=14)
    assert (await anonymous.get(address)).status_code == 401


async def test_forged_ids_are_not_found(stocked: Any) -> None:
    for media_id in ("shelf::..", "shelf::%2e%2e%2fetc", "nobody::x", "shelf::unknown", "plain"):
        assert (await stocked.get(f"/files/stream/{media_id}")).status_code == 404, media_id
