"""The streaming room: cutting segments, probing files, restamping a continuous stream.

Yardsticks are the ffmpeg and ffprobe programs doing the same work the usual way.
"""

import asyncio
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from benchmarks.figure import Figure
from ktv_host.domain.media import LocalFile
from ktv_host.streaming.binary import ffmpeg_path
from ktv_host.streaming.modes import Profile
from ktv_host.streaming.plans import Plan, make_plan
from ktv_host.streaming.prober import Prober
from ktv_host.streaming.remux import copy_segment
from ktv_host.streaming.restamp import Restamper
from ktv_host.streaming.segments import copy_job
from ktv_host.streaming.ticks import HZ
from ktv_host.streaming.workers import WorkerPool

_SECONDS = 180
_PROBES = 400
_BITRATE = ["-b:v", "4M", "-maxrate", "5M", "-bufsize", "5M"]


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        film = _film(Path(folder))
        source = LocalFile(str(film))
        plan = make_plan(source, Profile())
        return [
            _indexing(source, film),
            *_cutting(source, plan),
            *asyncio.run(_cutting_in_workers(source, plan)),
            asyncio.run(_probing(source, film)),
            _restamping(source, plan),
        ]


def _film(folder: Path) -> Path:
    """720p with B-frames at 4 Mbit/s and a keyframe every 5 s or so, like a film from a library."""
    film = folder / "film.mp4"
    picture = ["-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=24", "-f", "lavfi", "-i", "sine=sample_rate=48000"]
    noise = ["-vf", "noise=alls=12:allf=t"]
    codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "120", *_BITRATE, "-c:a", "aac", "-ac", "2"]
    _call([ffmpeg_path(), "-v", "error", *picture, "-t", str(_SECONDS), *noise, *codecs, str(film)])
    return film


def _call(command: Sequence[str]) -> None:
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=300)


def _milliseconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return (time.perf_counter() - begin) * 1000


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


def _ffmpeg_cut(source: LocalFile, plan: Plan, k: int) -> None:
    start, end = plan.boundaries[k] / HZ, plan.boundaries[k + 1] / HZ
    cut = ["-ss", f"{start:.3f}", "-i", source.path, "-to", f"{end:.3f}", "-c", "copy", "-copyts", "-f", "mpegts", "-"]
    _call([ffmpeg_path(), "-v", "error", *cut])


def _cutting(source: LocalFile, plan: Plan) -> list[Figure]:
    copy_segment(copy_job(plan, 0, None, source))
    middle = range(1, plan.segments - 1)
    ours = [_milliseconds(partial(copy_segment, copy_job(plan, k, None, source))) for k in middle]
    theirs = [_milliseconds(partial(_ffmpeg_cut, source, plan, k)) for k in middle]
    note = "ffmpeg repeats and drops packets at the boundary; ours are the file's, bit for bit"
    pairs = [("p50", statistics.median(ours), statistics.median(theirs)), ("p95", _p95(ours), _p95(theirs))]
    return [
        Figure(f"copy a 5 s segment, container open, {name}", mine, other, "ms", other / mine, ">= 5", note)
        for name, mine, other in pairs
    ]


async def _cutting_in_workers(source: LocalFile, plan: Plan) -> list[Figure]:
    """As a viewer waits for it: through the pool, the bytes back in the host."""
    cold: list[float] = []
    warm: list[float] = []
    for _ in range(5):
        async with WorkerPool(2) as pool:
            for k in range(12):
                begin = time.perf_counter()
                await pool.run_on(plan.id, copy_segment, copy_job(plan, k, None, source))
                (warm if k else cold).append((time.perf_counter() - begin) * 1000)
    process = statistics.median(_milliseconds(lambda: _ffmpeg_cut(source, plan, 1)) for _ in range(5))
    first, later = statistics.median(cold), statistics.median(warm)
    return [
        Figure("first segment of a cold pool", first, process, "ms", process / first, ">= 0.2", "starts the process"),
        Figure("segment through the pool", later, process, "ms", process / later, ">= 4", "median of 55"),
    ]


def _indexing(source: LocalFile, film: Path) -> Figure:
    ours = statistics.median(_milliseconds(lambda: make_plan(source, Profile())) for _ in range(7))
    theirs = statistics.median(_milliseconds(lambda: _packets_by_program(film)) for _ in range(3))
    return Figure("plan of a film", ours, theirs, "ms", theirs / ours, ">= 5", "against listing packets with a program")


def _packets_by_program(film: Path) -> None:
    _call([ffmpeg_path(), "-v", "error", "-i", str(film), "-map", "0:v", "-c", "copy", "-f", "framecrc", "-"])


def _probe_by_program(film: Path) -> None:
    program = shutil.which("ffprobe")
    command = [program, "-v", "error", "-show_format", "-show_streams"] if program else [ffmpeg_path(), "-i"]
    subprocess.run([*command, str(film)], check=False, capture_output=True)


async def _probing(source: LocalFile, film: Path) -> Figure:
    theirs = 1000 / statistics.median(_milliseconds(partial(_probe_by_program, film)) for _ in range(10))
    async with WorkerPool(2) as pool:
        probe = Prober(pool)
        await asyncio.gather(probe(source), probe(source))
        begin = time.perf_counter()
        await asyncio.gather(*(probe(source) for _ in range(_PROBES)))
        ours = _PROBES / (time.perf_counter() - begin)
    note = "two workers; 100 files/s are asked for"
    return Figure("probe files", ours, theirs, "files/s", ours / theirs, ">= 5", note)


def _restamping(source: LocalFile, plan: Plan) -> Figure:
    segments = [copy_segment(copy_job(plan, k, None, source)) for k in range(1, 20)]
    total = sum(map(len, segments)) / 1e6
    restamper = Restamper()

    def join() -> None:
        for number, data in enumerate(segments):
            restamper.segment(data, number, boundary=number == 0)

    ours = total / statistics.median(_milliseconds(join) for _ in range(7)) * 1000
    joined = b"".join(segments)
    command = [ffmpeg_path(), "-v", "error", "-i", "pipe:0", "-c", "copy", "-f", "mpegts", "-"]
    begin = time.perf_counter()
    subprocess.run(command, input=joined, check=True, stdout=subprocess.DEVNULL)
    theirs = total / (time.perf_counter() - begin)
    return Figure("restamp segments", ours, theirs, "MB/s", ours / theirs, ">= 2", "against a remux by a program")
