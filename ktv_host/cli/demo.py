"""``ktv demo``: makes the demo library, so that there is something on before anybody configured anything."""

import fcntl
import multiprocessing
import os
import shutil
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ktv_host.cli.demo_library import EDITION, DemoTitle, demo_titles
from ktv_host.errors import ConfigurationError, Conflict, WorkerCrashed
from ktv_host.settings import load_settings
from ktv_host.streaming.demo_media import loop_clip, make_clip

CLIP_SECONDS = 8
SPACE_NEEDED = 1_200_000_000  # the library and one title in the making

MARKER = ".ktv-demo"

Report = Callable[[int, int, str], None]
"""Called with how many titles are done, how many there are, and the name of the newest."""

MakeTitle = Callable[[DemoTitle, Path], None]

app = typer.Typer()


@app.command()
def demo(
    folder: Annotated[Path | None, typer.Argument(help="Where to make it. Default: DATA_DIR/demo.")] = None,
) -> None:
    """Make the demo library: two series, films and shorts, a day of television."""
    target = folder if folder is not None else demo_folder(load_settings().data_dir)
    with shown_progress(Console()) as report:
        make_demo(target, report)
    typer.echo(f"The demo library is in {target}")


def demo_folder(data_dir: Path) -> Path:
    """Where the demo library of an installation lives."""
    return data_dir / "demo"


def is_demo(folder: Path) -> bool:
    """Whether a finished demo library is here."""
    return (folder / MARKER).is_file()


def processes() -> Executor:
    """One process per core: looping a clip is Python's work. They leave Ctrl-C to us."""
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(
        os.cpu_count(), context, initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN)
    )


def film(title: DemoTitle, target: Path) -> None:
    """Make one title: a short clip, then its length of it."""
    clip = target.with_name(f"{target.stem}.clip{target.suffix}")
    make_clip(clip, seconds=CLIP_SECONDS, hue=title.hue, title=title.caption, codec=title.codec)
    loop_clip(clip, target, seconds=title.seconds, metadata=title.metadata)
    clip.unlink()


def make_demo(
    folder: Path,
    report: Report,
    *,
    titles: Sequence[DemoTitle] | None = None,
    make_title: MakeTitle = film,
    executor: Callable[[], Executor] = processes,
) -> None:
    """Make the library at ``folder``; nothing happens when it is there.

    It appears at once and whole: it is made beside ``folder`` and renamed at the end. An interrupted run leaves its
    finished titles there for the next one. Raises ConfigurationError when the folder holds something else or the
    disk is too full, Conflict when another process is at it.
    """
    folder = folder.absolute()
    if is_demo(folder):
        return
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigurationError(f"{folder} exists and is no demo library; choose another folder")
    folder.parent.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(folder.parent).free < SPACE_NEEDED:
        raise ConfigurationError(f"the demo library needs 1.2 GB in {folder.parent}; set DEMO=false to go without")
    with _only_one(folder.with_name(f"{folder.name}.lock")):
        if not is_demo(folder):  # another process may have finished while this one came here
            workshop = folder.with_name(f"{folder.name}.part")
            _open_workshop(workshop)
            with executor() as workers:
                _make_titles(workshop, demo_titles() if titles is None else titles, make_title, workers, report)
            _publish(workshop, folder)


def _open_workshop(workshop: Path) -> None:
    edition = workshop / "edition"
    if not edition.is_file() or edition.read_text(encoding="ascii") != EDITION:
        shutil.rmtree(workshop, ignore_errors=True)
        workshop.mkdir()
        edition.write_text(EDITION, encoding="ascii")


def _publish(workshop: Path, folder: Path) -> None:
    library = workshop / "library"
    (library / MARKER).write_text(EDITION, encoding="ascii")
    if folder.exists():
        folder.rmdir()
    library.rename(folder)
    shutil.rmtree(workshop)


def _make_titles(
    workshop: Path, titles: Sequence[DemoTitle], make_title: MakeTitle, workers: Executor, report: Report
) -> None:
    jobs = {workers.submit(_make_one, title, workshop, make_title): title for title in titles}
    try:
        for done, job in enumerate(as_completed(jobs), 1):
            job.result()
            report(done, len(titles), jobs[job].path.stem)
    except BrokenProcessPool:
        raise WorkerCrashed("a process that made the demo library was killed; is there enough memory?") from None
    finally:
        workers.shutdown(cancel_futures=True)


def _make_one(title: DemoTitle, workshop: Path, make_title: MakeTitle) -> None:
    target = workshop / "library" / title.path
    if not target.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = workshop / title.path.name
        make_title(title, unfinished)
        unfinished.rename(target)


@contextmanager
def _only_one(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict("another process is making the demo library right now") from None
        try:
            yield
        finally:
            lock.unlink(missing_ok=True)


@contextmanager
def shown_progress(console: Console) -> Iterator[Report]:
    """A bar on a terminal, plain lines anywhere else."""
    if not console.is_terminal:
        yield lambda done, total, title: console.print(f"demo library {done}/{total}: {title}", highlight=False)
        return
    columns = (
        TextColumn("Demo library"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("", total=None)
        yield lambda done, total, title: progress.update(bar, completed=done, total=total, description=title)
