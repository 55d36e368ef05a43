"""Making the demo library: whole or not at all, and never over somebody's files."""

import fcntl
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath

import pytest
from rich.console import Console

from ktv_host.cli.demo import MARKER, demo_folder, is_demo, make_demo, shown_progress
from ktv_host.cli.demo_library import DemoTitle
from ktv_host.errors import ConfigurationError, Conflict

TITLES = [
    DemoTitle(path=PurePosixPath(name), caption=name, hue=0, seconds=60)
    for name in ("Movies/Comedy/One (1990).mp4", "Shorts/Two.mp4", "Shorts/Three.avi")
]


class Studio:
    """Makes a title by writing its caption; refuses the one it is told to."""

    def __init__(self, refused: str = "") -> None:
        self.refused = refused
        self.made: list[str] = []

    def make(self, title: DemoTitle, target: Path) -> None:
        if title.path.stem == self.refused:
            raise OSError("the film tore")
        target.write_text(title.caption)
        self.made.append(title.path.stem)


def run(folder: Path, studio: Studio) -> list[tuple[int, int, str]]:
    reports: list[tuple[int, int, str]] = []
    make_demo(
        folder,
        lambda *report: reports.append(report),
        titles=TITLES,
        make_title=studio.make,
        executor=lambda: ThreadPoolExecutor(1),
    )
    return reports


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_every_title_is_at_its_path(tmp_path: Path) -> None:
    run(tmp_path / "demo", Studio())
    assert files(tmp_path / "demo") == [MARKER, *sorted(str(title.path) for title in TITLES)]


def test_nothing_is_left_beside_it(tmp_path: Path) -> None:
    run(tmp_path / "demo", Studio())
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


def test_progress_counts_every_title(tmp_path: Path) -> None:
    reports = run(tmp_path / "demo", Studio())
    assert [(done, total) for done, total, _ in reports] == [(1, 3), (2, 3), (3, 3)]


def test_a_second_run_makes_nothing(tmp_path: Path) -> None:
    run(tmp_path / "demo", Studio())
    again = Studio()
    run(tmp_path / "demo", again)
    assert again.made == []


def test_a_failure_leaves_no_library(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="the film tore"):
        run(tmp_path / "demo", Studio(refused="Two"))
    assert not (tmp_path / "demo").exists()


def test_the_next_run_keeps_what_was_finished(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="the film tore"):
        run(tmp_path / "demo", Studio(refused="Three"))
    second = Studio()
    run(tmp_path / "demo", second)
    assert "One (1990)" not in second.made
    assert is_demo(tmp_path / "demo")


def test_what_another_edition_left_is_thrown_away(tmp_path: Path) -> None:
    leftover = tmp_path / "demo.part" / "library" / "Shorts" / "Two.mp4"
    leftover.parent.mkdir(parents=True)
    leftover.write_text("older")
    (tmp_path / "demo.part" / "edition").write_text("0")
    run(tmp_path / "demo", Studio())
    assert (tmp_path / "demo" / "Shorts" / "Two.mp4").read_text() == "Shorts/Two.mp4"


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    run(tmp_path / "demo", Studio())
    assert is_demo(tmp_path / "demo")


def test_a_folder_with_somebodys_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "holiday.mp4").write_text("mine")
    with pytest.raises(ConfigurationError, match="is no demo library"):
        run(tmp_path, Studio())
    assert files(tmp_path) == ["holiday.mp4"]


def test_two_processes_do_not_make_it_at_once(tmp_path: Path) -> None:
    with (tmp_path / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(Conflict):
            run(tmp_path / "demo", Studio())


def test_it_lives_below_the_data_folder(tmp_path: Path) -> None:
    assert demo_folder(tmp_path) == tmp_path / "demo"


def test_progress_is_plain_lines_away_from_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with shown_progress(Console(force_terminal=False)) as report:
        report(1, 44, "Pilot")
    assert capsys.readouterr().out == "demo library 1/44: Pilot\n"


def test_progress_is_a_bar_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with shown_progress(Console(force_terminal=True, width=80)) as report:
        report(1, 44, "Pilot")
    assert "1/44" in capsys.readouterr().out
