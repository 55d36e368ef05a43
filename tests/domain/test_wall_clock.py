"""Local times as instants, on days clocks change."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ktv_host.domain.wall_clock import aligned, instant, zone
from ktv_host.errors import Invalid


def utc(local: str, name: str) -> str:
    return instant(datetime.fromisoformat(local), ZoneInfo(name)).strftime("%Y-%m-%d %H:%M")


def test_an_ordinary_time_is_what_the_zone_says() -> None:
    assert utc("2026-05-01 20:00", "Europe/Warsaw") == "2026-05-01 18:00"


@pytest.mark.parametrize("local", ["2026-03-29 02:00", "2026-03-29 02:30", "2026-03-29 02:59", "2026-03-29 03:00"])
def test_a_time_that_does_not_exist_is_the_jump(local: str) -> None:
    assert utc(local, "Europe/Berlin") == "2026-03-29 01:00"


def test_a_time_that_exists_twice_is_its_first_pass() -> None:
    assert utc("2026-10-25 02:30", "Europe/Berlin") == "2026-10-25 00:30"
    assert utc("2026-10-25 03:00", "Europe/Berlin") == "2026-10-25 02:00"


def test_lord_howe_jumps_half_an_hour() -> None:
    assert utc("2026-10-04 02:10", "Australia/Lord_Howe") == utc("2026-10-04 02:30", "Australia/Lord_Howe")
    assert utc("2026-04-05 01:45", "Australia/Lord_Howe") == "2026-04-04 14:45"
    assert utc("2026-04-05 02:00", "Australia/Lord_Howe") == "2026-04-04 15:30"


@pytest.mark.parametrize("local", ["2011-12-30 00:00", "2011-12-30 12:00", "2011-12-30 23:59", "2011-12-31 00:00"])
def test_the_day_samoa_skipped_is_one_instant(local: str) -> None:
    assert utc(local, "Pacific/Apia") == "2011-12-30 10:00"


def test_a_midnight_that_does_not_exist_is_the_jump() -> None:
    assert utc("2026-04-24 00:00", "Africa/Cairo") == utc("2026-04-24 01:00", "Africa/Cairo")


def test_morocco_goes_back_for_ramadan() -> None:
    morocco = ZoneInfo("Africa/Casablanca")
    offsets = {datetime(2026, month, 1, tzinfo=morocco).utcoffset() for month in range(1, 13)}
    assert offsets == {timedelta(0), timedelta(hours=1)}
    assert utc("2026-02-15 02:30", "Africa/Casablanca") == "2026-02-15 01:30"
    assert utc("2026-02-15 03:00", "Africa/Casablanca") == "2026-02-15 03:00"


@given(data=st.data())
def test_a_later_local_time_is_never_an_earlier_instant(
    data: st.DataObject, some: SimpleNamespace, build: SimpleNamespace
) -> None:
    tz = ZoneInfo(data.draw(st.sampled_from(build.zones)))
    local = data.draw(some.instants).replace(tzinfo=None)
    later = local + timedelta(seconds=data.draw(st.integers(0, 200_000)))
    assert instant(local, tz) <= instant(later, tz)


@given(data=st.data())
def test_an_instant_is_that_of_its_local_time_unless_it_is_the_second_pass(
    data: st.DataObject, some: SimpleNamespace, build: SimpleNamespace
) -> None:
    moment = data.draw(some.instants)
    local = moment.astimezone(ZoneInfo(data.draw(st.sampled_from(build.zones))))
    found = instant(local.replace(tzinfo=None, fold=0), local.tzinfo)
    assert found < moment if local.fold else found == moment


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "Europe", "\0"])
def test_an_unknown_zone_names_the_field(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        zone(name)
    assert [field.path for field in refused.value.fields] == ["timezone"]


@pytest.mark.parametrize(
    ("moment", "minutes", "name", "expected"),
    [
        ("2026-05-01 20:05", 15, "UTC", "2026-05-01 20:15"),
        ("2026-05-01 20:15", 15, "UTC", "2026-05-01 20:15"),
        ("2026-05-01 20:05", 30, "Asia/Kathmandu", "2026-05-01 20:15"),  # 02:00 there
        ("2026-10-03 15:29", 60, "Australia/Lord_Howe", "2026-10-03 16:00"),  # 01:59 there, then 02:30
        ("2026-04-04 14:50", 60, "Australia/Lord_Howe", "2026-04-04 15:30"),  # 01:50 there, then 01:30
    ],
)
def test_an_aligned_start_is_aligned_on_the_wall(moment: str, minutes: int, name: str, expected: str) -> None:
    found = aligned(datetime.fromisoformat(moment).replace(tzinfo=UTC), minutes, ZoneInfo(name))
    assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)
