"""The catalogue has what the tutorial and the contract's example look for."""

import re

import pytest

from ktv_host.cli.demo_library import DemoTitle, demo_titles

EPISODE = re.compile(r"Series/(.+) \((\d{4})\)/Season (\d\d)/\1 - S\3E(\d\d) - .+\.mp4")


@pytest.fixture(scope="module")
def titles() -> tuple[DemoTitle, ...]:
    return demo_titles()


def below(titles: tuple[DemoTitle, ...], folder: str) -> list[DemoTitle]:
    return [title for title in titles if title.path.parts[0] == folder]


def test_every_path_and_file_name_is_unique(titles: tuple[DemoTitle, ...]) -> None:
    assert len({title.path.name for title in titles}) == len(titles)


def test_every_title_looks_different(titles: tuple[DemoTitle, ...]) -> None:
    assert len({title.caption for title in titles}) == len(titles)


def test_there_are_two_series_of_two_seasons(titles: tuple[DemoTitle, ...]) -> None:
    seasons = {title.path.parts[1:3] for title in below(titles, "Series")}
    assert len(seasons) == 4
    assert len({series for series, _ in seasons}) == 2


def test_episodes_are_named_as_the_local_files_plugin_reads_them(titles: tuple[DemoTitle, ...]) -> None:
    assert not [title.path for title in below(titles, "Series") if not EPISODE.fullmatch(str(title.path))]


def test_the_contracts_evening_sitcoms_find_a_pool(titles: tuple[DemoTitle, ...]) -> None:
    sitcoms = [
        title
        for title in below(titles, "Series")
        if title.metadata["genre"] == "Comedy"
        and title.metadata["date"].startswith("199")
        and 1200 <= title.seconds <= 1800
    ]
    assert len(sitcoms) >= 12


def test_the_contracts_late_night_movie_finds_a_pool(titles: tuple[DemoTitle, ...]) -> None:
    comedies = [title for title in below(titles, "Movies") if title.metadata["genre"] == "Comedy"]
    assert len(comedies) >= 3
    assert all(title.seconds <= 150 * 60 for title in comedies)


def test_films_and_shorts_have_the_length_of_their_kind(titles: tuple[DemoTitle, ...]) -> None:
    assert all(80 * 60 <= title.seconds <= 110 * 60 for title in below(titles, "Movies"))
    assert all(60 <= title.seconds <= 8 * 60 for title in below(titles, "Shorts"))


def test_exactly_one_file_must_be_transcoded(titles: tuple[DemoTitle, ...]) -> None:
    assert [title.path.suffix for title in titles if title.codec == "mpeg4"] == [".avi"]


def test_every_title_is_described(titles: tuple[DemoTitle, ...]) -> None:
    assert not [
        title.path
        for title in titles
        if not {"title", "genre", "date"} <= title.metadata.keys()
        or not {"description", "comment"} & title.metadata.keys()
    ]
