"""/presets and /channels/from-preset as a client sees them."""

from dataclasses import replace
from typing import Any

import pytest


async def proposed(person: Any, query: str = "") -> Any:
    return await (await person.get(f"/presets{query}")).get_json()


async def test_presets_are_what_the_library_has_with_counts(stocked: Any) -> None:
    found = {preset["id"]: preset for preset in await proposed(stocked)}
    assert [(preset["kind"], preset["name"]) for preset in found.values()] == [
        ("genre_decade", "Comedy of the 1990s"),
        ("genre_decade", "Drama of the 1990s"),
        ("series_marathon", "The Show round the clock"),
        ("collection", "Films"),
        ("everything", "Anything goes"),
    ]
    assert found["everything"]["items"] == 18
    marathon = found["series_marathon/the show"]
    assert (marathon["items"], marathon["minutes"]) == (12, 264)


async def test_there_are_at_most_so_many_of_a_kind(stocked: Any) -> None:
    assert [preset["kind"] for preset in await proposed(stocked, "?most=1")].count("genre_decade") == 1
    assert (await stocked.get("/presets?most=0")).status_code == 422


async def test_every_preset_makes_a_channel_that_is_on_the_air_at_once(stocked: Any, clock: Any) -> None:
    for preset in await proposed(stocked):
        answer = await stocked.post("/channels/from-preset", {"preset": preset["id"]})
        made = await answer.get_json()
        assert answer.status_code == 201, made
        assert (made["name"], made["auto_schedule"]) == (preset["name"], True)
        now = await stocked.get(f"/channels/{made['id']}/now")
        assert now.status_code == 200, preset["name"]
        guide = await (await stocked.get(f"/channels/{made['id']}/schedule")).get_json()
        assert guide["valid_until"] >= "2026-11-25T12:00:00Z"


async def test_name_and_zone_are_the_callers(stocked: Any) -> None:
    body = {"preset": "everything", "name": "Mine", "timezone": "Asia/Tokyo"}
    made = await (await stocked.post("/channels/from-preset", body)).get_json()
    assert (made["name"], made["timezone"]) == ("Mine", "Asia/Tokyo")


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"preset": "genre_decade/polka/1990"}, "preset"),
        ({"preset": "everything", "timezone": "Mars/Base"}, "timezone"),
        ({"preset": "everything", "name": ""}, "name"),
        ({}, "preset"),
    ],
)
async def test_bad_input_names_its_field_and_makes_no_channel(stocked: Any, body: dict[str, Any], path: str) -> None:
    answer = await stocked.post("/channels/from-preset", body)
    assert answer.status_code == 422
    assert path in [field["path"] for field in (await answer.get_json())["details"]["fields"]]
    assert await (await stocked.get("/channels")).get_json() == []


async def test_an_empty_library_proposes_nothing(admin: Any) -> None:
    assert await proposed(admin) == []


async def test_strangers_have_no_presets(anonymous: Any) -> None:
    assert (await anonymous.get("/api/v1/presets")).status_code == 401
    assert (await anonymous.post("/api/v1/channels/from-preset", json={"preset": "everything"})).status_code == 401


async def test_what_cannot_air_is_not_counted(stocked: Any, shelf: Any) -> None:
    shelf.items = [replace(item, duration_ms=None) for item in shelf.items]
    await stocked.post("/library/sync")
    assert await proposed(stocked) == []
