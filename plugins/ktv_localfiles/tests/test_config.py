import os

import pytest
from ktv_localfiles.config import LocalFilesConfig, from_environment
from pydantic import ValidationError


@pytest.mark.parametrize("root", ["videos", "./videos", "~/videos", "", "   ", "C:\\videos", "/", "//", "/a\0b"])
def test_a_root_that_is_no_absolute_folder_is_refused(root: str) -> None:
    with pytest.raises(ValidationError):
        LocalFilesConfig(roots=[root])


def test_at_least_one_root_is_needed() -> None:
    with pytest.raises(ValidationError):
        LocalFilesConfig(roots=[])


@pytest.mark.parametrize("roots", [["/a", "/a"], ["/a", "/a/b"], ["/a/b/", "/a"], ["/a", "/b/../a/c"]])
def test_roots_inside_one_another_are_refused(roots: list[str]) -> None:
    with pytest.raises(ValidationError, match="list only one"):
        LocalFilesConfig(roots=roots)


def test_roots_that_only_begin_alike_are_fine() -> None:
    assert LocalFilesConfig(roots=["/a/tv", "/a/tv2/"]).roots == ["/a/tv", "/a/tv2"]


def test_extensions_may_be_written_in_any_way() -> None:
    assert LocalFilesConfig(roots=["/a"], extensions=[".MKV", "*.mp4", "avi"]).extensions == ["mkv", "mp4", "avi"]


@pytest.mark.parametrize("extensions", [[], [""], ["*"], ["m/v"], ["tar.gz"]])
def test_extensions_that_are_none_are_refused(extensions: list[str]) -> None:
    with pytest.raises(ValidationError):
        LocalFilesConfig(roots=["/a"], extensions=extensions)


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValidationError):
        LocalFilesConfig.model_validate({"roots": ["/a"], "root": "/b"})


def test_the_environment_names_one_folder_or_several() -> None:
    assert from_environment({"LOCAL_FILES_DIR": "/videos"}) == {"roots": ["/videos"]}
    assert from_environment({"LOCAL_FILES_DIR": os.pathsep.join(["/a b", "/c", ""])}) == {"roots": ["/a b", "/c"]}


@pytest.mark.parametrize("env", [{}, {"LOCAL_FILES_DIR": ""}, {"LOCAL_FILES_DIR": " "}])
def test_an_empty_variable_is_unset(env: dict[str, str]) -> None:
    assert from_environment(env) is None
