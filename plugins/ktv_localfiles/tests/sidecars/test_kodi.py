"""The elements of .nfo files, as the programs that write them write them."""

from datetime import date

import pytest
from ktv_localfiles.sidecars.kodi import read_elements
from ktv_localfiles.sidecars.nfo import Nfo
from ktv_localfiles.sidecars.xml import read_roots

MOVIE = """<?xml version="1.0" encoding="UTF-8" standalone="yes" ?>
<movie>
    <title>Heat</title><originaltitle>Heat</originaltitle><sorttitle>heat</sorttitle>
    <ratings>
    <rating name="imdb" max="10" default="true"><value>8.3</value><votes>700000</votes></rating></ratings>
    <userrating>9</userrating><top250>120</top250>
    <outline>Cops.</outline>
    <plot>A group of professional bank robbers.</plot><tagline>A Los Angeles crime saga</tagline>
    <runtime>170</runtime><thumb aspect="poster">https://www.example.com/p.jpg</thumb>
    <mpaa>Rated R for violence and language</mpaa>
    <uniqueid type="imdb" default="true">tt0113277</uniqueid><uniqueid type="tmdb">949</uniqueid>
    <genre>Action</genre><genre>Crime</genre><genre>Sci-Fi / Drama</genre>
    <tag>heist</tag><tag>los angeles</tag>
    <set><name>Michael Mann Collection</name><overview>…</overview></set>
    <premiered>1995-12-15</premiered><year>1995</year>
    <fileinfo><streamdetails><video><codec>h264</codec><durationinseconds>10226</durationinseconds></video>
    <audio><codec>dts</codec></audio></streamdetails></fileinfo>
    <actor><name>Al Pacino</name><role>Vincent</role></actor>
</movie>
"""


def read(text: str) -> Nfo | None:
    return read_elements(read_roots(text.encode()))


def movie(inside: str) -> Nfo:
    found = read(f"<movie>{inside}</movie>")
    assert found is not None
    return found


def test_a_film_says_all_we_show() -> None:
    assert read(MOVIE) == Nfo(
        kind="movie",
        title="Heat",
        year=1995,
        air_date=date(1995, 12, 15),
        plot="A group of professional bank robbers.",
        rating="R",
        genres=("Action", "Crime", "Science Fiction", "Drama"),
        tags=("heist", "los angeles"),
        sets=("Michael Mann Collection",),
        duration_ms=10_226_000,
    )


def test_an_episode_says_which_one_it_is() -> None:
    found = read(
        "<episodedetails><title>Pilot</title><showtitle>The Show</showtitle><season>1</season><episode>2</episode>"
        "<aired>2004-09-22</aired><plot>It begins.</plot></episodedetails>"
    )
    assert found == Nfo(
        kind="episode",
        title="Pilot",
        series="The Show",
        season=1,
        episode=2,
        year=2004,
        air_date=date(2004, 9, 22),
        plot="It begins.",
    )


def test_several_episodes_are_one_video() -> None:
    one, two = (
        f"<episodedetails><title>{title}</title><season>2</season><episode>{number}</episode><plot>{title}!</plot>"
        "</episodedetails>"
        for number, title in ((5, "First"), (6, "Second"))
    )
    found = read(one + two)
    assert found is not None
    assert (found.season, found.episode, found.last_episode) == (2, 5, 6)
    assert (found.title, found.plot) == ("First / Second", "First!\n\nSecond!")


@pytest.mark.parametrize(
    ("episode", "end", "last"), [("1", "2", 2), ("1", "1", None), ("3", "2", None), ("", "2", None)]
)
def test_the_last_episode_may_be_named_alone(episode: str, end: str, last: int | None) -> None:
    found = read(
        f"<episodedetails><episode>{episode}</episode><episodenumberend>{end}</episodenumberend></episodedetails>"
    )
    assert found is not None
    assert found.last_episode == last


def test_a_series_and_a_season_are_read() -> None:
    show = read(
        "<tvshow><title>The Show</title><mpaa>TV-14</mpaa>"
        "<genre>Drama</genre><premiered>2004-09-22</premiered></tvshow>"
    )
    season = read("<season><seasonnumber>3</seasonnumber><title>Book Three</title></season>")
    assert show is not None
    assert season is not None
    assert (show.kind, show.title, show.rating, show.genres, show.year) == (
        "tvshow",
        "The Show",
        "TV-14",
        ("Drama",),
        2004,
    )
    assert (season.kind, season.season) == ("season", 3)


def test_a_music_video_is_named_for_its_artist() -> None:
    found = read("<musicvideo><title>Africa</title><artist>Toto</artist><year>1982</year></musicvideo>")
    assert found is not None
    assert (found.title, found.year) == ("Toto - Africa", 1982)


@pytest.mark.parametrize(
    ("written", "rating"),
    [
        ("R", "R"),
        ("Rated PG-13", "PG-13"),
        ("US:R / US:Rated R / DE:16", "R"),
        ("DE:16", "16"),
        ("TV-MA", "TV-MA"),
        ("FSK 12", "FSK 12"),
        ("", ""),
    ],
)
def test_a_rating_is_bare(written: str, rating: str) -> None:
    assert movie(f"<mpaa>{written}</mpaa>").rating == rating


def test_a_set_of_old_is_a_text() -> None:
    assert movie("<set>Trilogy</set>").sets == ("Trilogy",)
    assert movie("<set/>").sets == ()


@pytest.mark.parametrize("day", ["", "0000-00-00", "1995-13-45", "1601-01-01", "soon"])
def test_days_that_are_none_are_left_out(day: str) -> None:
    assert movie(f"<premiered>{day}</premiered>").air_date is None


@pytest.mark.parametrize("number", ["", "-1", "one", "1.5", "99999999999", "٣"])
def test_numbers_that_are_none_are_left_out(number: str) -> None:
    found = read(f"<episodedetails><season>{number}</season><episode>{number}</episode></episodedetails>")
    assert found is not None
    assert (found.season, found.episode) == (None, None)


def test_texts_are_bounded() -> None:
    found = movie(f"<title>{'t' * 5000}</title><plot>{'p' * 50_000}</plot>")
    assert (len(found.title), len(found.plot)) == (500, 10_000)


def test_an_empty_element_says_nothing() -> None:
    assert read("<movie/>") == Nfo(kind="movie")
    assert read("no xml") is None
