"""Channels as JSON documents."""

import itertools
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ktv_host.domain.block import RecyclePolicy
from ktv_host.domain.channel import AccessMode, Channel
from ktv_host.domain.exchange import ImportedChannel, export_channel, import_channel
from ktv_host.errors import Invalid

BLOCK: dict[str, Any] = {
    "name": "Evening",
    "start_time": "20:00",
    "duration_mins": 120,
    "content": {"type": "manual", "items": ["abc"]},
}


def ids() -> Callable[[], str]:
    numbers = itertools.count(1)
    return lambda: f"made-{next(numbers)}"


def problems(data: object) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        import_channel(data, ids())
    return {field.path: field.message for field in refused.value.fields}


@settings(deadline=None)
@given(data=st.data())
def test_what_is_exported_is_imported_without_loss(
    data: st.DataObject, some: SimpleNamespace, build: SimpleNamespace
) -> None:
    channel = Channel(
        id="c",
        owner_id="u",
        number=7,
        created_at=build.at("2026-05-01 00:00"),
        updated_at=build.at("2026-05-01 00:00"),
        name=data.draw(some.texts),
        description=data.draw(st.none() | some.texts),
        timezone=data.draw(st.sampled_from(build.zones)),
        schedule_config=data.draw(some.configs),
        recycle_policy=data.draw(some.policies),
    )
    assert import_channel(json.loads(json.dumps(export_channel(channel))), ids()) == ImportedChannel(
        name=channel.name,
        description=channel.description,
        timezone=channel.timezone,
        config=channel.schedule_config,
        policy=channel.recycle_policy,
    )


def test_an_export_holds_no_secret_and_nothing_of_its_owner(build: SimpleNamespace) -> None:
    channel = Channel(
        id="the-id",
        owner_id="the-owner",
        number=7,
        name="Open",
        created_at=build.at("2026-05-01 00:00"),
        updated_at=build.at("2026-05-01 00:00"),
        access_mode=AccessMode.PASSWORD_PROTECTED,
        password_hash="the-hash",
        webhook_url="https://hook.example/secret",
        webhook_headers={"Authorization": "the-token"},
    )
    text = json.dumps(export_channel(channel))
    assert not [word for word in ("the-id", "the-owner", "the-hash", "secret", "the-token") if word in text]


@pytest.mark.parametrize(
    "where",
    [
        {"blocks": [BLOCK]},
        {"schedule_config": {"blocks": [BLOCK]}},
        {"day_blocks": {"monday": [BLOCK]}},
        {"schedule_config": {"day_blocks": {"monday": [BLOCK]}}},
    ],
)
def test_blocks_may_stand_at_the_top_or_in_the_config(where: dict[str, Any]) -> None:
    imported = import_channel({"name": "Mine", **where}, ids())
    assert [block.id for block in imported.config.blocks] == ["made-1"]
    assert (imported.timezone, imported.policy) == ("UTC", RecyclePolicy())


@pytest.mark.parametrize(
    ("data", "paths"),
    [
        ({}, {"name", "schedule_config"}),
        ({"name": "Mine", "blocks": [{**BLOCK, "start_time": "8pm"}]}, {"blocks.0.start_time"}),
        (
            {"name": "Mine", "schedule_config": {"blocks": [{}]}},
            {
                "schedule_config.blocks.0.name",
                "schedule_config.blocks.0.start_time",
                "schedule_config.blocks.0.duration_mins",
                "schedule_config.blocks.0.content",
            },
        ),
        ({"name": "Mine", "blocks": [], "timezone": "Mars"}, {"timezone"}),
        ({"name": "Mine", "blocks": [], "colour": "red"}, {"colour"}),
        ({"name": "", "blocks": []}, {"name"}),
        ({"name": "Mine", "blocks": [], "schedule_config": {"blocks": []}}, {"schedule_config"}),
        ({"name": "Mine", "blocks": [], "recycle_policy": {"cooldown_days": -1}}, {"recycle_policy.cooldown_days"}),
        (
            {"name": "Mine", "timezone": 3, "blocks": "none", "recycle_policy": 3},
            {"timezone", "blocks", "recycle_policy"},
        ),
        ([], {""}),
    ],
)
def test_wrong_input_names_every_field(data: object, paths: set[str]) -> None:
    assert set(problems(data)) == paths


def test_windows_that_overlap_are_refused_with_their_names() -> None:
    found = problems({"name": "Mine", "timezone": "Europe/Warsaw", "blocks": [BLOCK, {**BLOCK, "name": "Late"}]})
    assert set(found) == {"blocks"}
    assert "“Evening”" in found["blocks"]
    assert "“Late”" in found["blocks"]
