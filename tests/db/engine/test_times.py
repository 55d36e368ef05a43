"""Times: milliseconds in UTC, there and back."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ktv_host.db.engine.times import UtcDateTime, from_ms, to_ms, to_ms_up

moments = st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC))


@given(moments)
def test_rounding_down_and_up_enclose_the_moment(moment: datetime) -> None:
    assert from_ms(to_ms(moment)) <= moment <= from_ms(to_ms_up(moment))
    assert to_ms_up(moment) - to_ms(moment) == (moment.microsecond % 1000 > 0)


@given(st.integers(min_value=-(10**13), max_value=10**13))
def test_a_stored_time_comes_back_exactly(milliseconds: int) -> None:
    assert to_ms(from_ms(milliseconds)) == to_ms_up(from_ms(milliseconds)) == milliseconds
    assert from_ms(milliseconds).tzinfo is UTC


def test_another_zone_is_the_same_moment() -> None:
    berlin = datetime(2026, 3, 1, 13, tzinfo=timezone(timedelta(hours=1)))
    assert to_ms(berlin) == to_ms(datetime(2026, 3, 1, 12, tzinfo=UTC))


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(TypeError):
        to_ms(datetime(2026, 3, 1))


def test_the_column_type_converts_both_ways() -> None:
    column, moment = UtcDateTime(), datetime(2026, 3, 1, tzinfo=UTC)
    stored = column.process_bind_param(moment, None)
    assert column.process_result_value(stored, None) == moment
    assert column.process_bind_param(None, None) is None
    assert column.process_result_value(None, None) is None
