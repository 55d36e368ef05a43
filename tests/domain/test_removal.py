"""The removal guard."""

from datetime import UTC, datetime, timedelta

import pytest

from ktv_host.domain.removal import Doubt, Verdict, judge

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def keys(count: int, start: int = 0) -> frozenset[str]:
    return frozenset(f"k{number}" for number in range(start, start + count))


def decide(present: int, missing: frozenset[str], *, believed: bool = False, doubt: Doubt | None = None) -> Verdict:
    return judge(present=present, missing=missing, believed=believed, doubt=doubt, now=NOW)


def aged(minutes: int, missing: frozenset[str]) -> Doubt:
    return Doubt(NOW - timedelta(minutes=minutes), missing)


@pytest.mark.parametrize(("present", "missing"), [(1000, 200), (100, 49), (10, 10)])
def test_a_few_items_or_a_small_share_go_at_once(present: int, missing: int) -> None:
    assert decide(present, keys(missing)) == Verdict(keys(missing))


@pytest.mark.parametrize(("present", "missing"), [(1000, 201), (100, 50), (50, 50)])
def test_many_wait_for_a_second_pass_ten_minutes_later(present: int, missing: int) -> None:
    vanished = keys(missing)
    assert decide(present, vanished) == Verdict(frozenset(), Doubt(NOW, vanished))
    early = aged(9, vanished)
    assert decide(present, vanished, doubt=early) == Verdict(frozenset(), early)
    assert decide(present, vanished, doubt=aged(10, vanished)) == Verdict(vanished)


def test_only_what_two_passes_missed_goes() -> None:
    first, second = keys(60), keys(60, start=30)
    verdict = decide(100, second, doubt=aged(10, first))
    assert verdict == Verdict(second)  # thirty were in doubt, and thirty more are no suspicious number
    others = keys(60, start=100)
    verdict = decide(200, others, doubt=aged(10, first))
    assert verdict == Verdict(frozenset(), Doubt(NOW, others))


def test_what_came_back_is_no_longer_in_doubt() -> None:
    assert decide(1000, frozenset(), doubt=aged(10, keys(500))) == Verdict(frozenset())


def test_a_certain_provider_or_a_person_is_believed() -> None:
    assert decide(100, keys(100), believed=True) == Verdict(keys(100))
