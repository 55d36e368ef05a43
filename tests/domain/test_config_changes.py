"""What differs between two programmings, in words."""

from dataclasses import fields, replace
from datetime import time
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ktv_host.domain.block import (
    AlgorithmicContent,
    Day,
    FillStrategy,
    ManualContent,
    ProgrammingBlock,
    RecyclePolicy,
    ScheduleConfig,
)
from ktv_host.domain.config_changes import config_changes, policy_changes
from ktv_host.domain.filter import MediaFilter

EVENING = ProgrammingBlock(
    id="b1",
    name="Evening",
    start_time=time(20),
    duration_mins=120,
    content=AlgorithmicContent(filter=MediaFilter(genres=("Comedy",))),
)
NIGHT = ProgrammingBlock(
    id="b2", name="Night", start_time=time(22), duration_mins=60, content=ManualContent(items=("a::1", "a::2"))
)


def changes(before: ProgrammingBlock, after: ProgrammingBlock) -> tuple[str, ...]:
    return config_changes(ScheduleConfig((before,)), ScheduleConfig((after,)))


def test_blocks_that_come_and_go_are_named() -> None:
    assert config_changes(ScheduleConfig((EVENING,)), ScheduleConfig((NIGHT,))) == (
        "“Night” added",
        "“Evening” removed",
    )


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"start_time": time(21)}, "“Evening”: start_time 20:00:00 → 21:00:00"),
        ({"name": "Late"}, "“Late”: name Evening → Late"),
        ({"days": frozenset({Day.SUNDAY, Day.MONDAY})}, "“Evening”: days every day → monday, sunday"),
        ({"loop_on_finish": False}, "“Evening”: loop_on_finish yes → no"),
        ({"align_mins": 15}, "“Evening”: align_mins none → 15"),
        ({"content": AlgorithmicContent(filter=MediaFilter(genres=("Comedy", "Drama")))},
         "“Evening”: filter.genres Comedy → Comedy, Drama"),
        ({"content": AlgorithmicContent(filter=MediaFilter(genres=("Comedy",)), strategy=FillStrategy.BEST_FIT)},
         "“Evening”: strategy random → best_fit"),
    ],
)  # fmt: skip
def test_a_changed_field_is_named_with_both_values(changed: dict[str, Any], words: str) -> None:
    assert changes(EVENING, replace(EVENING, **changed)) == (words,)


def test_a_manual_list_says_how_many_came_and_went() -> None:
    longer = replace(NIGHT, content=ManualContent(items=("a::1", "a::3", "a::4")))
    turned = replace(NIGHT, content=ManualContent(items=("a::2", "a::1")))
    assert changes(NIGHT, longer) == ("“Night”: items: 2 items added, 1 item removed",)
    assert changes(NIGHT, turned) == ("“Night”: items in another order",)


def test_moved_blocks_are_told() -> None:
    assert config_changes(ScheduleConfig((EVENING, NIGHT)), ScheduleConfig((NIGHT, EVENING))) == (
        "the order of the blocks",
    )


def test_an_empty_filler_is_not_the_same_as_none() -> None:
    assert changes(EVENING, replace(EVENING, filler=MediaFilter())) == ("“Evening”: filler added",)


def test_nothing_changed_has_no_words() -> None:
    assert changes(EVENING, EVENING) == ()
    assert policy_changes(RecyclePolicy(), RecyclePolicy()) == ()


def test_the_recycle_policy_is_told_by_field() -> None:
    assert policy_changes(RecyclePolicy(), RecyclePolicy(cooldown_days=None, cooldown_generations=3)) == (
        "recycle policy: cooldown_days 30 → none",
        "recycle policy: cooldown_generations none → 3",
    )


@given(data=st.data())
def test_whatever_differs_has_words_and_nothing_else_has(data: st.DataObject, some: SimpleNamespace) -> None:
    before, after = data.draw(some.configs), data.draw(some.configs)
    assert bool(config_changes(before, after)) == (before != after)


@given(data=st.data())
def test_every_single_field_of_a_block_has_words(data: st.DataObject, some: SimpleNamespace) -> None:
    before = data.draw(some.configs.filter(lambda config: config.blocks))
    other = data.draw(some.configs.filter(lambda config: config.blocks)).blocks[0]
    name = data.draw(st.sampled_from([field.name for field in fields(ProgrammingBlock) if field.name != "id"]))
    changed = replace(before.blocks[0], **{name: getattr(other, name)})
    after = ScheduleConfig((changed, *before.blocks[1:]))
    assert bool(config_changes(before, after)) == (before != after)
