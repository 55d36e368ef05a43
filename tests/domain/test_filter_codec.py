"""Filters and recycle policies as JSON."""

import json
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ktv_host.domain.block import RecyclePolicy
from ktv_host.domain.codec import decode_filter, decode_policy, encode_filter, encode_policy
from ktv_host.domain.filter import MediaFilter
from ktv_host.errors import Invalid


def filter_problems(data: object) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        decode_filter(data)
    return {field.path: field.message for field in refused.value.fields}


def policy_problems(data: object) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        decode_policy(data, path="recycle_policy")
    return {field.path: field.message for field in refused.value.fields}


@given(data=st.data())
def test_a_filter_survives_json(data: st.DataObject, some: SimpleNamespace) -> None:
    chosen = data.draw(some.filters)
    assert decode_filter(json.loads(json.dumps(encode_filter(chosen)))) == chosen


@given(data=st.data())
def test_a_policy_survives_json(data: st.DataObject, some: SimpleNamespace) -> None:
    policy = data.draw(some.policies)
    assert decode_policy(json.loads(json.dumps(encode_policy(policy)))) == policy


def test_absent_and_null_fields_do_not_filter() -> None:
    nothing = dict.fromkeys(encode_filter(MediaFilter()))
    assert decode_filter({}) == decode_filter(nothing) == MediaFilter()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("content_type", "series"),
        ("decade", "1990"),
        ("decade", 1990.5),
        ("genres", "Comedy"),
        ("min_duration_secs", -1),
        ("max_duration_secs", True),
        ("search_term", 3),
        ("year", 1990),
    ],
)
def test_a_wrong_field_is_named(field: str, value: object) -> None:
    assert set(filter_problems({field: value})) == {field}


def test_a_wrong_entry_of_a_list_is_named() -> None:
    assert set(filter_problems({"genres": ["Comedy", " ", 3]})) == {"genres.1", "genres.2"}


def test_the_longest_is_not_shorter_than_the_shortest() -> None:
    assert filter_problems({"min_duration_secs": 10, "max_duration_secs": 9}) == {
        "max_duration_secs": "must not be less than min_duration_secs"
    }


def test_an_absent_cooldown_is_the_default_and_a_null_one_is_none() -> None:
    assert decode_policy({}) == RecyclePolicy()
    assert decode_policy({"cooldown_days": None}) == RecyclePolicy(cooldown_days=None)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("cooldown_days", -1),
        ("cooldown_days", 1.5),
        ("cooldown_generations", "3"),
        ("min_available_ratio", 1.01),
        ("min_available_ratio", -0.1),
        ("min_available_ratio", float("nan")),
        ("min_available_ratio", "0.2"),
        ("cooldown", 3),
    ],
)
def test_a_wrong_field_of_a_policy_is_named(field: str, value: object) -> None:
    assert set(policy_problems({field: value})) == {f"recycle_policy.{field}"}
