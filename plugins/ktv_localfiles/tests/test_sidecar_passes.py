"""Passes over a library with .nfo files, pictures and names that need guessing."""

import asyncio
import os
import shutil
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from ktv_host.hooks import ContentType, MediaGone

pytest_plugins = ["ktv_host.testing.fixtures"]

MOVIE = "<movie><title>The Real Title</title><year>1995</year><mpaa>Rated R</mpaa><set><name>Saga</name></set></movie>"


def write(library: Any, name: str, content: str, *, age: int = 1) -> Path:
    """A sidecar with exactly this content."""
    path: Path = library.add(name, age=age)
    status = path.stat()
    path.write_text(content)
    os.utime(path, ns=(status.st_mtime_ns, status.st_mtime_ns))
    return path


async def test_an_nfo_wins_over_the_name(library: Any, open_provider: Any, scan: Any) -> None:
    library.add("Films/wrong name (2001).mkv", "170")
    write(library, "Films/wrong name (2001).nfo", MOVIE)
    (item,) = (await scan(await open_provider())).items
    assert (item.title, item.year, item.rating, item.content_type) == ("The Real Title", 1995, "R", ContentType.MOVIE)


async def test_another_spelling_of_the_same_name_governs_too(library: Any, open_provider: Any, scan: Any) -> None:
    """A renamer on macOS writes é as two characters, a file that came over a network has one."""
    library.add(unicodedata.normalize("NFD", "Films/Amélie.mkv"), "120")
    write(library, unicodedata.normalize("NFC", "Films/amélie.nfo"), MOVIE)
    library.add(unicodedata.normalize("NFC", "Films/Amélie-poster.jpg"))
    (item,) = (await scan(await open_provider())).items
    assert (item.title, item.artwork) == ("The Real Title", True)


async def test_an_nfo_makes_an_episode_of_what_looks_like_a_film(library: Any, open_provider: Any, scan: Any) -> None:
    library.add("Show/odd.mkv")
    write(library, "Show/tvshow.nfo", "<tvshow><title>The Show</title><genre>Drama</genre></tvshow>")
    odd = "<episodedetails><title>Odd</title><season>0</season><episode>4</episode></episodedetails>"
    write(library, "Show/odd.nfo", odd)
    (item,) = (await scan(await open_provider())).items
    assert (item.content_type, item.series_name, item.season_number, item.episode_number, item.genres) == (
        ContentType.EPISODE,
        "The Show",
        0,
        4,
        ("Drama",),
    )


async def test_an_nfo_that_changed_describes_anew_what_it_governs_and_nothing_else(
    library: Any, open_provider: Any, scan: Any, probe: Any
) -> None:
    for name in ("One/Season 1/a S01E01.mkv", "One/Season 1/a S01E02.mkv", "Two/b S01E01.mkv"):
        library.add(name)
    write(library, "One/tvshow.nfo", "<tvshow><title>Before</title></tvshow>")
    provider = await open_provider()
    first = await scan(provider)
    probe.opened.clear()
    write(library, "One/tvshow.nfo", "<tvshow><title>After</title></tvshow>", age=2)
    second = await scan(provider, first.last.token)
    assert [item.series_name for item in second.items] == ["After", "After"]
    assert (len(second.unchanged), probe.opened) == (1, [])
    (library.root / "One" / "tvshow.nfo").unlink()
    third = await scan(provider, second.last.token)
    assert [item.series_name for item in third.items] == ["One", "One"]
    assert (await scan(provider, third.last.token)).items == []


async def test_what_an_nfo_said_is_remembered(library: Any, open_provider: Any, scan: Any) -> None:
    library.add("film.mkv", "100")
    write(library, "film.nfo", MOVIE)
    first = await scan(await open_provider())
    assert (await scan(await open_provider())).items == first.items


async def test_box_sets_are_collections(library: Any, open_provider: Any, scan: Any) -> None:
    library.add("Films/film.mkv", "100")
    write(library, "Films/film.nfo", MOVIE)
    provider = await open_provider()
    (item,) = (await scan(provider)).items
    named = {each.id: (each.name, each.collection_type) for each in await provider.collections()}
    assert [named[each] for each in item.collections] == [("Films", "folder"), ("Saga", "set")]


async def test_a_broken_nfo_is_a_problem_until_it_is_mended_and_the_video_an_item(
    library: Any, open_provider: Any, scan: Any
) -> None:
    library.add("film (1995).mkv", "100")
    write(library, "film (1995).nfo", "<movie><title>Broken</title>")
    provider = await open_provider()
    first = await scan(provider)
    assert [item.title for item in first.items] == ["film"]
    await scan(provider, first.last.token)
    (problem,) = await provider.problems()
    assert problem.path == "film (1995).nfo"
    assert "not closed" in problem.reason
    write(library, "film (1995).nfo", MOVIE, age=3)
    assert (await scan(provider, first.last.token)).items[0].title == "The Real Title"
    assert await provider.problems() == []


async def test_a_moved_video_takes_the_sidecars_of_its_new_place(library: Any, open_provider: Any, scan: Any) -> None:
    path = library.add("a/film.mkv", "100")
    write(library, "a/movie.nfo", MOVIE)
    provider = await open_provider()
    first = await scan(provider)
    (library.root / "b").mkdir()
    path.rename(library.root / "b" / "Other (2001).mkv")
    second = await scan(provider, first.last.token)
    assert [(item.key, item.title, item.year) for item in second.items] == [(first.items[0].key, "Other", 2001)]


async def test_an_nfo_gives_the_length_that_the_container_does_not(library: Any, open_provider: Any, scan: Any) -> None:
    library.add("film.mkv", "0")
    provider = await open_provider()
    await scan(provider)
    assert [problem.reason for problem in await provider.problems()] == ["its duration is unknown"]
    video = "<streamdetails><video><durationinseconds>6000</durationinseconds></video></streamdetails>"
    write(library, "film.nfo", f"<movie><title>T</title><fileinfo>{video}</fileinfo></movie>")
    await provider.rescan()
    assert [item.duration_ms for item in (await scan(provider)).items] == [6_000_000]


async def test_names_left_open_are_guessed_once(library: Any, open_provider: Any, scan: Any) -> None:
    library.add("show.name.102.hdtv-lol.mkv", "42")
    provider = await open_provider()
    (item,) = (await scan(provider)).items
    assert (item.series_name, item.season_number, item.episode_number) == ("show name", 1, 2)
    assert (await scan(await open_provider())).items == [item]


async def test_a_picture_beside_the_video_comes_first(library: Any, open_provider: Any, scan: Any) -> None:
    library.add("Show/Season 1/S01E01.mkv")
    provider = await open_provider(thumbnails=False)
    first = await scan(provider)
    key = first.items[0].key
    assert (first.items[0].artwork, await provider.artwork(key)) == (False, None)
    poster = library.add("Show/season01-poster.png")
    second = await scan(provider, first.last.token)
    assert [item.artwork for item in second.items] == [True]
    artwork = await provider.artwork(key)
    assert (artwork.source.path, artwork.media_type) == (str(poster), "image/png")
    poster.unlink()
    assert await provider.artwork(key) is None


async def test_without_one_a_frame_is_shown(library: Any, open_provider: Any, scan: Any, bunny: Path) -> None:
    shutil.copy(bunny, library.root / "Big Buck Bunny (2008).mp4")
    provider = await open_provider(real=True)
    (item,) = (await scan(provider)).items
    assert item.artwork
    artwork = await provider.artwork(item.key)
    assert artwork.media_type == "image/jpeg"
    picture = await asyncio.to_thread(Path(artwork.source.path).read_bytes)
    assert picture.startswith(b"\xff\xd8")
    assert not Path(artwork.source.path).is_relative_to(library.root)


async def test_a_picture_that_leads_out_is_not_shown(
    library: Any, another_library: Any, open_provider: Any, scan: Any
) -> None:
    library.add("a/film.mkv")
    poster = library.add("a/poster.jpg")
    provider = await open_provider(thumbnails=False)
    key = (await scan(provider)).items[0].key
    poster.unlink()
    poster.symlink_to(another_library.add("secret.jpg"))
    assert await provider.artwork(key) is None


async def test_no_frame_is_taken_from_a_file_that_cannot_be_aired(library: Any, open_provider: Any, scan: Any) -> None:
    library.add("a.mkv")
    provider = await open_provider()
    key = (await scan(provider)).key("a")
    library.change("a.mkv", "junk")
    await scan(provider)
    assert await provider.artwork(key) is None


async def test_the_picture_of_an_unknown_item_is_gone(open_provider: Any) -> None:
    with pytest.raises(MediaGone):
        await (await open_provider()).artwork("nothing")


async def test_another_spelling_of_the_same_name_keeps_the_key(
    library: Any, open_provider: Any, scan: Any, probe: Any
) -> None:
    decomposed = library.add("Cafe\u0301 (1999).mkv")
    provider = await open_provider()
    first = await scan(provider)
    probe.opened.clear()
    decomposed.rename(library.root / "Caf\u00e9 (1999).mkv")
    second = await scan(provider, first.last.token)
    assert (second.unchanged, second.items, probe.opened) == ([first.key("Café")], [], [])
    assert (await provider.source(first.key("Café"))).path == str(library.root / "Caf\u00e9 (1999).mkv")
