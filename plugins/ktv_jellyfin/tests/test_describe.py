"""Items as Jellyfin sends them, as media items."""

import os
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ktv_jellyfin.describe import Inherited, describe, inherited, picture, problem, shown_name, unplayable
from ktv_jellyfin.dto import Dto
from msgspec import convert
from msgspec.json import decode

from ktv_host.hooks import ContentType, MediaItem

FIXTURES = Path(__file__).parent / "fixtures"
ID = "f27caa37e5142225cceded48f6553502"
SERIES = "a27caa37e5142225cceded48f6553502"


def item(**fields: Any) -> Dto:
    return convert({"Id": ID, "Name": "A Name", "Type": "Movie", "RunTimeTicks": 54_000_000_000, **fields}, Dto)


def described(series: dict[str, Inherited] | None = None, **fields: Any) -> MediaItem:
    found = describe(item(**fields), series=series or {})
    assert found is not None
    return found


@pytest.mark.parametrize("name", sorted(path.stem for path in FIXTURES.glob("*.json") if ".golden" not in path.name))
def test_the_fixtures_become_what_the_golden_files_say(name: str) -> None:
    dto = decode((FIXTURES / f"{name}.json").read_bytes(), type=Dto)
    series = {SERIES: Inherited(("Comedy",), ("Rerun",), "TV-14")}
    found = describe(dto, series=series, collections=("library",))
    assert found is not None
    text = orjson.dumps(asdict(found), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode() + "\n"
    golden = FIXTURES / f"{name}.golden.json"
    if os.environ.get("KTV_UPDATE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("kind", "content_type", "tags"),
    [
        ("Movie", ContentType.MOVIE, ()),
        ("Episode", ContentType.EPISODE, ()),
        ("MusicVideo", ContentType.SHORT, ("Music video",)),
        ("Video", ContentType.SHORT, ("Home video",)),
    ],
)
def test_the_kind_says_what_it_is(kind: str, content_type: ContentType, tags: tuple[str, ...]) -> None:
    found = described(Type=kind)
    assert (found.content_type, found.tags) == (content_type, tags)


@pytest.mark.parametrize(("extra", "tag"), [("Trailer", "Trailer"), ("Interview", "Extra"), ("Unknown", "Home video")])
def test_what_belongs_to_a_film_is_tagged_as_that(extra: str, tag: str) -> None:
    assert described(Type="Video", ExtraType=extra).tags == (tag,)


def test_a_film_under_a_quarter_of_an_hour_is_a_short() -> None:
    found = described(RunTimeTicks=899 * 10_000_000)
    assert (found.content_type, found.tags) == (ContentType.SHORT, ("Short film",))
    assert described(RunTimeTicks=900 * 10_000_000).content_type is ContentType.MOVIE


@pytest.mark.parametrize("dto", [item(Type="Series"), item(Type="Hologram"), item(Type=None), item(Id="a b"), Dto()])
def test_what_is_no_video_or_has_no_id_is_passed_over(dto: Dto) -> None:
    assert describe(dto, series={}) is None


@pytest.mark.parametrize("ticks", [None, 0, -1, 5, "many", True, 1 << 62])
def test_a_duration_that_is_none_is_unknown(ticks: object) -> None:
    assert described(RunTimeTicks=ticks).duration_ms is None
    assert "duration is unknown" in (problem(item(RunTimeTicks=ticks)) or "")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"VideoType": "Dvd"}, "DVD"),
        ({"VideoType": "BluRay"}, "Blu-ray"),
        ({"VideoType": "Iso"}, "disc image"),
        ({"IsPlaceHolder": True}, "not in the library"),
        ({"LocationType": "Virtual"}, "no file"),
        ({"LocationType": "Offline"}, "no file"),
    ],
)
def test_what_is_not_one_file_is_listed_but_never_scheduled(fields: dict[str, Any], reason: str) -> None:
    assert described(**fields).duration_ms is None
    assert reason in (problem(item(**fields)) or "")
    assert unplayable(item(VideoType="VideoFile", LocationType="FileSystem")) is None


def test_an_episode_inherits_what_it_does_not_say_itself() -> None:
    series = {SERIES: inherited(Dto(genres=["Comedy"], tags=["Rerun", "rerun "], official_rating="TV-14"))}
    bare = described(series, Type="Episode", SeriesId=SERIES, Genres=[], Tags=[])
    assert (bare.genres, bare.tags, bare.rating) == (("Comedy",), ("Rerun",), "TV-14")
    own = described(series, Type="Episode", SeriesId=SERIES, Genres=["Drama"], Tags=["Pilot"], OfficialRating="TV-Y")
    assert (own.genres, own.tags, own.rating) == (("Drama",), ("Pilot", "Rerun"), "TV-Y")


def test_only_episodes_have_seasons() -> None:
    numbers = {"SeriesName": "S", "ParentIndexNumber": 0, "IndexNumber": 3}
    special = described(Type="Episode", **numbers)
    assert (special.series_name, special.season_number, special.episode_number) == ("S", 0, 3)
    film = described(Type="Movie", **numbers)
    assert (film.series_name, film.season_number, film.episode_number) == (None, None, None)


@pytest.mark.parametrize(
    ("first", "end", "last"), [(1, 3, 3), (1, 1, None), (3, 2, None), (None, 2, None), (1, None, None)]
)
def test_a_file_with_several_episodes_has_a_last_one(first: int | None, end: int | None, last: int | None) -> None:
    found = described(Type="Episode", SeriesName="S", ParentIndexNumber=1, IndexNumber=first, IndexNumberEnd=end)
    assert (found.episode_number, found.episode_number_end) == (first, last)
    assert described(Type="Movie", IndexNumber=first, IndexNumberEnd=end).episode_number_end is None


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({"Name": " Pilot "}, "Pilot"),
        ({"Name": "", "IndexNumber": 4, "Type": "Episode"}, "Episode 4"),
        ({"Name": None, "IndexNumber": 4, "IndexNumberEnd": 5, "Type": "Episode"}, "Episodes 4–5"),
        ({"Name": None}, "Untitled"),
    ],
)
def test_every_item_has_a_title(fields: dict[str, Any], title: str) -> None:
    assert described(**fields).title == title


@pytest.mark.parametrize(
    ("premiere", "year", "aired", "shown"),
    [
        ("1994-03-01T00:00:00.0000000Z", 1995, date(1994, 3, 1), 1995),
        ("1994-03-01T00:00:00.0000000Z", None, date(1994, 3, 1), 1994),
        ("0001-01-01T00:00:00.0000000Z", None, None, None),
        ("soon", 0, None, None),
    ],
)
def test_dates_are_days(premiere: str, year: int | None, aired: date | None, shown: int | None) -> None:
    found = described(PremiereDate=premiere, ProductionYear=year)
    assert (found.air_date, found.year) == (aired, shown)


def test_the_households_own_rating_counts() -> None:
    assert described(OfficialRating="R", CustomRating="Kids").rating == "Kids"


def test_the_picture_is_the_items_own_else_that_of_its_series() -> None:
    series = {"SeriesId": SERIES, "SeriesPrimaryImageTag": "s"}
    assert picture(item(ImageTags={"Primary": "p", "Thumb": "t"}, **series)) == (ID, "Primary", "p")
    assert picture(item(ImageTags={"Thumb": "t"}, **series)) == (ID, "Thumb", "t")
    assert picture(item(BackdropImageTags=["b"], **series)) == (ID, "Backdrop", "b")
    assert picture(item(**series)) == (SERIES, "Primary", "s")
    assert picture(item(ParentThumbItemId=SERIES, ParentThumbImageTag="t")) == (SERIES, "Thumb", "t")
    assert picture(item()) is None
    assert described(**series).artwork


def test_a_problem_names_the_item_for_a_person() -> None:
    assert shown_name(item(SeriesName="S", ParentIndexNumber=1, IndexNumber=2)) == "S S01E02: A Name"
    assert (
        shown_name(item(SeriesName="S", ParentIndexNumber=1, IndexNumber=2, IndexNumberEnd=3)) == "S S01E02-E03: A Name"
    )
    assert shown_name(item()) == "A Name"


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = [
    *("Name", "Type", "RunTimeTicks", "Genres", "Tags", "PremiereDate", "ProductionYear", "IndexNumber"),
    *("IndexNumberEnd", "ParentIndexNumber", "SeriesName", "SeriesId", "OfficialRating", "CustomRating", "ImageTags"),
    *("BackdropImageTags", "SeriesPrimaryImageTag", "VideoType", "IsPlaceHolder", "LocationType", "Overview"),
]


@given(st.dictionaries(st.sampled_from(FIELDS), json), st.sampled_from(["Movie", "Episode", "Video"]))
def test_nothing_a_server_sends_makes_it_fail(fields: dict[str, Any], kind: str) -> None:
    found = describe(item(**{**fields, "Type": kind}), series={})
    assert found is not None
    assert found.title.strip()
    assert found.duration_ms is None or found.duration_ms > 0
    assert all(label.strip() for label in (*found.genres, *found.tags))
