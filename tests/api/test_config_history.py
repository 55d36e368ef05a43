"""/channels/:id/config/history as a client sees it."""

import asyncio
from collections.abc import Callable
from typing import Any


async def versions(person: Any, channel: Any, query: str = "") -> Any:
    return await (await person.get(f"/channels/{channel['id']}/config/history{query}")).get_json()


async def test_every_change_of_the_programming_is_kept_with_who_when_and_what(
    channel: Callable[..., Any], stocked: Any, clock: Any
) -> None:
    made = await channel()
    (block,) = made["schedule_config"]["blocks"]
    clock.advance(hours=1)
    later = {"schedule_config": {"blocks": [{**block, "start_time": "06:00", "duration_mins": 60}]}}
    await stocked.put(f"/channels/{made['id']}", later)
    await stocked.put(f"/channels/{made['id']}", {"recycle_policy": {"cooldown_days": 7}})
    third, second, first = await versions(stocked, made)
    assert first["changes"] == ["created with 1 block"]
    assert second["changes"] == [
        "“All day”: start_time 00:00:00 → 06:00:00",
        "“All day”: duration_mins 1440 → 60",
    ]
    assert third["changes"] == ["recycle policy: cooldown_days 30 → 7"]
    assert second["created_at"] == "2026-11-23T13:00:00Z"
    assert second["author"]["email"] == "admin@test.example"


async def test_what_leaves_the_programming_as_it_is_is_no_version(channel: Callable[..., Any], stocked: Any) -> None:
    made = await channel()
    for change in ({"name": "Two"}, {"schedule_config": made["schedule_config"]}, {"timezone": "Europe/Paris"}):
        assert (await stocked.put(f"/channels/{made['id']}", change)).status_code == 200
    assert [each["version"] for each in await versions(stocked, made)] == [1]


async def test_a_refused_change_is_no_version(channel: Callable[..., Any], stocked: Any, make_block: Any) -> None:
    made = await channel()
    overlapping = {"schedule_config": {"blocks": [make_block(), make_block()]}}
    assert (await stocked.put(f"/channels/{made['id']}", overlapping)).status_code == 422
    assert len(await versions(stocked, made)) == 1


async def test_a_restore_brings_back_every_field_as_a_new_version(
    channel: Callable[..., Any], stocked: Any, make_block: Any
) -> None:
    rich = make_block(
        days=["monday", "sunday"],
        loop_on_finish=False,
        ignore_recycle_policy=True,
        align_mins=15,
        max_per_series=2,
        filler={"content_type": "short", "tags": ["x"], "search_term": "y"},
    )
    made = await channel(
        schedule_config={"blocks": [rich]},
        recycle_policy={"cooldown_days": None, "cooldown_generations": 3, "min_available_ratio": 0.35},
    )
    path = f"/channels/{made['id']}"
    await stocked.put(path, {"schedule_config": {"blocks": []}, "recycle_policy": None, "name": "Two"})
    restored = await (await stocked.post(f"{path}/config/history/1/restore")).get_json()
    for field in ("schedule_config", "recycle_policy"):
        assert restored[field] == made[field]
    assert restored["name"] == "Two"
    newest = (await versions(stocked, made))[0]
    assert (newest["version"], newest["restored_from"]) == (3, 1)
    assert "“All day” added" in newest["changes"]
    kept = await (await stocked.get(f"{path}/config/history/3")).get_json()
    assert kept["schedule_config"] == made["schedule_config"]


async def test_a_restore_keeps_what_left_the_library(channel: Callable[..., Any], stocked: Any, shelf: Any) -> None:
    block = {"name": "Mine", "start_time": "00:00", "duration_mins": 1440}
    content = {"type": "manual", "items": ["film-1", "film-2"]}
    made = await channel(schedule_config={"blocks": [{**block, "content": content}]})
    path = f"/channels/{made['id']}"
    await stocked.put(path, {"schedule_config": {"blocks": []}})
    shelf.items = [item for item in shelf.items if item.key != "film-1"]
    await stocked.post("/library/sync")
    restored = await (await stocked.post(f"{path}/config/history/1/restore")).get_json()
    assert restored["schedule_config"] == made["schedule_config"]


async def test_a_version_can_be_labelled(channel: Callable[..., Any], stocked: Any) -> None:
    made = await channel()
    path = f"/channels/{made['id']}/config/history/1"
    assert (await (await stocked.call("PATCH", path, {"label": "Before summer"})).get_json())[
        "label"
    ] == "Before summer"
    assert (await versions(stocked, made))[0]["label"] == "Before summer"
    assert (await (await stocked.call("PATCH", path, {"label": None})).get_json())["label"] is None
    for bad in ({}, {"label": ""}, {"label": "x", "colour": "red"}):
        assert (await stocked.call("PATCH", path, bad)).status_code == 422


async def test_the_history_comes_in_pages(channel: Callable[..., Any], stocked: Any) -> None:
    made = await channel()
    for days in range(1, 5):
        await stocked.put(f"/channels/{made['id']}", {"recycle_policy": {"cooldown_days": days}})
    seen, address = [], f"/channels/{made['id']}/config/history?limit=2"
    while address:
        answer = await stocked.get(address)
        seen += [each["version"] for each in await answer.get_json()]
        link = answer.headers.get("Link", "")
        address = link.partition(">")[0].removeprefix("<http://tv.test/api/v1")
    assert seen == [5, 4, 3, 2, 1]


async def test_versions_that_are_not_there_are_not_found(channel: Callable[..., Any], stocked: Any) -> None:
    made = await channel()
    for version in ("2", "0", "x", "99999999999"):
        assert (await stocked.get(f"/channels/{made['id']}/config/history/{version}")).status_code == 404
        assert (await stocked.post(f"/channels/{made['id']}/config/history/{version}/restore")).status_code == 404


async def test_strangers_see_and_restore_nothing(channel: Callable[..., Any], user: Any) -> None:
    made = await channel()
    path = f"/channels/{made['id']}/config/history"
    assert (await user.get(path)).status_code == 403
    assert (await user.post(f"{path}/1/restore")).status_code == 403


async def test_changes_of_different_fields_at_the_same_moment_both_hold(
    channel: Callable[..., Any], stocked: Any
) -> None:
    made = await channel()
    path = f"/channels/{made['id']}"
    await asyncio.gather(
        stocked.put(path, {"name": "Two"}),
        stocked.put(path, {"recycle_policy": {"cooldown_days": 7}}),
        stocked.put(path, {"description": "Three"}),
    )
    found = await (await stocked.get(path)).get_json()
    assert (found["name"], found["description"], found["recycle_policy"]["cooldown_days"]) == ("Two", "Three", 7)
