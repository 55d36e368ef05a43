from datetime import date

import pytest
from ktv_localfiles.embedded import read_tags


def test_names_of_tags_may_be_written_in_any_case() -> None:
    assert read_tags({"GENRE": "Drama", "Keywords": "night"}).genres == ("Drama",)
    assert read_tags({"GENRE": "Drama", "Keywords": "night"}).tags == ("night",)


@pytest.mark.parametrize(
    ("text", "year", "day"),
    [
        ("1999-05-04", 1999, date(1999, 5, 4)),
        ("1999-05-04T10:00:00Z", 1999, date(1999, 5, 4)),
        ("1999", 1999, None),
        ("1999-13-45", 1999, None),
        ("19990504", None, None),
        ("0000", None, None),
        ("soon", None, None),
    ],
)
def test_a_date_gives_a_year_and_perhaps_a_day(text: str, year: int | None, day: date | None) -> None:
    found = read_tags({"date": text})
    assert (found.year, found.air_date) == (year, day)


def test_the_first_description_that_is_none_of_an_encoder_counts() -> None:
    tags = {"comment": "A fine film.", "description": "Encoded with HandBrake"}
    assert read_tags(tags).description == "A fine film."
    assert read_tags({"comment": "http://example.com"}).description is None


def test_numbers_that_are_none_say_nothing() -> None:
    assert read_tags({"show": "Show", "season_number": "one", "episode_sort": "٣"}).episode is None


def test_what_no_database_can_hold_is_left_out() -> None:
    found = read_tags({"title": "A\0title\ud800", "description": "One\nTwo"})
    assert (found.title, found.description) == ("A title", "One\nTwo")
