"""When an instance is tried again."""

from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from ktv_host.registry.opening import retry_delay
from ktv_host.registry.wish import Wish


@given(st.integers(0, 10_000), st.integers())
def test_the_delay_doubles_from_5_to_80_seconds_and_is_shortened_by_a_quarter_at_most(attempt: int, seed: int) -> None:
    most = min(5 * 2 ** min(attempt, 4), 80)
    assert most * 0.75 <= retry_delay(attempt, Random(seed)) <= most


def test_instances_that_failed_together_are_not_tried_together() -> None:
    rng = Random(1)
    assert len({retry_delay(0, rng) for _ in range(10)}) == 10


def test_only_labels_may_differ_between_wishes_that_open_alike() -> None:
    wish = Wish(id="one", provider_type="fake", name="One", config={"a": 1}, config_version=1)
    assert wish.opens_like(replace(wish, name="Two", source="environment"))
    for other in (
        replace(wish, config={"a": 2}),
        replace(wish, config_version=2),
        replace(wish, enabled=False),
        replace(wish, broken="no key"),
    ):
        assert not wish.opens_like(other)
