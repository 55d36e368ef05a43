"""Content keys."""

import os
from pathlib import Path
from typing import Any

import pytest

from ktv_host.domain.media import HlsUrl, HttpFile, LocalFile
from ktv_host.errors import InvalidMedia
from ktv_host.streaming.assets import asset_key


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mkv"
    path.write_bytes(bytes(200_000))
    return path


def test_a_renamed_file_keeps_its_key(film: Path) -> None:
    key = asset_key(LocalFile(str(film)))
    assert asset_key(LocalFile(str(film.rename(film.with_name("other.mkv"))))) == key
    assert len(key) == 20


@pytest.mark.parametrize("position", [0, 199_999])
def test_a_file_that_changed_has_another_key(film: Path, position: int) -> None:
    key, state = asset_key(LocalFile(str(film))), film.stat()
    with film.open("r+b") as file:
        file.seek(position)
        file.write(b"x")
    os.utime(film, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert asset_key(LocalFile(str(film))) != key


def test_a_file_written_anew_has_another_key(film: Path) -> None:
    key = asset_key(LocalFile(str(film)))
    os.utime(film, (1, 1))
    assert asset_key(LocalFile(str(film))) != key


def test_a_remote_file_is_known_by_content_and_by_the_tag_its_provider_gave(file_server: Any) -> None:
    file_server.files["/a"] = file_server.files["/b"] = bytes(100_000)
    first, second = HttpFile(file_server.url("/a")), HttpFile(file_server.url("/b?token=1"))
    assert asset_key(first) == asset_key(second)
    assert asset_key(first) != asset_key(HttpFile(first.url, etag='"2"'))


@pytest.mark.parametrize("source", [LocalFile("/nowhere/film.mkv"), HlsUrl("http://media.test/x.m3u8")])
def test_what_cannot_be_read_has_no_key(source: LocalFile | HlsUrl) -> None:
    with pytest.raises(InvalidMedia):
        asset_key(source)
