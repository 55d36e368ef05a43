"""The weekly grid: windows on the clock on the wall, and windows that overlap."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ktv_host.domain.block import WEEK, Day, ScheduleConfig
from ktv_host.domain.grid import Occurrence, occurrences, overlaps

START, UNTIL = datetime(2024, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)


def transitions(name: str) -> Iterator[datetime]:
    """The hour before every change of the zone's offset from 2024 to 2027."""
    tz = ZoneInfo(name)
    moment, offset = START, START.astimezone(tz).utcoffset()
    while moment < UNTIL:
        following = moment + timedelta(hours=1)
        changed = following.astimezone(tz).utcoffset()
        if changed != offset:
            yield moment
        moment, offset = following, changed


def local(found: list[Occurrence], name: str) -> list[str]:
    tz = ZoneInfo(name)
    return [
        f"{window.start_at.astimezone(tz):%a %d %H:%M} - {window.end_at.astimezone(tz):%a %d %H:%M}" for window in found
    ]


def around(config: ScheduleConfig, name: str, day: str) -> list[Occurrence]:
    start = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(name)).astimezone(UTC)
    return occurrences(config, name, start, start + timedelta(hours=23))


def test_a_window_owns_its_local_time_every_day(build: SimpleNamespace) -> None:
    config = ScheduleConfig((build.block(),))
    found = occurrences(config, "Europe/Warsaw", build.at("2026-05-01 00:00"), build.at("2026-05-03 00:00"))
    assert local(found, "Europe/Warsaw") == ["Fri 01 20:00 - Fri 01 22:00", "Sat 02 20:00 - Sat 02 22:00"]


def test_a_window_belongs_to_the_day_it_begins_on(build: SimpleNamespace) -> None:
    config = ScheduleConfig((build.block(start="23:00", days=frozenset([Day.SUNDAY])),))
    found = occurrences(config, "UTC", build.at("2026-05-01 00:00"), build.at("2026-05-08 00:00"))
    assert local(found, "UTC") == ["Sun 03 23:00 - Mon 04 01:00"]


def test_a_window_that_is_already_running_is_found_whole(build: SimpleNamespace) -> None:
    config = ScheduleConfig((build.block(start="00:00", duration_mins=7 * 1440, days=frozenset([Day.MONDAY])),))
    found = occurrences(config, "UTC", build.at("2026-05-03 23:59"), build.at("2026-05-04 00:00"))
    assert local(found, "UTC") == ["Mon 27 00:00 - Mon 04 00:00"]


def test_a_window_that_ends_at_the_start_or_begins_at_the_end_is_not_found(build: SimpleNamespace) -> None:
    config = ScheduleConfig((build.block(),))
    assert not occurrences(config, "UTC", build.at("2026-05-01 22:00"), build.at("2026-05-02 20:00"))


def test_the_day_clocks_go_forward_is_an_hour_shorter(build: SimpleNamespace) -> None:
    config = ScheduleConfig((build.block(start="00:00", duration_mins=1440),))
    (window,) = around(config, "Europe/Berlin", "2026-03-29")
    assert window.end_at - window.start_at == timedelta(hours=23)


def test_the_day_clocks_go_back_is_an_hour_longer(build: SimpleNamespace) -> None:
    config = ScheduleConfig((build.block(start="00:00", duration_mins=1440),))
    (window,) = around(config, "Europe/Berlin", "2026-10-25")
    assert window.end_at - window.start_at == timedelta(hours=25)


def test_a_window_of_time_that_does_not_exist_does_not_occur(build: SimpleNamespace) -> None:
    config = ScheduleConfig((build.block(start="02:00", duration_mins=60),))
    assert around(config, "Europe/Berlin", "2026-03-29") == []


def test_a_window_that_ends_in_time_that_does_not_exist_ends_at_the_jump(build: SimpleNamespace) -> None:
    config = ScheduleConfig((build.block(start="01:00", duration_mins=90),))
    assert local(around(config, "Europe/Berlin", "2026-03-29"), "Europe/Berlin") == ["Sun 29 01:00 - Sun 29 03:00"]


def test_the_hour_that_exists_twice_belongs_to_the_window_it_begins_in(build: SimpleNamespace) -> None:
    config = ScheduleConfig(
        (build.block(start="02:00", duration_mins=30), build.block(id="late", start="02:30", duration_mins=30))
    )
    first, second = around(config, "Europe/Berlin", "2026-10-25")
    assert first.end_at - first.start_at == timedelta(minutes=30)
    assert second.start_at == first.end_at
    assert second.end_at - second.start_at == timedelta(minutes=90)


def test_samoa_skipped_a_friday(build: SimpleNamespace) -> None:
    config = ScheduleConfig((build.block(start="22:00", duration_mins=240),))
    start = datetime(2011, 12, 29, 12, tzinfo=UTC)
    assert local(occurrences(config, "Pacific/Apia", start, start + timedelta(days=2)), "Pacific/Apia") == [
        "Thu 29 22:00 - Sat 31 00:00",
        "Sat 31 00:00 - Sat 31 02:00",
        "Sat 31 22:00 - Sun 01 02:00",
    ]


def test_blocks_that_adjoin_on_the_wall_adjoin_whenever_clocks_change(build: SimpleNamespace) -> None:
    starts = [0, 90, 120, 135, 150, 180, 725, 1439]
    blocks = tuple(
        build.block(id=f"b{start}", start=f"{start // 60:02}:{start % 60:02}", duration_mins=end - start)
        for start, end in zip(starts, [*starts[1:], 1440], strict=True)
    )
    changes = 0
    for name in [*build.zones, "Pacific/Apia", "America/Asuncion", "Asia/Gaza", "Europe/London"]:
        for change in transitions(name):
            changes += 1
            found = occurrences(ScheduleConfig(blocks), name, change - timedelta(days=2), change + timedelta(days=2))
            assert all(one.end_at == two.start_at for one, two in pairwise(found))
            assert found[0].start_at <= change - timedelta(days=2)
            assert found[-1].end_at >= change + timedelta(days=2)
    assert changes > 80


@settings(deadline=None)
@given(data=st.data())
def test_windows_that_do_not_overlap_in_the_week_never_overlap(
    data: st.DataObject, some: SimpleNamespace, build: SimpleNamespace
) -> None:
    config, start = data.draw(some.configs), data.draw(some.instants)
    found = occurrences(config, data.draw(st.sampled_from(build.zones)), start, start + timedelta(days=10))
    assert all(one.end_at <= two.start_at for one, two in pairwise(found))


@settings(deadline=None)
@given(data=st.data())
def test_overlaps_are_found_as_by_looking_at_every_minute(data: st.DataObject, build: SimpleNamespace) -> None:
    """Windows of whole hours, so that a week of hours shows everything."""
    blocks = tuple(
        build.block(
            id=f"b{number}",
            start=f"{data.draw(st.integers(0, 23)):02}:00",
            duration_mins=data.draw(st.integers(1, 40)) * 60,
            days=data.draw(st.frozensets(st.sampled_from(WEEK), min_size=1, max_size=3)),
        )
        for number in range(data.draw(st.integers(1, 4)))
    )
    owners: dict[int, list[int]] = {}
    for number, block in enumerate(blocks):
        for day in block.days:
            begin = WEEK.index(day) * 24 + block.start_time.hour
            for hour in range(begin, begin + block.duration_mins // 60):
                owners.setdefault(hour % 168, []).append(number)
    expected = {
        tuple(sorted((one, two)))
        for present in owners.values()
        for place, one in enumerate(present)
        for two in present[place + 1 :]
    }
    assert {(each.first, each.second) for each in overlaps(ScheduleConfig(blocks), "UTC")} == expected


def test_an_overlap_names_both_blocks_and_the_local_times(build: SimpleNamespace) -> None:
    config = ScheduleConfig(
        (build.block(days=frozenset([Day.FRIDAY])), build.block(id="film", name="Film", start="21:30", duration_mins=1))
    )
    assert [each.message for each in overlaps(config, "Europe/Warsaw")] == [
        "“Evening” and “Film” overlap: friday 20:00 to 22:00 and friday 21:30 to 21:31, Europe/Warsaw time"
    ]


def test_a_window_that_wraps_the_week_overlaps_its_beginning(build: SimpleNamespace) -> None:
    config = ScheduleConfig(
        (
            build.block(start="23:00", days=frozenset([Day.SUNDAY])),
            build.block(id="early", name="Early", start="00:30:15", days=frozenset([Day.MONDAY]), duration_mins=30),
        )
    )
    assert [each.message for each in overlaps(config, "UTC")] == [
        "“Evening” and “Early” overlap: sunday 23:00 to monday 01:00 and monday 00:30:15 to 01:00:15, UTC time"
    ]


def test_a_block_can_overlap_itself(build: SimpleNamespace) -> None:
    config = ScheduleConfig((build.block(duration_mins=1441, days=frozenset([Day.MONDAY, Day.TUESDAY])),))
    assert [each.message for each in overlaps(config, "UTC")] == [
        "“Evening” overlaps itself: monday 20:00 to tuesday 20:01 and tuesday 20:00 to wednesday 20:01, UTC time"
    ]


def test_a_window_of_a_week_says_so(build: SimpleNamespace) -> None:
    week = build.block(duration_mins=7 * 1440, days=frozenset([Day.MONDAY]))
    config = ScheduleConfig((week, build.block(id="film", name="Film", start="21:30", days=frozenset([Day.MONDAY]))))
    assert "“Evening” and “Film” overlap: monday 20:00 to the same time a week later" in [
        each.message.partition(" and monday")[0] for each in overlaps(config, "UTC")
    ]


@pytest.mark.parametrize("duration", [1440, 60])
def test_windows_that_adjoin_do_not_overlap(build: SimpleNamespace, duration: int) -> None:
    assert not overlaps(ScheduleConfig((build.block(duration_mins=duration),)), "UTC")


def test_a_block_may_own_the_whole_week(build: SimpleNamespace) -> None:
    assert not overlaps(ScheduleConfig((build.block(duration_mins=10_080, days=frozenset([Day.MONDAY])),)), "UTC")
