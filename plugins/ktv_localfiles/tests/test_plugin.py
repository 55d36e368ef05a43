from importlib.metadata import entry_points
from typing import Any

import pytest
from ktv_localfiles import plugin
from ktv_localfiles.plugin import LocalFiles, register_providers

from ktv_host.testing.contexts import Contexts

pytest_plugins = ["ktv_host.testing.fixtures"]


@pytest.fixture
def kind() -> LocalFiles:
    return LocalFiles()


def test_it_registers_one_provider_type() -> None:
    (kind,) = register_providers()
    assert (kind.key, kind.name) == ("local_files", "Local files")


def test_the_distribution_names_it_as_an_entry_point() -> None:
    (entry,) = entry_points(group="ktv.plugins", name="local_files")
    assert entry.load() is plugin


async def test_check_counts_the_videos(
    kind: LocalFiles, contexts: Contexts, library: Any, another_library: Any
) -> None:
    library.add("a.mkv")
    library.add("b/c.mp4")
    another_library.add("link.txt")
    (another_library.root / "link.mkv").symlink_to(library.root / "a.mkv")
    roots = [str(library.root), str(another_library.root)]
    report = await kind.check(await contexts.make(kind), kind.config_model(roots=roots))
    assert (report.ok, report.message) == (True, "2 videos found")
    assert report.details == {roots[0]: "2 videos", roots[1]: "0 videos, 1 link not followed"}


async def test_check_says_so_when_there_is_no_video(kind: LocalFiles, contexts: Contexts, library: Any) -> None:
    report = await kind.check(await contexts.make(kind), kind.config_model(roots=[str(library.root)]))
    assert report.ok
    assert "no video" in report.message


async def test_check_names_every_folder_that_is_wrong(kind: LocalFiles, contexts: Contexts, library: Any) -> None:
    roots = [str(library.root / "none"), str(library.add("file.txt"))]
    report = await kind.check(await contexts.make(kind), kind.config_model(roots=roots))
    assert not report.ok
    assert "is not there" in report.message
    assert "is a file" in report.message
