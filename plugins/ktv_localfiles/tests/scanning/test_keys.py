from hypothesis import given
from hypothesis import strategies as st
from ktv_localfiles.scanning.keys import match_moved, new_key

from ktv_host.hooks import MediaId

A, B = (1, 2, "head"), (1, 2, "other head")


@given(st.text(), st.text())
def test_a_key_is_legal_and_tells_no_path(instance: str, path: str) -> None:
    key = new_key(instance, path, set())
    assert MediaId.parse(f"local_files::{key}").key == key
    assert not path or len(path) < 3 or path not in key


def test_a_lost_index_gives_the_same_keys_again() -> None:
    assert new_key("one", "/a.mkv", set()) == new_key("one", "/a.mkv", set())


def test_instances_and_paths_have_keys_of_their_own() -> None:
    assert len({new_key(i, p, set()) for i in ("one", "two") for p in ("/a.mkv", "/b.mkv")}) == 4


def test_a_key_somebody_has_is_not_given_again() -> None:
    first = new_key("one", "/a.mkv", set())
    assert new_key("one", "/a.mkv", {first}) != first


def test_a_new_path_with_the_content_of_a_departed_one_is_that_file() -> None:
    assert match_moved({"/new": A, "/other": B}, {"/old": A}) == {"/new": "/old"}


def test_a_departed_file_moves_once() -> None:
    assert match_moved({"/copy1": A, "/copy2": A}, {"/old": A}) == {"/copy1": "/old"}


def test_among_equal_files_those_that_kept_their_name_go_together() -> None:
    moved = match_moved({"/new/a": A, "/new/b": A}, {"/old/b": A, "/old/c": A})
    assert moved == {"/new/b": "/old/b", "/new/a": "/old/c"}
