from pathlib import Path

import pytest
from ktv_localfiles.scanning.roots import Roots

from ktv_host.hooks import MediaGone, MediaId, ProviderConfigInvalid, ProviderUnavailable

ONE = Roots(("/a/tv",))
TWO = Roots(("/a/tv", "/b/films"))


def test_a_path_is_shown_relative_to_its_root() -> None:
    assert ONE.shown("/a/tv/Show/x.mkv") == "Show/x.mkv"


def test_with_several_roots_it_is_shown_below_the_name_of_its_root() -> None:
    assert TWO.shown("/b/films/x.mkv") == "films/x.mkv"


def test_a_file_belongs_to_the_top_level_folder_it_lies_in() -> None:
    assert ONE.shelves("/a/tv/Drama/Show/x.mkv") == ONE.shelves("/a/tv/Drama/y.mkv")
    assert ONE.shelves("/a/tv/x.mkv") == ()


def test_with_several_roots_it_belongs_to_its_root_too() -> None:
    assert len(TWO.shelves("/a/tv/Drama/x.mkv")) == 2
    assert TWO.shelves("/a/tv/x.mkv") == TWO.shelves("/a/tv/Drama/x.mkv")[:1]


def test_collections_are_those_of_the_files() -> None:
    paths = ["/a/tv/Drama/Show/x.mkv", "/a/tv/Drama/y.mkv", "/a/tv/Anime/z.mkv", "/a/tv/w.mkv", "/elsewhere/v.mkv"]
    collections = ONE.collections(paths)
    assert [each.name for each in collections] == ["Anime", "Drama"]
    assert {each.id for each in collections} == {shelf for path in paths[:4] for shelf in ONE.shelves(path)}


def test_folders_of_one_name_in_two_roots_are_told_apart() -> None:
    names = [each.name for each in TWO.collections(["/a/tv/New/x.mkv", "/b/films/New/x.mkv", "/b/films/Old/y.mkv"])]
    assert names == ["tv", "films", "New (tv)", "New (films)", "Old"]


def test_ids_of_collections_are_legal_and_tell_no_path() -> None:
    for each in TWO.collections(["/a/tv/Ünïcode & more/x.mkv"]):
        assert MediaId.parse(f"local_files::{each.id}").key == each.id
        assert "tv" not in each.id


def test_a_path_of_another_root_is_gone() -> None:
    with pytest.raises(MediaGone):
        ONE.split("/a/tv2/x.mkv")


def test_a_missing_root_is_unavailable_and_a_file_invalid(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ProviderUnavailable, match="mounted"):
        Roots((str(tmp_path / "none"),)).require()
    with pytest.raises(ProviderConfigInvalid, match="not a folder"):
        Roots((str(tmp_path / "file"),)).require()


def test_a_file_inside_is_opened_also_below_a_linked_root(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "x.mkv").touch()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    Roots((str(tmp_path / "link"),)).open_file(str(tmp_path / "link" / "x.mkv"))


@pytest.mark.parametrize("target", ["../outside.mkv", "..", "nothing", "x.mkv/below"])
def test_what_leads_out_or_nowhere_is_gone(tmp_path: Path, target: str) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "x.mkv").touch()
    (tmp_path / "outside.mkv").touch()
    (root / "link.mkv").symlink_to(root / target)
    for path in (f"{root}/{target}", f"{root}/link.mkv"):
        with pytest.raises(MediaGone):
            Roots((str(root),)).open_file(path)


def test_a_file_of_an_unmounted_root_is_unavailable_not_gone(tmp_path: Path) -> None:
    with pytest.raises(ProviderUnavailable):
        Roots((str(tmp_path / "none"),)).open_file(str(tmp_path / "none" / "x.mkv"))
