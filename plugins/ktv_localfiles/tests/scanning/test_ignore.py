from pathlib import Path

import pytest
from ktv_localfiles.scanning.ignore import compile_patterns, is_extra, is_ignored_folder, is_sample, read_ignore_file


@pytest.mark.parametrize(
    ("pattern", "path", "is_folder"),
    [
        ("*.part.mkv", "/v/a/b.part.mkv", False),
        ("/Private/", "/v/Private", True),
        ("Bonus", "/v/a/Bonus", True),
        ("**/Extras/*.mkv", "/v/a/Extras/b.mkv", False),
    ],
)
def test_patterns_are_those_of_gitignore(pattern: str, path: str, is_folder: bool) -> None:
    patterns = compile_patterns("/v", [pattern])
    assert patterns is not None
    assert patterns.match(path, is_folder=is_folder)


def test_a_pattern_may_take_back_another() -> None:
    patterns = compile_patterns("/v", ["*.mkv", "!keep.mkv"])
    assert patterns is not None
    assert [patterns.match(f"/v/{name}.mkv", is_folder=False) for name in ("a", "keep")] == [True, False]


def test_comments_and_empty_lines_are_no_patterns() -> None:
    assert compile_patterns("/v", ["", "  ", "# *"]) is None


@pytest.mark.parametrize(
    ("name", "content", "whole"),
    [
        (".ktvignore", "", True),
        (".ignore", "\n", True),
        (".plexignore", "", False),
        (".ktvignore", "# a remark\n", False),
    ],
)
def test_what_an_ignore_file_without_patterns_means(tmp_path: Path, name: str, content: str, whole: bool) -> None:
    (tmp_path / name).write_text(content)
    assert read_ignore_file(str(tmp_path / name)) is whole


def test_folders_of_storage_systems_are_ignored() -> None:
    assert all(map(is_ignored_folder, ["@eaDir", "lost+found", "#recycle", "_UNPACK_Film", "$RECYCLE.BIN", "__MACOSX"]))
    assert not any(map(is_ignored_folder, ["Recycled", "Lost", "Unpacked"]))


def test_samples_are_known_by_their_name() -> None:
    assert all(map(is_sample, ["sample", "Sample-film", "film-sample", "film.sample", "film-sample1"]))
    assert not any(map(is_sample, ["Free Sample", "The Sampler", "Resample"]))


def test_extras_are_known_by_folder_or_ending() -> None:
    assert is_extra("Featurettes", is_folder=True)
    assert is_extra("Film-deleted", is_folder=False)
    assert not is_extra("Film", is_folder=True)
    assert not is_extra("The Deleted", is_folder=False)
