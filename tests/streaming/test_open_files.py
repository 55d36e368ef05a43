"""Containers that stay open between segments."""

from pathlib import Path

import pytest

from ktv_host.domain.media import LocalFile
from ktv_host.errors import InvalidMedia
from ktv_host.streaming import open_files
from ktv_host.streaming.assets import asset_key
from ktv_host.streaming.open_files import kept_open


@pytest.fixture
def film(films: dict[str, Path], tmp_path: Path) -> LocalFile:
    path = tmp_path / "film.mp4"
    path.write_bytes(films["closed.mp4"].read_bytes())
    return LocalFile(str(path))


def test_the_same_container_is_used_again(film: LocalFile) -> None:
    key = asset_key(film)
    with kept_open(film, key) as first:
        pass
    with kept_open(film, key) as second:
        assert second is first


def test_a_file_removed_meanwhile_can_still_be_read(film: LocalFile) -> None:
    key = asset_key(film)
    with kept_open(film, key):
        Path(film.path).unlink()
    with kept_open(film, key) as container:
        assert next(container.demux(video=0)).size > 0


def test_after_an_error_it_is_opened_afresh(film: LocalFile) -> None:
    key = asset_key(film)
    with pytest.raises(RuntimeError), kept_open(film, key) as first:
        raise RuntimeError
    with kept_open(film, key) as second:
        assert second is not first


def test_another_file_in_its_place_is_refused(film: LocalFile) -> None:
    with pytest.raises(InvalidMedia, match="changed"), kept_open(film, "0" * 20):
        raise AssertionError("it must not be opened")


def test_only_so_many_stay_open(film: LocalFile, tmp_path: Path) -> None:
    data = Path(film.path).read_bytes()
    first = None
    for number in range(open_files.LIMIT + 1):
        path = tmp_path / f"{number}.mp4"
        path.write_bytes(data)
        source = LocalFile(str(path))
        with kept_open(source, asset_key(source)) as container:
            first = first or (source, container)
    assert first is not None
    with kept_open(first[0], asset_key(first[0])) as container:
        assert container is not first[1]
