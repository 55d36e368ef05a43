"""The demo channels are good configurations and never go dark."""

from typing import Any
from uuid import UUID

import pytest

from ktv_host.cli.demo_channels import DEMO_CHANNELS
from ktv_host.cli.demo_library import demo_titles
from ktv_host.domain.block import FillStrategy
from ktv_host.domain.codec import decode_config, decode_policy

BLOCKS = [block for channel in DEMO_CHANNELS for block in channel["schedule_config"]["blocks"]]


@pytest.fixture(params=DEMO_CHANNELS, ids=lambda channel: str(channel["name"]))
def channel(request: pytest.FixtureRequest) -> dict[str, Any]:
    found: dict[str, Any] = request.param
    return found


def test_its_configuration_is_accepted(channel: dict[str, Any]) -> None:
    assert len(decode_config(channel["schedule_config"]).blocks) == len(channel["schedule_config"]["blocks"])


def test_its_recycle_policy_is_accepted(channel: dict[str, Any]) -> None:
    assert decode_policy(channel["recycle_policy"]).min_available_ratio >= 0.5


def test_its_blocks_cover_the_day_without_overlap(channel: dict[str, Any]) -> None:
    covered: list[int] = []
    for block in channel["schedule_config"]["blocks"]:
        hours, minutes = map(int, block["start_time"].split(":")[:2])
        start = hours * 60 + minutes
        covered += [minute % 1440 for minute in range(start, start + block["duration_mins"])]
    assert sorted(covered) == list(range(1440))


def test_block_ids_are_unique_uuids() -> None:
    ids = [block["id"] for block in BLOCKS]
    assert len(set(ids)) == len(ids)
    assert all(str(UUID(each)) == each for each in ids)


def test_every_fill_strategy_is_shown() -> None:
    assert {block["content"]["strategy"] for block in BLOCKS} == set(FillStrategy)


def test_every_genre_and_series_asked_for_is_in_the_library() -> None:
    filters = [block["content"]["filter"] for block in BLOCKS]
    titles = demo_titles()
    assert {genre for each in filters for genre in each.get("genres", [])} <= {
        title.metadata["genre"] for title in titles
    }
    assert {name for each in filters for name in each.get("series_names", [])} <= {
        title.metadata.get("show") for title in titles
    }
