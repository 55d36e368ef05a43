"""History, rollback, export and import as a client sees them."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any


async def test_explain_says_why_for_every_slot_and_gap(
    channel: Callable[..., Any], stocked: Any, make_block: Any
) -> None:
    made = await channel(schedule_config={"blocks": [make_block(start_time="13:00", duration_mins=60)]})
    await stocked.post(f"/channels/{made['id']}/schedule")
    explained = await (await stocked.get(f"/channels/{made['id']}/schedule?explain=1")).get_json()
    assert all(slot["reason"] for slot in explained["slots"])
    assert all(gap["reason"] for gap in explained["gaps"])
    assert "no block" in explained["gaps"][0]["reason"]
    plain = await (await stocked.get(f"/channels/{made['id']}/schedule")).get_json()
    assert "reason" not in plain["slots"][0]


async def test_gaps_of_the_schedule_before_a_renewal_are_explained_too(
    channel: Callable[..., Any], anonymous: Any, make_block: Any, app: Any, clock: Any
) -> None:
    made = await channel(
        schedule_config={"blocks": [make_block(start_time="13:00", duration_mins=60)]}, auto_schedule=True
    )
    renewals = app.extensions["ktv_host"].renewals
    await renewals.run()
    clock.advance(hours=25)
    await renewals.run()
    explained = await (await anonymous.get(f"/api/v1/channels/{made['id']}/schedule?explain=1")).get_json()
    spans = sorted((span["start_at"], span["end_at"]) for span in (*explained["slots"], *explained["gaps"]))
    assert explained["generation"] == 2
    assert spans[0][0] <= "2026-11-24T13:00:00Z"
    assert spans[-1][1] == explained["valid_until"]
    assert all(end == start for (_, end), (start, _) in pairwise(spans))


async def test_a_rollback_goes_on_where_the_earlier_generation_was(
    channel: Callable[..., Any], stocked: Any, clock: Any
) -> None:
    made = await channel()
    path = f"/channels/{made['id']}/schedule"
    await stocked.post(path)
    clock.advance(hours=4)
    second = await (await stocked.post(path)).get_json()
    clock.advance(hours=4)
    rolled = await (await stocked.post(f"{path}/history/1/rollback")).get_json()
    history = await (await stocked.get(f"{path}/history")).get_json()
    assert second["generation"] == 2
    assert rolled["generation"] == 3
    assert [(one["generation"], one["parent"]) for one in history] == [(3, 1), (2, 1), (1, None)]
    assert (await stocked.get(f"{path}/history/9")).status_code == 404


async def test_a_past_generation_shows_the_slots_it_made(channel: Callable[..., Any], stocked: Any, clock: Any) -> None:
    made = await channel()
    path = f"/channels/{made['id']}/schedule"
    await stocked.post(path)
    clock.advance(hours=4)
    await stocked.post(path)
    first = await (await stocked.get(f"{path}/history/1")).get_json()
    assert len(first["slots"]) == 11
    assert {slot["generation"] for slot in first["slots"]} == {1}


async def test_an_export_can_be_imported_again(channel: Callable[..., Any], stocked: Any) -> None:
    made = await channel(timezone="Europe/Berlin", webhook_headers={"X-Key": "secret"})
    document = await (await stocked.get(f"/channels/{made['id']}/export")).get_json()
    assert "secret" not in str(document)
    copy = await (await stocked.post("/channels/import", document)).get_json()
    for field in ("name", "timezone", "schedule_config", "recycle_policy"):
        assert copy[field] == made[field]
    assert copy["id"] != made["id"]


async def test_a_bad_import_names_the_field(stocked: Any) -> None:
    answer = await stocked.post("/channels/import", {"name": "x", "blocks": [{"name": "y", "start_time": "25:00"}]})
    paths = [field["path"] for field in (await answer.get_json())["details"]["fields"]]
    assert answer.status_code == 422
    assert "blocks.0.start_time" in paths


async def test_strangers_see_no_programming(channel: Callable[..., Any], user: Any) -> None:
    made = await channel()
    for path in ("export", "schedule/history"):
        assert (await user.get(f"/channels/{made['id']}/{path}")).status_code == 403
