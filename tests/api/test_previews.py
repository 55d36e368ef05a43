"""/blocks/preview and /channels/:id/schedule/preview as a client sees them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

FILMS = {"type": "algorithmic", "filter": {"content_type": "movie", "genres": ["Drama"]}, "strategy": "best_fit"}


async def preview(person: Any, block: dict[str, Any], **fields: Any) -> Any:
    answer = await person.post("/blocks/preview", {"block": block, **fields})
    assert answer.status_code == 200, await answer.get_data()
    return await answer.get_json()


async def test_a_block_is_previewed_without_a_channel(stocked: Any, make_block: Callable[..., Any]) -> None:
    block = make_block(start_time="20:00", duration_mins=180, content=FILMS)
    found = await preview(stocked, block, timezone="America/New_York")
    (window,) = found["occurrences"]
    assert (window["start_at"], window["end_at"]) == ("2026-11-24T01:00:00Z", "2026-11-24T04:00:00Z")
    assert [slot["item"]["title"] for slot in window["slots"]] == ["Film 6", "Film 4"]
    assert (window["dead_air_secs"], window["gaps"][0]["end_at"]) == (10 * 60, window["end_at"])
    assert all(slot["reason"] for slot in window["slots"])
    assert (await (await stocked.get("/channels")).get_json()) == []


async def test_the_pool_says_what_each_clause_takes_away(stocked: Any, make_block: Callable[..., Any]) -> None:
    pool = (await preview(stocked, make_block(duration_mins=85, content=FILMS)))["pool"]
    assert (pool["size"], pool["too_long"], pool["unknown_length"]) == (2, 1, 0)
    assert pool["removes"] == {"content_type": 0, "genres": 3}


async def test_the_next_occurrences_follow_the_days_and_the_recycle_policy(
    stocked: Any, make_block: Callable[..., Any]
) -> None:
    block = make_block(start_time="11:00", duration_mins=90, days=["monday", "thursday"], content=FILMS)
    policy = {"cooldown_days": 30, "cooldown_generations": None, "min_available_ratio": 0}
    found = await preview(stocked, block, occurrences=3, recycle_policy=policy)
    starts = [datetime.fromisoformat(window["start_at"]) for window in found["occurrences"]]
    assert [(start.day, start.hour) for start in starts] == [(26, 11), (30, 11), (3, 11)]
    titles = [slot["item"]["title"] for window in found["occurrences"] for slot in window["slots"]]
    assert sorted(titles) == ["Film 2", "Film 4", "Film 6"]


async def test_a_preview_may_begin_on_another_day(stocked: Any, make_block: Callable[..., Any]) -> None:
    found = await preview(stocked, make_block(), **{"from": "2027-03-27T23:30:00+01:00"}, timezone="Europe/Berlin")
    (window,) = found["occurrences"]
    assert (window["start_at"], window["end_at"]) == ("2027-03-27T23:00:00Z", "2027-03-28T22:00:00Z")


async def test_a_manual_block_says_what_is_missing(stocked: Any, make_block: Callable[..., Any]) -> None:
    content = {"type": "manual", "items": ["film-2", "shelf::nowhere", "film-2", "ep-1-1"]}
    block = make_block(content=content, duration_mins=200, loop_on_finish=False, filler={"content_type": "episode"})
    found = await preview(stocked, block)
    assert (found["pool"]["size"], found["pool"]["missing"]) == (2, ["shelf::nowhere"])
    assert found["pool"]["filler"] == {"size": 12, "too_long": 0, "unknown_length": 0}
    slots = found["occurrences"][0]["slots"]
    assert [slot["filler"] for slot in slots] == [False, False, False]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"block": {"start_time": "25:00"}}, "block.start_time"),
        ({"block": {"content": {"type": "manual", "items": ["nowhere"]}}}, "block.content.items.0"),
        ({"block": {"duration_mins": 1441}}, "block"),
        ({"timezone": "Mars/Base"}, "timezone"),
        ({"recycle_policy": {"cooldown_days": -1}}, "recycle_policy.cooldown_days"),
        ({"occurrences": 8}, "occurrences"),
        ({"from": "2027-01-01T00:00:00"}, "from"),
    ],
)
async def test_bad_input_names_its_field(
    stocked: Any, make_block: Callable[..., Any], change: dict[str, Any], path: str
) -> None:
    body = {**change, "block": make_block(**change.get("block", {}))}
    answer = await stocked.post("/blocks/preview", body)
    assert answer.status_code == 422
    assert path in [field["path"] for field in (await answer.get_json())["details"]["fields"]]


async def test_strangers_preview_nothing(anonymous: Any, make_block: Callable[..., Any]) -> None:
    assert (await anonymous.post("/api/v1/blocks/preview", json={"block": make_block()})).status_code == 401


async def test_a_schedule_preview_saves_nothing_and_counts_what_each_clause_keeps_out(
    channel: Callable[..., Any], stocked: Any, make_block: Any
) -> None:
    made = await channel()
    body = {"schedule_config": {"blocks": [make_block(content=FILMS)]}}
    found = await (await stocked.post(f"/channels/{made['id']}/schedule/preview", body)).get_json()
    (pool,) = found["pools"]
    assert (pool["size"], pool["removes"]) == (3, {"content_type": 0, "genres": 3})
    assert found["schedule"]["slots"]
    assert (await stocked.get(f"/channels/{made['id']}/schedule")).status_code == 404


async def test_a_schedule_preview_is_what_generating_gives(
    channel: Callable[..., Any], stocked: Any, clock: Any
) -> None:
    made = await channel()
    path = f"/channels/{made['id']}/schedule"
    await stocked.post(path)
    clock.advance(hours=3, minutes=5)
    told = await (await stocked.post(f"{path}/preview", {})).get_json()
    given = await (await stocked.post(path)).get_json()
    assert [(slot["start_at"], slot["item"]["id"]) for slot in told["schedule"]["slots"]] == [
        (slot["start_at"], slot["item"]["id"]) for slot in given["slots"]
    ]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"timezone": "Mars/Base"}, "timezone"),
        ({"schedule_config": {"blocks": [{"name": "x"}]}}, "schedule_config.blocks.0.start_time"),
        ({"recycle_policy": {"min_available_ratio": 2}}, "recycle_policy.min_available_ratio"),
    ],
)
async def test_a_schedule_preview_refuses_what_could_not_be_saved(
    channel: Callable[..., Any], stocked: Any, change: dict[str, Any], path: str
) -> None:
    made = await channel()
    answer = await stocked.post(f"/channels/{made['id']}/schedule/preview", change)
    assert answer.status_code == 422
    assert path in [field["path"] for field in (await answer.get_json())["details"]["fields"]]
