import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from ktv_localfiles.scanning.roots import Roots
from ktv_localfiles.scanning.snapshot import Snapshot
from ktv_localfiles.scanning.walk import WalkRules, walk

from ktv_host.hooks import ProviderUnavailable

EXTENSIONS = frozenset({"mkv", "mp4"})


def look(root: Path, **rules: Any) -> Snapshot:
    return walk(Roots((str(root),)), WalkRules(EXTENSIONS, **rules))


def names(found: Snapshot, root: Path) -> list[str]:
    return [os.path.relpath(path, root) for path, *_ in found.files]


def notices(found: Snapshot, root: Path) -> dict[str, str]:
    return {os.path.relpath(notice.path, root): notice.reason for notice in found.notices}


def test_videos_are_listed_in_the_order_of_their_paths(library: Any) -> None:
    for name in ("b.mkv", "a/z.MP4", "a b/y.mkv", "a/notes.txt"):
        library.add(name)
    assert names(look(library.root), library.root) == ["a b/y.mkv", "a/z.MP4", "b.mkv"]


def test_size_and_time_are_those_of_the_file(library: Any) -> None:
    status = library.add("a.mkv").stat()
    assert look(library.root).files[0][1:3] == (status.st_size, status.st_mtime_ns)


@pytest.mark.parametrize(
    "name",
    [
        ".hidden.mkv",
        "._resource.mkv",
        ".folder/a.mkv",
        "@eaDir/a.mkv",
        "_UNPACK_Film/a.mkv",
        "Samples/a.mkv",
        "#recycle/a.mkv",
        "$RECYCLE.BIN/a.mkv",
        "lost+found/a.mkv",
        "Movie/Sample/a.mkv",
        "Movie/sample.mkv",
        "Movie/sample-movie.name.mkv",
        "Movie.Name.1999-sample.mkv",
        "movie.mkv.part",
        "movie.mkv.!qB",
        "movie.mkv.crdownload",
        ".DS_Store",
        "mkv",
    ],
)
def test_what_is_no_part_of_a_library_is_passed_over(library: Any, name: str) -> None:
    library.add(name)
    found = look(library.root)
    assert found.files == []
    assert found.notices == []


@pytest.mark.parametrize("name", ["Free Sample (2012).mkv", "The Sampler.mkv", "Resample/a.mkv", "a.folder.mkv/b.mkv"])
def test_names_that_only_look_like_it_are_listed(library: Any, name: str) -> None:
    library.add(name)
    assert names(look(library.root), library.root) == [name]


def test_a_pipe_with_a_videos_name_is_noticed_and_never_opened(library: Any) -> None:
    os.mkfifo(library.root / "pipe.mkv")
    found = look(library.root)
    assert (found.files, notices(found, library.root)) == ([], {"pipe.mkv": "it is no regular file"})


def test_a_disc_is_noticed(library: Any) -> None:
    library.add("Film/VIDEO_TS/VTS_01_1.mp4")
    found = look(library.root)
    assert found.files == []
    assert "disc" in notices(found, library.root)["Film/VIDEO_TS"]


def test_a_disc_image_is_noticed(library: Any) -> None:
    library.add("Film/film.ISO")
    assert "disc" in notices(look(library.root), library.root)["Film/film.ISO"]


def test_of_several_versions_one_is_listed_until_it_goes(library: Any) -> None:
    hd = library.add("Heat (1995)/Heat (1995) - 1080p.mkv")
    library.add("Heat (1995)/Heat (1995) - 4K.mkv")
    assert names(look(library.root), library.root) == ["Heat (1995)/Heat (1995) - 1080p.mkv"]
    hd.unlink()
    assert names(look(library.root), library.root) == ["Heat (1995)/Heat (1995) - 4K.mkv"]


def test_the_files_of_a_disc_without_its_folder_are_noticed(library: Any) -> None:
    library.add("Film/VIDEO_TS.IFO")
    assert "disc" in notices(look(library.root), library.root)["Film"]


def test_a_name_that_is_no_utf8_is_noticed(library: Any) -> None:
    for raw in (b"caf\xe9.mkv", b"caf\xe9/film.mkv"):
        path = os.fsencode(library.root) + b"/" + raw
        Path(os.fsdecode(path)).parent.mkdir(exist_ok=True)
        Path(os.fsdecode(path)).touch()
    found = look(library.root)
    assert found.files == []
    assert all("UTF-8" in notice.reason for notice in found.notices)
    assert len(found.notices) == 2


def test_a_root_that_is_not_there_is_unavailable(library: Any) -> None:
    library.root.rmdir()
    with pytest.raises(ProviderUnavailable):
        look(library.root)


def test_a_folder_without_rights_is_noticed(
    library: Any, door: Any, without_rights: Callable[[], AbstractContextManager[None]]
) -> None:
    library.add("film.mkv")
    door.shut()
    with without_rights():
        found = look(library.root)
    assert names(found, library.root) == ["film.mkv"]
    assert found.unreadable == [str(door.path)]
    assert notices(found, library.root) == {"shut": "the folder cannot be read: Permission denied"}


def test_empty_folders_are_known_because_disks_may_belong_there(library: Any) -> None:
    (library.root / "disk").mkdir()
    assert look(library.root).empty == {str(library.root / "disk")}


@pytest.mark.parametrize(
    "sidecar", ["film.nfo", "Film.JPG", "film-thumb.webp", "movie.nfo", "poster.jpg", "../tvshow.nfo"]
)
def test_a_sidecar_that_governs_a_video_changes_its_stamp(library: Any, sidecar: str) -> None:
    library.add("a/film.mkv")
    assert look(library.root).files[0][3] is None
    library.add(f"a/{sidecar}", age=1)
    stamp = look(library.root).files[0][3]
    library.add(f"a/{sidecar}", age=2)
    assert look(library.root).files[0][3] not in (None, stamp)


@pytest.mark.parametrize("other", ["other.nfo", "other.jpg", "film.txt", "below/movie.nfo", "film-notes.jpg"])
def test_other_files_leave_the_stamp(library: Any, other: str) -> None:
    library.add("a/film.mkv")
    library.add(f"a/{other}")
    assert look(library.root).files[0][3] is None


def test_patterns_of_the_configuration_hold_below_every_root(library: Any) -> None:
    for name in ("Private/a.mkv", "Shows/Private/b.mkv", "c.old.mkv", "d.mkv"):
        library.add(name)
    found = look(library.root, ignore=("/Private/", "*.old.mkv"))
    assert names(found, library.root) == ["Shows/Private/b.mkv", "d.mkv"]


@pytest.mark.parametrize("sign", [".nomedia", "nomedia", ".ignore", ".ktvignore"])
def test_a_sign_takes_its_folder_out(library: Any, sign: str) -> None:
    library.add("a/below/film.mkv")
    library.add("b.mkv")
    (library.root / "a" / sign).touch()
    assert names(look(library.root), library.root) == ["b.mkv"]


@pytest.mark.parametrize("name", [".ktvignore", ".plexignore", ".ignore"])
def test_an_ignore_file_holds_patterns_for_its_folder_and_below(library: Any, name: str) -> None:
    for video in ("a/x.mkv", "a/b/x.mkv", "a/b/y.mkv", "a/skip/z.mkv", "x.mkv"):
        library.add(video)
    (library.root / "a" / name).write_text("# mine\nx.mkv\nskip/\n")
    assert names(look(library.root), library.root) == ["a/b/y.mkv", "x.mkv"]


def test_an_empty_plexignore_ignores_nothing(library: Any) -> None:
    library.add("film.mkv")
    (library.root / ".plexignore").touch()
    assert names(look(library.root), library.root) == ["film.mkv"]


def test_extras_may_be_ignored_but_not_a_folder_of_trailers_at_the_top(library: Any) -> None:
    for name in ("Trailers/a.mkv", "Film/Trailers/b.mkv", "Film/Film-trailer.mkv", "Film/Film.mkv"):
        library.add(name)
    assert names(look(library.root, extras=False), library.root) == ["Film/Film.mkv", "Trailers/a.mkv"]


def test_links_that_are_passed_over_are_noticed_together(library: Any) -> None:
    video = library.add("a.mkv")
    for name in ("c.mkv", "b.mkv", "notes.txt"):
        (library.root / name).symlink_to(video)
    (told,) = notices(look(library.root), library.root).items()
    assert told == ("b.mkv", "a link, and 1 more; links are passed over unless they are to be followed")
    assert notices(look(library.root, follow_symlinks=True), library.root) == {}


def test_links_are_not_followed_unless_asked(library: Any) -> None:
    library.add("films/film.mkv")
    (library.root / "best.mkv").symlink_to(library.root / "films" / "film.mkv")
    (library.root / "best").symlink_to(library.root / "films")
    assert names(look(library.root), library.root) == ["films/film.mkv"]
    assert names(look(library.root, follow_symlinks=True), library.root) == [
        "best.mkv",
        "best/film.mkv",
        "films/film.mkv",
    ]


def test_links_out_of_the_roots_back_above_or_nowhere_are_never_followed(library: Any, another_library: Any) -> None:
    another_library.add("secret.mkv")
    (library.root / "folder").mkdir()
    (library.root / "out").symlink_to(another_library.root)
    (library.root / "out.mkv").symlink_to(another_library.root / "secret.mkv")
    (library.root / "folder" / "loop").symlink_to(library.root / "folder")
    (library.root / "nothing.mkv").symlink_to(library.root / "none")
    found = look(library.root, follow_symlinks=True)
    assert found.files == []
    assert {
        name: reason.removeprefix("the link leads ").split()[0] for name, reason in notices(found, library.root).items()
    } == {
        "out": "out",
        "out.mkv": "out",
        "folder/loop": "back",
        "nothing.mkv": "nowhere",
    }


def test_a_count_may_stop_when_it_is_enough(library: Any) -> None:
    for number in range(10):
        library.add(f"{number}/film.mkv")
    assert len(walk(Roots((str(library.root),)), WalkRules(EXTENSIONS), at_most=3).files) == 3
