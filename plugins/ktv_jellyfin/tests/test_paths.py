import pytest
from hypothesis import given
from hypothesis import strategies as st
from ktv_jellyfin.paths import Mapping, is_absolute, local_path

MAPPINGS = [
    Mapping("/media", "/mnt/media"),
    Mapping("/media/films/", "/srv/films/"),
    Mapping("D:\\Video", "/mnt/video"),
    Mapping("\\\\nas\\tv", "/mnt/tv"),
]


@pytest.mark.parametrize(
    ("path", "local"),
    [
        ("/media/series/a.mkv", "/mnt/media/series/a.mkv"),
        ("/media/films/b.mkv", "/srv/films/b.mkv"),
        ("D:\\Video\\Films\\c.mkv", "/mnt/video/Films/c.mkv"),
        ("d:/video/Films/c.mkv", "/mnt/video/Films/c.mkv"),
        ("\\\\NAS\\tv\\Show\\d.mkv", "/mnt/tv/Show/d.mkv"),
        ("//nas/tv/d.mkv", "/mnt/tv/d.mkv"),
        ("/mediathek/a.mkv", None),
        ("/Media/a.mkv", None),
        ("/media", None),
        ("/media/../etc/passwd", None),
        ("D:\\Video\\..\\secret.mkv", None),
        ("E:\\Video\\a.mkv", None),
        ("", None),
    ],
)
def test_the_longest_mapping_that_fits_counts(path: str, local: str | None) -> None:
    assert local_path(path, MAPPINGS) == local


def test_a_mapping_to_the_root_keeps_one_slash() -> None:
    assert local_path("/data/a.mkv", [Mapping("/data", "/")]) == "/a.mkv"


@pytest.mark.parametrize(
    ("path", "absolute"), [("/a", True), ("C:\\a", True), ("\\\\n\\a", True), ("C:a", False), ("a", False)]
)
def test_absolute_is_what_any_system_calls_so(path: str, absolute: bool) -> None:
    assert is_absolute(path) is absolute


@given(st.text(max_size=60))
def test_nothing_leads_out_of_the_mapped_folder(rest: str) -> None:
    found = local_path(f"/media/{rest}", [Mapping("/media", "/mnt")])
    assert found is None or (found.startswith("/mnt/") and ".." not in found.split("/"))
