"""/channels as a client sees it."""

from collections.abc import Callable
from typing import Any

import pytest


async def test_a_channel_comes_back_as_it_was_made(admin: Any, make_block: Callable[..., Any]) -> None:
    wanted = {
        "name": "90s Sitcom Network",
        "description": "Nothing but sitcoms",
        "timezone": "America/New_York",
        "logo": '<svg xmlns="http://www.w3.org/2000/svg"></svg>',
        "logo_position": "bottom_left",
        "logo_opacity": 0.5,
        "auto_schedule": True,
        "webhook_url": "https://hook.test/x",
        "webhook_poll_interval_secs": 5,
        "webhook_body_template": "{{event}}",
        "webhook_headers": {"X-One": "1"},
        "schedule_config": {"blocks": [make_block(start_time="20:00:00", duration_mins=120)]},
    }
    made = await admin.post("/channels", wanted)
    assert made.status_code == 201
    body = await made.get_json()
    assert body["webhook_headers"] == {"X-One": "***"}
    other = ("schedule_config", "webhook_headers")
    assert {k: body[k] for k in wanted if k not in other} == {k: v for k, v in wanted.items() if k not in other}
    assert body["schedule_config"]["blocks"][0]["start_time"] == "20:00:00"
    assert body["recycle_policy"] == {"cooldown_days": 30, "cooldown_generations": None, "min_available_ratio": 0.2}
    assert await (await admin.get(f"/channels/{body['id']}")).get_json() == body


async def test_numbers_are_given_in_order(channel: Callable[..., Any]) -> None:
    assert [(await channel(name=str(n)))["number"] for n in range(3)] == [1, 2, 3]


async def test_put_changes_only_what_is_there(channel: Callable[..., Any], stocked: Any) -> None:
    made = await channel(description="keep me")
    changed = await (await stocked.put(f"/channels/{made['id']}", {"name": "Two"})).get_json()
    assert (changed["name"], changed["description"]) == ("Two", "keep me")
    cleared = await (await stocked.put(f"/channels/{made['id']}", {"description": None})).get_json()
    assert cleared["description"] is None


async def test_delete_takes_the_schedule_along(channel: Callable[..., Any], stocked: Any) -> None:
    made = await channel()
    await stocked.post(f"/channels/{made['id']}/schedule")
    assert (await stocked.delete(f"/channels/{made['id']}")).status_code == 204
    assert (await stocked.get(f"/channels/{made['id']}/schedule")).status_code == 404


async def test_overlapping_blocks_are_refused_by_name(stocked: Any, make_block: Callable[..., Any]) -> None:
    blocks = [make_block(name="Morning"), make_block(name="Noon", start_time="12:00", duration_mins=60)]
    answer = await stocked.post("/channels", {"name": "x", "schedule_config": {"blocks": blocks}})
    message = (await answer.get_json())["details"]["fields"][0]["message"]
    assert answer.status_code == 422
    assert "Morning" in message
    assert "Noon" in message


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"timezone": "Mars/Base"}, "timezone"),
        ({"logo_opacity": 2}, "logo_opacity"),
        ({"access_mode": "secret"}, "access_mode"),
        ({"access_mode": "password_protected"}, "access_password"),
        ({"schedule_config": {"blocks": [{"name": "x"}]}}, "schedule_config.blocks.0.start_time"),
        ({"recycle_policy": {"min_available_ratio": 3}}, "recycle_policy.min_available_ratio"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_bad_input_names_its_field(admin: Any, change: dict[str, Any], path: str) -> None:
    answer = await admin.post("/channels", {"name": "x", **change})
    body = await answer.get_json()
    assert answer.status_code == 422
    assert path in " ".join(field["path"] for field in body["details"]["fields"])


async def test_a_short_item_id_of_a_manual_block_is_resolved(channel: Callable[..., Any], make_block: Any) -> None:
    made = await channel(
        schedule_config={"blocks": [make_block(content={"type": "manual", "items": ["film-1", "shelf::film-2"]})]}
    )
    items = made["schedule_config"]["blocks"][0]["content"]["items"]
    assert items == ["shelf::film-1", "shelf::film-2"]


async def test_an_item_nobody_has_is_refused(stocked: Any, make_block: Any) -> None:
    blocks = [make_block(content={"type": "manual", "items": ["nothing"]})]
    answer = await stocked.post("/channels", {"name": "x", "schedule_config": {"blocks": blocks}})
    assert answer.status_code == 422
    assert (await answer.get_json())["details"]["fields"][0]["path"] == "schedule_config.blocks.0.content.items.0"


async def test_one_lists_own_channels_and_watchable_ones(
    channel: Callable[..., Any], user: Any, anonymous: Any
) -> None:
    await channel(name="open")
    await channel(name="members", access_mode="account_required")
    await channel(name="mine", access_mode="owner_only")

    async def names(answer: Any) -> list[str]:
        return [one["name"] for one in await answer.get_json()]

    assert await names(await user.get("/channels")) == []
    assert await names(await user.get("/channels?scope=watchable")) == ["open", "members"]
    assert await names(await anonymous.get("/api/v1/channels?scope=watchable")) == ["open"]
    assert (await anonymous.get("/api/v1/channels")).status_code == 401


async def test_strangers_see_the_summary_and_cannot_edit(
    channel: Callable[..., Any], user: Any, anonymous: Any
) -> None:
    made = await channel(webhook_url="https://hook.test")
    seen = await (await user.get(f"/channels/{made['id']}")).get_json()
    assert "webhook_url" not in seen
    assert "schedule_config" not in seen
    assert (await user.put(f"/channels/{made['id']}", {"name": "x"})).status_code == 403
    assert (await anonymous.put(f"/api/v1/channels/{made['id']}", json={"name": "x"})).status_code == 401


async def test_a_hidden_channel_is_not_there_for_others(channel: Callable[..., Any], user: Any) -> None:
    made = await channel(access_mode="owner_only")
    for path in ("", "/now", "/schedule", "/epg", "/stream"):
        assert (await user.get(f"/channels/{made['id']}{path}")).status_code == 404, path


async def test_a_password_opens_a_protected_channel(channel: Callable[..., Any], user: Any) -> None:
    made = await channel(access_mode="password_protected", access_password="sesame")
    path = f"/channels/{made['id']}/now"
    closed = await user.get(path)
    assert closed.status_code == 401
    assert (await closed.get_json())["error"] == "password_required"
    assert (await user.get(path, headers={"X-Channel-Password": "wrong"})).status_code == 401
    assert (await user.get(path, headers={"X-Channel-Password": "sesame"})).status_code == 204


async def test_an_inline_logo_is_served_so_that_it_runs_nothing(channel: Callable[..., Any], anonymous: Any) -> None:
    made = await channel(logo="<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
    answer = await anonymous.get(f"/api/v1/channels/{made['id']}/logo")
    assert answer.content_type == "image/svg+xml"
    assert b"alert" not in await answer.get_data()
    assert "sandbox" in answer.headers["Content-Security-Policy"]


async def test_the_character_nul_is_refused_wherever_it_comes(admin: Any) -> None:
    assert (await admin.post("/channels", {"name": "a\0b"})).status_code == 400
    assert (await admin.get("/library/items?q=a%00b")).status_code == 400
    assert (await admin.get("/channels/a%00b")).status_code == 400
