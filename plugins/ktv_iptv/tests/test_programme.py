"""One programme of the guide."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ktv_iptv.programme import no_signal, programme, stamp
from lxml import etree

from ktv_host.hooks import ContentType, LibraryItem, MediaId, MediaItem
from ktv_host.testing import FakeLinks

LINKS = FakeLinks()
START, STOP = "20261123093000 +0000", "20261123100000 +0000"


def element(**fields: Any) -> etree._Element:
    given_fields = {"key": "k", "title": "Pilot", "content_type": ContentType.EPISODE, "series_name": "Lost Hills"}
    media = MediaItem(**(given_fields | fields))
    return etree.fromstring(programme(START, STOP, "C1.a.ktv", LibraryItem(MediaId("jellyfin", "k"), media), LINKS))


def texts(parent: etree._Element, tag: str) -> list[str | None]:
    return [child.text for child in parent.findall(tag)]


def test_an_episode_is_titled_by_its_series() -> None:
    found = element()
    assert (texts(found, "title"), texts(found, "sub-title")) == (["Lost Hills"], ["Pilot"])


def test_an_episode_of_no_series_is_titled_by_itself() -> None:
    found = element(series_name=None)
    assert (texts(found, "title"), texts(found, "sub-title")) == (["Pilot"], [])


def test_a_film_is_titled_by_itself() -> None:
    found = element(content_type=ContentType.MOVIE, title="Heat")
    assert (texts(found, "title"), texts(found, "sub-title")) == (["Heat"], [])


def test_an_item_without_any_title_is_untitled() -> None:
    assert texts(element(title=" ", series_name=None), "title") == ["Untitled"]


@pytest.mark.parametrize(
    ("content_type", "kind"),
    [(ContentType.EPISODE, "Series"), (ContentType.MOVIE, "Movie"), (ContentType.SHORT, "Short")],
)
def test_the_kind_is_the_first_category_and_never_a_second(content_type: ContentType, kind: str) -> None:
    found = element(content_type=content_type, genres=("Crime", kind, "Drama & <Noir>"))
    assert texts(found, "category") == [kind, "Crime", "Drama & <Noir>"]


@pytest.mark.parametrize(
    ("season", "episode", "numbers"),
    [
        (1, 2, {"onscreen": "S01E02", "xmltv_ns": "0.1.0/1"}),
        (12, 103, {"onscreen": "S12E103", "xmltv_ns": "11.102.0/1"}),
        (0, 3, {"onscreen": "S00E03"}),
        (1, 0, {"onscreen": "S01E00"}),
        (None, 5, {"xmltv_ns": ".4.0/1"}),
        (2, None, {}),
        (None, None, {}),
        (-1, 4, {}),
    ],
)
def test_episodes_are_numbered_from_one_on_screen_and_from_zero_in_xmltv(
    season: int | None, episode: int | None, numbers: dict[str, str]
) -> None:
    found = element(season_number=season, episode_number=episode)
    assert {child.attrib["system"]: child.text for child in found.findall("episode-num")} == numbers


@pytest.mark.parametrize(
    ("season", "last", "numbers"),
    [
        (1, 3, {"onscreen": "S01E02-E03", "xmltv_ns": "0.1.0/1"}),
        (0, 3, {"onscreen": "S00E02-E03"}),
        (1, 2, {"onscreen": "S01E02", "xmltv_ns": "0.1.0/1"}),
        (None, 3, {"xmltv_ns": ".1.0/1"}),
    ],
)
def test_several_episodes_in_one_are_numbered_on_screen(season: int | None, last: int, numbers: dict[str, str]) -> None:
    found = element(season_number=season, episode_number=2, episode_number_end=last)
    assert {child.attrib["system"]: child.text for child in found.findall("episode-num")} == numbers


def test_a_film_has_no_episode_number() -> None:
    found = element(content_type=ContentType.MOVIE, season_number=1, episode_number=2)
    assert found.find("episode-num") is None


@pytest.mark.parametrize(
    ("content_type", "year", "air_date", "expected"),
    [
        (ContentType.EPISODE, 1999, date(2001, 2, 3), ["20010203"]),
        (ContentType.EPISODE, 1999, None, ["1999"]),
        (ContentType.MOVIE, 1995, date(1996, 2, 3), ["1995"]),
        (ContentType.MOVIE, None, date(1996, 2, 3), ["1996"]),
        (ContentType.EPISODE, None, date(101, 2, 3), ["01010203"]),
        (ContentType.MOVIE, 0, None, []),
        (ContentType.MOVIE, 12_345, None, []),
        (ContentType.MOVIE, None, None, []),
    ],
)
def test_the_date_is_a_day_for_episodes_and_a_year_for_films(
    content_type: ContentType, year: int | None, air_date: date | None, expected: list[str]
) -> None:
    assert texts(element(content_type=content_type, year=year, air_date=air_date), "date") == expected


@pytest.mark.parametrize(
    ("rating", "system"), [("PG-13", "MPAA"), ("TV-MA", "VCHIP"), ("FSK-12", None), ("18 & over", None)]
)
def test_a_rating_names_its_system_when_it_is_known(rating: str, system: str | None) -> None:
    (found,) = element(rating=rating).findall("rating")
    assert (texts(found, "value"), found.get("system")) == ([rating], system)


def test_artwork_is_linked_only_where_there_is_some() -> None:
    item = LibraryItem(MediaId("jellyfin", "k"), MediaItem(key="k", title="t", content_type=ContentType.SHORT))
    assert [icon.get("src") for icon in element(artwork=True).findall("icon")] == [LINKS.artwork(item)]
    assert element().find("icon") is None


def test_the_length_is_that_of_the_item() -> None:
    assert texts(element(duration_ms=1_425_999), "length") == ["1425"]
    assert element(duration_ms=None).find("length") is None


def test_everything_was_shown_before_but_no_signal_was_not() -> None:
    assert element().find("previously-shown") is not None
    silence = etree.fromstring(no_signal(START, STOP, "C1.a.ktv"))
    assert [(child.tag, child.text) for child in silence] == [("title", "No signal")]


def test_a_description_keeps_its_paragraphs() -> None:
    assert texts(element(description='He said "no".\n<br>Then & there.'), "desc") == [
        'He said "no".\n<br>Then & there.'
    ]


@given(st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 31)))
def test_a_stamp_is_the_time_in_utc_without_its_fraction(naive: datetime) -> None:
    moment = naive.replace(tzinfo=UTC)
    assert datetime.strptime(stamp(moment), "%Y%m%d%H%M%S %z") == moment - timedelta(microseconds=moment.microsecond)
