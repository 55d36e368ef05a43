"""The removal guard."""

from datetime import UTC, datetime, timedelta

import pytest

from ktv_host.domain.removal import Doubt, may_remove

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def decide(
    present: int, missing: int, *, certain: bool = False, accepted: bool = False, age: int | None = None
) -> bool:
    doubt = None if age is None else Doubt(NOW - timedelta(minutes=age), missing)
    return may_remove(present=present, missing=missing, certain=certain, accepted=accepted, doubt=doubt, now=NOW)


@pytest.mark.parametrize(("present", "missing"), [(1000, 200), (100, 49), (10, 10)])
def test_a_few_items_or_a_small_share_go_at_once(present: int, missing: int) -> None:
    assert decide(present, missing)


@pytest.mark.parametrize(("present", "missing"), [(1000, 201), (100, 50), (50, 50)])
def test_many_wait_for_a_second_pass_ten_minutes_later(present: int, missing: int) -> None:
    assert not decide(present, missing)
    assert not decide(present, missing, age=9)
    assert decide(present, missing, age=10)


def test_a_certain_provider_or_a_person_is_believed() -> None:
    assert decide(100, 100, certain=True)
    assert decide(100, 100, accepted=True)
