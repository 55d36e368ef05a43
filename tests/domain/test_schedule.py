"""Schedules over time: which gaps still stand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ktv_host.domain.reasons import NEVER_PLANNED
from ktv_host.domain.schedule import Gap, Schedule, standing_gaps

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def schedule(generation: int, begins: int, ends: int, *gaps: tuple[int, int]) -> Schedule:
    return Schedule(
        id=str(generation),
        channel_id="one",
        generation=generation,
        parent=None,
        valid_from=NOON + begins * HOUR,
        valid_until=NOON + ends * HOUR,
        gaps=tuple(Gap(NOON + a * HOUR, NOON + b * HOUR, f"of {generation}", "block") for a, b in gaps),
    )


def told(found: tuple[Gap, ...]) -> list[tuple[float, float, str]]:
    return [((gap.start_at - NOON) / HOUR, (gap.end_at - NOON) / HOUR, gap.reason) for gap in found]


def test_gaps_of_the_generation_before_stand_until_the_renewal_begins() -> None:
    both = [schedule(2, 48, 96, (50, 51)), schedule(1, 0, 48, (1, 2), (3, 4), (47, 48))]
    assert told(standing_gaps(both, NOON + 2.5 * HOUR)) == [(3, 4, "of 1"), (47, 48, "of 1"), (50, 51, "of 2")]


def test_a_new_plan_ends_the_gaps_of_the_one_it_replaces() -> None:
    both = [schedule(2, 10, 58, (20, 21)), schedule(1, 0, 48, (9, 12), (30, 31))]
    assert told(standing_gaps(both, NOON)) == [(9, 10, "of 1"), (20, 21, "of 2")]


def test_time_nobody_planned_is_a_gap() -> None:
    both = [schedule(2, 80, 128), schedule(1, 0, 48, (40, 48))]
    assert told(standing_gaps(both, NOON)) == [(40, 48, "of 1"), (48, 80, NEVER_PLANNED)]


def test_dead_air_is_the_gaps_within_blocks() -> None:
    made = schedule(1, 0, 48, (1, 2), (5, 8))
    outside = Gap(NOON, NOON + HOUR, "no block")
    assert made.dead_air == 4 * HOUR
    assert replace(made, gaps=(outside,)).dead_air == timedelta()
