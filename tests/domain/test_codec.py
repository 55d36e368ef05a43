"""Schedule configs as JSON: what is accepted, what is refused and where it says so."""

import itertools
import json
from collections.abc import Callable
from datetime import time
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ktv_host.domain.block import AlgorithmicContent, Day, FillStrategy, ManualContent, ScheduleConfig
from ktv_host.domain.codec import decode_config, encode_config
from ktv_host.domain.filter import MediaFilter
from ktv_host.domain.media import ContentType
from ktv_host.errors import Invalid

BLOCK = {
    "id": "00000000-0000-0000-0000-000000000001",
    "name": "Evening Sitcoms",
    "start_time": "20:00:00",
    "duration_mins": 120,
    "content": {"type": "manual", "items": ["jellyfin::abc"]},
}


def ids() -> Callable[[], str]:
    numbers = itertools.count(1)
    return lambda: f"made-{next(numbers)}"


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in BLOCK.items() if key != name}


def problems(data: object, new_id: Callable[[], str] | None = None) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        decode_config(data, new_id)
    return {field.path: field.message for field in refused.value.fields}


@settings(deadline=None)
@given(data=st.data())
def test_a_config_survives_json(data: st.DataObject, some: SimpleNamespace) -> None:
    config = data.draw(some.configs)
    assert decode_config(json.loads(json.dumps(encode_config(config)))) == config


@settings(deadline=None)
@given(data=st.data())
def test_what_is_decoded_again_is_encoded_the_same(data: st.DataObject, some: SimpleNamespace) -> None:
    encoded = encode_config(data.draw(some.configs))
    assert encode_config(decode_config(encoded)) == encoded


def test_the_contracts_example_is_understood() -> None:
    chosen = {
        "content_type": "movie",
        "genres": ["Comedy"],
        "decade": None,
        "min_duration_secs": None,
        "max_duration_secs": None,
        "collections": [],
        "tags": [],
    }
    content = {"type": "algorithmic", "filter": chosen, "strategy": "best_fit"}
    (block,) = decode_config({"blocks": [{**BLOCK, "content": content}]}).blocks
    assert block.content == AlgorithmicContent(
        filter=MediaFilter(content_type=ContentType.MOVIE, genres=("Comedy",)), strategy=FillStrategy.BEST_FIT
    )
    assert (block.name, block.start_time, block.duration_mins) == ("Evening Sitcoms", time(20), 120)
    assert (len(block.days), block.loop_on_finish, block.ignore_recycle_policy) == (7, True, False)


@pytest.mark.parametrize(
    ("text", "expected"), [("20:00", time(20)), ("07:05:09", time(7, 5, 9)), ("23:59", time(23, 59))]
)
def test_seconds_may_be_left_out_of_a_time(text: str, expected: time) -> None:
    assert decode_config({"blocks": [{**BLOCK, "start_time": text}]}).blocks[0].start_time == expected


@pytest.mark.parametrize("text", ["24:00", "20:60", "8:00", "20", "20:00:60", "20:00:00.5", "٢٠:٠٠", "20:00Z", 20, ""])
def test_what_is_no_time_of_day_is_refused(text: object) -> None:
    assert problems({"blocks": [{**BLOCK, "start_time": text}]}) == {
        "blocks.0.start_time": "must be a time of day, HH:MM or HH:MM:SS"
    }


@pytest.mark.parametrize("duration", [0, -1, 10_081])
def test_a_block_lasts_a_minute_to_a_week(duration: int) -> None:
    assert problems({"blocks": [{**BLOCK, "duration_mins": duration}]}) == {
        "blocks.0.duration_mins": "must be between 1 and 10080"
    }


@pytest.mark.parametrize("duration", ["120", 1.5, True])
def test_a_duration_is_a_whole_number(duration: object) -> None:
    assert problems({"blocks": [{**BLOCK, "duration_mins": duration}]}) == {
        "blocks.0.duration_mins": "must be a whole number"
    }


@pytest.mark.parametrize("given", [without("id"), {**BLOCK, "id": None}])
def test_an_absent_id_is_made(given: dict[str, Any]) -> None:
    assert decode_config({"blocks": [given]}, ids()).blocks[0].id == "made-1"


def test_an_absent_id_is_refused_where_none_can_be_made() -> None:
    assert problems({"blocks": [without("id")]}) == {"blocks.0.id": "is required"}


def test_two_blocks_have_two_ids() -> None:
    assert problems({"blocks": [BLOCK, BLOCK]}) == {"blocks.1.id": "is the id of an earlier block"}


@pytest.mark.parametrize("name", ["name", "start_time", "duration_mins", "content"])
def test_what_is_required_is_named(name: str) -> None:
    assert problems({"blocks": [without(name)]}, ids()) == {f"blocks.0.{name}": "is required"}


def test_an_unknown_field_is_named_at_every_depth() -> None:
    content = {"type": "algorithmic", "filter": {"genre": []}, "strategy": "random", "x": 1}
    data = {"blocks": [{**BLOCK, "content": content, "colour": "red", "filler": {"y": 1}}], "z": 1}
    assert set(problems(data)) == {
        "z",
        "blocks.0.colour",
        "blocks.0.content.x",
        "blocks.0.content.filter.genre",
        "blocks.0.filler.y",
    }


def test_every_wrong_field_is_named_at_once() -> None:
    wrong = {**BLOCK, "duration_mins": 0, "content": {"type": "algorithmic", "filter": {"decade": "90s"}}}
    found = problems({"blocks": [wrong, "no block", {**BLOCK, "id": "b2", "days": ["monday", "noday"]}]})
    assert set(found) == {"blocks.0.duration_mins", "blocks.0.content.filter.decade", "blocks.1", "blocks.2.days.1"}


def test_paths_may_begin_where_the_config_is() -> None:
    with pytest.raises(Invalid) as refused:
        decode_config({"blocks": [{**BLOCK, "name": ""}]}, path="schedule_config")
    assert refused.value.fields[0].path == "schedule_config.blocks.0.name"


@pytest.mark.parametrize("data", [None, [], "blocks", 3])
def test_what_is_no_object_is_refused(data: object) -> None:
    assert problems(data) == {"": "must be an object"}


@pytest.mark.parametrize("data", [{}, {"blocks": None}])
def test_blocks_are_required(data: object) -> None:
    assert problems(data) == {"blocks": "is required"}


def test_a_channel_may_have_no_blocks() -> None:
    assert decode_config({"blocks": []}) == ScheduleConfig()


def test_a_block_needs_a_day() -> None:
    assert problems({"blocks": [{**BLOCK, "days": []}]}) == {"blocks.0.days": "must name at least one day"}


def test_days_are_encoded_in_the_order_of_the_week() -> None:
    config = decode_config({"blocks": [{**BLOCK, "days": ["sunday", "monday", "monday"]}]})
    assert encode_config(config)["blocks"][0]["days"] == ["monday", "sunday"]


@pytest.mark.parametrize("minutes", [7, 45, 61, 0])
def test_aligned_starts_divide_the_hour(minutes: int) -> None:
    assert set(problems({"blocks": [{**BLOCK, "align_mins": minutes}]})) == {"blocks.0.align_mins"}


def test_the_kind_of_content_is_one_of_two() -> None:
    assert problems({"blocks": [{**BLOCK, "content": {"type": "magic"}}]}) == {
        "blocks.0.content.type": "must be algorithmic or manual"
    }


def test_a_manual_block_lists_ids() -> None:
    content = {"type": "manual", "items": ["a", "", 3]}
    assert set(problems({"blocks": [{**BLOCK, "content": content}]})) == {
        "blocks.0.content.items.1",
        "blocks.0.content.items.2",
    }


class TestDayBlocks:
    def test_each_block_is_on_its_day(self) -> None:
        config = decode_config({"day_blocks": {"tuesday": [{**BLOCK, "id": "b"}], "monday": [{**BLOCK, "id": "a"}]}})
        assert [(block.id, block.days) for block in config.blocks] == [
            ("a", frozenset([Day.MONDAY])),
            ("b", frozenset([Day.TUESDAY])),
        ]

    def test_the_same_block_on_several_days_is_one_block(self) -> None:
        config = decode_config({"day_blocks": {"monday": [BLOCK], "friday": [BLOCK]}})
        assert [block.days for block in config.blocks] == [frozenset([Day.MONDAY, Day.FRIDAY])]

    def test_the_same_block_without_an_id_is_one_block_too(self) -> None:
        config = decode_config({"day_blocks": {"monday": [without("id")], "friday": [without("id")]}}, ids())
        assert [(block.id, block.days) for block in config.blocks] == [("made-1", frozenset([Day.MONDAY, Day.FRIDAY]))]

    def test_the_same_block_twice_on_a_day_stays_two(self) -> None:
        config = decode_config({"day_blocks": {"monday": [without("id"), without("id")]}}, ids())
        assert [block.id for block in config.blocks] == ["made-1", "made-2"]

    def test_different_blocks_have_different_ids(self) -> None:
        data = {"day_blocks": {"monday": [BLOCK], "friday": [{**BLOCK, "name": "Other"}]}}
        assert problems(data) == {"day_blocks.friday.0.id": "is the id of another block"}

    def test_a_block_under_a_day_has_no_days(self) -> None:
        data = {"day_blocks": {"monday": [{**BLOCK, "days": ["friday"]}]}}
        assert problems(data) == {"day_blocks.monday.0.days": "the day is already given by day_blocks"}

    def test_an_unknown_day_is_named(self) -> None:
        assert problems({"day_blocks": {"someday": []}}) == {"day_blocks.someday": "unknown field"}

    def test_it_is_one_form_or_the_other(self) -> None:
        assert problems({"blocks": [], "day_blocks": {}}) == {"day_blocks": "give either blocks or day_blocks"}

    def test_wrong_fields_are_named_under_their_day(self) -> None:
        data = {"day_blocks": {"monday": [BLOCK, {**BLOCK, "id": "b", "start_time": "x"}]}}
        assert set(problems(data)) == {"day_blocks.monday.1.start_time"}


def test_content_without_a_filter_is_the_whole_library() -> None:
    (block,) = decode_config({"blocks": [{**BLOCK, "content": {"type": "algorithmic", "strategy": "random"}}]}).blocks
    assert block.content == AlgorithmicContent(filter=MediaFilter(), strategy=FillStrategy.RANDOM)


def test_manual_items_keep_their_order() -> None:
    (block,) = decode_config({"blocks": [{**BLOCK, "content": {"type": "manual", "items": ["b", "a", "b"]}}]}).blocks
    assert block.content == ManualContent(items=("b", "a", "b"))


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.integers(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(("blocks", "day_blocks", "monday", "content", "filter", "type", "id", "name", "days")),
                inner,
                max_size=4,
            )
        ),
        max_leaves=20,
    )
)
def test_whatever_is_sent_is_read_or_refused(data: object) -> None:
    wrong = None
    try:
        decode_config(data, ids())
    except Invalid as refused:
        wrong = refused.fields
    assert wrong is None or wrong
