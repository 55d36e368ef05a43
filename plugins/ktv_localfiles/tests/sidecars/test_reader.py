"""Sidecars on the disk."""

import os
from pathlib import Path
from typing import Any

import pytest
from ktv_localfiles.scanning.roots import Roots
from ktv_localfiles.sidecars.reader import SidecarReader, Sidecars


@pytest.fixture
def read(library: Any) -> Any:
    def read_one(name: str) -> Sidecars:
        return SidecarReader(Roots((str(library.root),))).read(str(library.root / name))

    return read_one


def write(library: Any, name: str, content: str) -> None:
    path = library.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)


def test_everything_up_to_the_root_is_read(library: Any, read: Any) -> None:
    write(library, "Show/tvshow.nfo", "<tvshow><title>The Real Show</title><genre>Drama</genre></tvshow>")
    write(library, "Show/poster.jpg", "")
    write(library, "Show/Season 1/e.nfo", "<episodedetails><title>One</title><episode>7</episode></episodedetails>")
    found = read("Show/Season 1/e.mkv")
    assert found.nfo is not None
    assert (found.nfo.series, found.nfo.title, found.nfo.episode, found.nfo.genres) == (
        "The Real Show",
        "One",
        7,
        ("Drama",),
    )
    assert (found.artwork, found.faults) == ("../poster.jpg", ())


def test_a_season_that_only_the_nfo_knows_finds_its_picture(library: Any, read: Any) -> None:
    write(library, "Show/odd/season.nfo", "<season><seasonnumber>4</seasonnumber></season>")
    write(library, "Show/season04-poster.jpg", "")
    assert read("Show/odd/e.mkv").artwork == "../season04-poster.jpg"


def test_a_broken_nfo_is_told_and_the_rest_counts(library: Any, read: Any) -> None:
    write(library, "Show/tvshow.nfo", "<tvshow><title>The Show</title></tvshow>")
    write(library, "Show/e.nfo", "<episodedetails><title>")
    found = read("Show/e.mkv")
    assert found.nfo is not None
    assert found.nfo.series == "The Show"
    assert [Path(path).name for path, _ in found.faults] == ["e.nfo"]


def test_release_art_and_addresses_are_no_faults(library: Any, read: Any) -> None:
    write(library, "film.nfo", "https://www.example.com/949")
    assert read("film.mkv") == Sidecars()


def test_links_and_pipes_are_never_read(library: Any, read: Any, another_library: Any) -> None:
    write(another_library, "secret.nfo", "<movie><title>Secret</title></movie>")
    (library.root / "film.nfo").symlink_to(another_library.root / "secret.nfo")
    os.mkfifo(library.root / "movie.nfo")
    assert read("film.mkv") == Sidecars()


def test_the_root_is_the_end(library: Any, read: Any) -> None:
    write(library, "../tvshow.nfo", "<tvshow><title>Outside</title></tvshow>")
    assert read("Show/e.mkv") == Sidecars()


def test_a_series_nfo_is_read_once_for_all_its_episodes(library: Any) -> None:
    write(library, "Show/tvshow.nfo", "<tvshow><title>Before</title></tvshow>")
    reader = SidecarReader(Roots((str(library.root),)))
    first = reader.read(str(library.root / "Show" / "a.mkv"))
    write(library, "Show/tvshow.nfo", "<tvshow><title>After</title></tvshow>")
    assert reader.read(str(library.root / "Show" / "b.mkv")) == first
