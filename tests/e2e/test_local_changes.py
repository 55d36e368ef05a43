"""A person adds, names, renames and deletes files, and the library follows by itself."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

LOGIN = {"email": "admin@test.example", "password": "correct horse"}
NFO = """<movie><title>The Open Source Film</title><year>2008</year><mpaa>Rated G</mpaa><tag>animals</tag></movie>
https://www.example.com/film
"""


@pytest.fixture(scope="module")
def footage(videos: Path) -> Path:
    return videos / "Shorts" / "Big Buck Bunny (2008).mp4"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, footage: Path) -> Path:
    root = tmp_path_factory.mktemp("library")
    shutil.copy(footage, root / "First (2001).mp4")
    return root


@pytest.fixture(scope="module")
def home(serve: Callable[..., Any], folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with serve(tmp_path_factory.mktemp("watched"), LOCAL_FILES_DIR=str(folder)) as running:
        running.token = running.post("/auth/register", LOGIN).json()["access_token"]
        running.until("/library/items", lambda items: titles(items) == ["First"])
        yield running


def titles(items: list[dict[str, Any]]) -> list[str]:
    return sorted(item["title"] for item in items)


def test_the_library_follows_the_folder(home: Any, folder: Path, footage: Path) -> None:
    added = folder / "Films" / "Secnd (2002).mp4"
    added.parent.mkdir()
    shutil.copy(footage, added)
    items = home.until("/library/items", lambda items: titles(items) == ["First", "Secnd"])
    key = next(item["id"] for item in items if item["title"] == "Secnd")

    added.rename(added.with_name("Second (2002).mp4"))
    items = home.until("/library/items", lambda items: titles(items) == ["First", "Second"])
    assert next(item["id"] for item in items if item["title"] == "Second") == key

    (added.parent / "movie.nfo").write_text(NFO)
    items = home.until("/library/items", lambda items: titles(items) == ["First", "The Open Source Film"])
    named = next(item for item in items if item["id"] == key)
    assert (named["year"], named["rating"], named["tags"]) == (2008, "G", ["animals"])

    (folder / "First (2001).mp4").unlink()
    home.until("/library/items", lambda items: titles(items) == ["The Open Source Film"])


def test_an_item_without_a_picture_shows_a_frame(home: Any, footage: Path, folder: Path) -> None:
    shutil.copy(footage, folder / "Pictured (2003).mp4")
    items = home.until("/library/items", lambda items: "Pictured" in titles(items))
    address = next(item["thumbnail_url"] for item in items if item["title"] == "Pictured")
    picture = home.get(address)
    assert (picture.status, picture.headers["Content-Type"]) == (200, "image/jpeg")
    assert picture.body.startswith(b"\xff\xd8")
