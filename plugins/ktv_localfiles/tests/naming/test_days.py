from datetime import date

import pytest
from ktv_localfiles.naming.days import find_day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-03-05", date(2024, 3, 5)),
        ("2024.03.05", date(2024, 3, 5)),
        ("2024_03_05", date(2024, 3, 5)),
        ("20240305", date(2024, 3, 5)),
        ("05.03.2024", date(2024, 3, 5)),
        ("05-03-2024", date(2024, 3, 5)),
        ("25.12.2023", date(2023, 12, 25)),
        ("12-25-2023", date(2023, 12, 25)),
    ],
)
def test_the_day_comes_first_unless_only_the_month_can(text: str, day: date) -> None:
    found = find_day(f"Show {text} Title")
    assert found is not None
    assert (found.date, found.start, found.end) == (day, 5, 5 + len(text))


@pytest.mark.parametrize("text", ["2024-13-45", "99.99.2024", "12345678", "2024-03.05", "x20240305", "1080p"])
def test_what_is_in_no_calendar_is_no_day(text: str) -> None:
    assert find_day(text) is None
