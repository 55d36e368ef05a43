import pytest
from ktv_localfiles.scanning.roots import Roots
from ktv_localfiles.watching.noise import matters

ROOTS = Roots(("/v",))
EXTENSIONS = frozenset({"mkv"})


@pytest.mark.parametrize(
    "path",
    [
        "/v/a.mkv",
        "/v/Show/Season 1/a.MKV",
        "/v/a.nfo",
        "/v/poster.jpg",
        "/v/Folder",
        "/v/Show.S01.1080p.x264-GRP",
        "/v/a/.ktvignore",
        "/v/a/.nomedia",
        "/v",
    ],
)
def test_videos_sidecars_folders_and_ignore_files_matter(path: str) -> None:
    assert matters(path, ROOTS, EXTENSIONS)


@pytest.mark.parametrize(
    "path",
    ["/v/.hidden.mkv", "/v/.git/a.mkv", "/v/@eaDir/a.mkv", "/v/a.srt", "/v/a.mkv.part", "/v/lost+found", "/w/a.mkv"],
)
def test_everything_else_is_noise(path: str) -> None:
    assert not matters(path, ROOTS, EXTENSIONS)
