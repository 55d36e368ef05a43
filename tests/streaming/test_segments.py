"""Making segments: once, in time, and slate instead of an error."""

import asyncio
import errno
import io
import os
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ktv_host.domain.media import LocalFile, MediaSource
from ktv_host.errors import MediaGone, NotFound, ProviderUnavailable
from ktv_host.streaming.cache import SegmentCache, SegmentKey
from ktv_host.streaming.modes import Mode, Profile
from ktv_host.streaming.plans import Plan, make_plan
from ktv_host.streaming.remux import copy_segment
from ktv_host.streaming.segments import CopyMaker, SegmentBytes, SegmentMaker, SourceOf, copy_job
from ktv_host.streaming.slate import slate_plan
from ktv_host.streaming.worker_pools import WorkerPools
from ktv_host.streaming.workers import WorkerPool
from ktv_host.testing import RecordedLog

ROOT = Path(__file__).parents[2]
Steps = Callable[[bytes], dict[str, Counter[int]]]


class _Time:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class _Made:
    """A maker whose work the test decides."""

    keep = False

    def __init__(self, *results: bytes | Exception) -> None:
        self.results = list(results)
        self.calls = 0
        self.begun = asyncio.Event()
        self.go = asyncio.Event()
        self.go.set()

    async def __call__(self, plan: Plan, k: int, cut_ms: int | None, source: SourceOf) -> bytes:
        self.calls += 1
        self.begun.set()
        await self.go.wait()
        result = self.results.pop(0) if len(self.results) > 1 else self.results[0]
        if isinstance(result, Exception):
            raise result
        return result


@pytest.fixture
def film(films: dict[str, Path]) -> LocalFile:
    return LocalFile(str(films["closed.mp4"]))


@pytest.fixture
def plan(film: LocalFile) -> Plan:
    return make_plan(film, Profile())


@pytest.fixture
def cache(tmp_path: Path) -> SegmentCache:
    return SegmentCache(tmp_path / "cache", budget=1_000_000_000)


@pytest.fixture
async def make(cache: SegmentCache) -> AsyncIterator[Callable[..., SegmentMaker]]:
    made: list[SegmentMaker] = []

    def maker(
        work: Any, *, log: RecordedLog | None = None, time: _Time | None = None, where: Any = None
    ) -> SegmentMaker:
        made.append(SegmentMaker(where or cache, {Mode.COPY: work}, log or RecordedLog(), monotonic=time or _Time()))
        return made[-1]

    yield maker
    for each in made:
        await each.close()


def _from(source: MediaSource) -> SourceOf:
    async def give() -> MediaSource:
        return source

    return give


def _copier(workers: WorkerPool) -> CopyMaker:
    return CopyMaker(WorkerPools(workers, workers))


def _bytes(segment: SegmentBytes) -> bytes:
    return segment.data if segment.path is None else segment.path.read_bytes()  # type: ignore[return-value]


async def test_a_segment_is_copied_once_and_then_found(
    make: Callable[..., SegmentMaker], workers: WorkerPool, plan: Plan, film: LocalFile
) -> None:
    maker = make(_copier(workers))
    first = await maker.get(plan, 2, source=_from(film))
    assert first.path is not None
    assert first.path.read_bytes() == copy_segment(copy_job(plan, 2, None, film))

    async def never() -> MediaSource:
        raise AssertionError("the cache has it")

    assert await maker.get(plan, 2, source=never) == replace(first, hit=True)


async def test_many_who_ask_at_once_share_the_work(
    make: Callable[..., SegmentMaker], plan: Plan, film: LocalFile
) -> None:
    work = _Made(b"data")
    maker = make(work)
    found = await asyncio.gather(*(maker.get(plan, 0, source=_from(film)) for _ in range(50)))
    assert (work.calls, {_bytes(each) for each in found}) == (1, {b"data"})


async def test_two_hosts_on_one_cache_share_the_work(
    make: Callable[..., SegmentMaker], cache: SegmentCache, tmp_path: Path, plan: Plan, film: LocalFile
) -> None:
    here, there = _Made(b"data"), _Made(b"data")
    here.go.clear()
    other = SegmentCache(tmp_path / "cache", budget=1_000_000_000)
    first = asyncio.create_task(make(here).get(plan, 0, source=_from(film)))
    await here.begun.wait()
    second = asyncio.create_task(make(there, where=other).get(plan, 0, source=_from(film)))
    for _ in range(10):
        await asyncio.sleep(0)  # it finds the lock taken
    here.go.set()
    assert _bytes(await first) == _bytes(await second) == b"data"
    assert there.calls == 0


async def test_a_viewer_who_leaves_does_not_stop_the_work(
    make: Callable[..., SegmentMaker], plan: Plan, film: LocalFile
) -> None:
    work = _Made(b"data")
    work.go.clear()
    maker = make(work)
    viewer = asyncio.create_task(maker.get(plan, 0, source=_from(film)))
    await work.begun.wait()
    viewer.cancel()
    work.go.set()
    assert _bytes(await maker.get(plan, 0, source=_from(film))) == b"data"
    assert work.calls == 1


async def test_a_missing_file_is_slate_of_the_same_length_that_is_not_stored(
    make: Callable[..., SegmentMaker], workers: WorkerPool, plan: Plan, decoding_steps: Steps, cache: SegmentCache
) -> None:
    log = RecordedLog()
    maker = make(_copier(workers), log=log)
    found = await maker.get(plan, 3, source=_from(LocalFile("/nowhere.mp4")), caption=("Film",))
    assert found.fallback
    assert found.data is not None
    assert decoding_steps(found.data)["video"] == Counter({3600: 124})
    assert cache.find(SegmentKey(plan.id, 3)) is None
    assert "nowhere.mp4" in log.lines[0][2]["reason"]


async def test_slate_stands_on_the_items_time_line(
    make: Callable[..., SegmentMaker], plan: Plan, decoding_steps: Steps, film: LocalFile
) -> None:
    found = await make(_Made(MediaGone("gone"))).get(plan, 1, source=_from(film))
    before, after = (copy_segment(copy_job(plan, k, None, film)) for k in (0, 2))
    steps = decoding_steps(before + _bytes(found) + after)
    assert (set(steps["video"]), set(steps["audio"])) == ({3600}, {1920})


async def test_a_cut_segment_falls_back_to_slate_of_the_cut_length(
    make: Callable[..., SegmentMaker], plan: Plan, decoding_steps: Steps, film: LocalFile
) -> None:
    found = await make(_Made(MediaGone("gone"))).get(plan, 1, 2000, source=_from(film))
    assert found.data is not None
    assert decoding_steps(found.data)["video"].total() + 1 == 50


async def test_an_item_that_failed_is_tried_again_after_a_minute(
    make: Callable[..., SegmentMaker], plan: Plan, film: LocalFile
) -> None:
    work, time = _Made(MediaGone("gone"), b"data"), _Time()
    maker = make(work, time=time)
    for now, fallback, calls in ((0, True, 1), (59, True, 1), (61, False, 2)):
        time.now = now
        assert ((await maker.get(plan, 0, source=_from(film))).fallback, work.calls) == (fallback, calls)


async def test_a_server_that_does_not_answer_is_asked_again_soon(
    make: Callable[..., SegmentMaker], plan: Plan, film: LocalFile
) -> None:
    work, time = _Made(ProviderUnavailable("down"), b"data"), _Time()
    maker = make(work, time=time)
    for now, fallback in ((0, True), (14, True), (16, False)):
        time.now = now
        assert (await maker.get(plan, 0, source=_from(film))).fallback == fallback


async def test_whoever_asked_is_told_of_failures(cache: SegmentCache, plan: Plan, film: LocalFile) -> None:
    told: list[tuple[str, str]] = []
    maker = SegmentMaker(
        cache,
        {Mode.COPY: _Made(MediaGone("gone"))},
        RecordedLog(),
        on_failure=lambda plan, why: told.append((plan.id, why)),
    )
    await maker.get(plan, 0, source=_from(film))
    assert told == [(plan.id, "gone")]


async def test_what_is_late_is_answered_with_slate_and_finished_all_the_same(
    make: Callable[..., SegmentMaker], plan: Plan, film: LocalFile
) -> None:
    work = _Made(b"data")
    work.go.clear()
    maker = make(work)
    assert (await maker.get(plan, 0, source=_from(film), deadline=0.01)).fallback
    work.go.set()
    assert _bytes(await maker.get(plan, 0, source=_from(film))) == b"data"
    assert work.calls == 1


class _Killers(WorkerPool):
    """Kills the process of the first ``deaths`` jobs, as the kernel does when memory runs out."""

    deaths = 0

    async def run_on(self, key: str, fn: Any, *args: Any, **kwargs: Any) -> Any:
        if self.deaths:
            self.deaths -= 1
            return await super().run_on(key, os._exit, 9)
        return await super().run_on(key, fn, *args, **kwargs)


async def test_a_worker_killed_in_the_middle_is_replaced_and_nobody_notices(
    make: Callable[..., SegmentMaker], plan: Plan, film: LocalFile
) -> None:
    async with _Killers(1) as pool:
        pool.deaths = 1
        assert not (await make(_copier(pool)).get(plan, 0, source=_from(film))).fallback


async def test_a_file_that_kills_two_workers_is_slate_for_a_minute(
    make: Callable[..., SegmentMaker], plan: Plan, film: LocalFile
) -> None:
    log = RecordedLog()
    async with _Killers(1) as pool:
        pool.deaths = 2
        maker = make(_copier(pool), log=log)
        assert (await maker.get(plan, 0, source=_from(film))).fallback
        assert "killed its worker process" in log.lines[0][2]["reason"]
        assert (await maker.get(plan, 1, source=_from(film))).fallback
        assert not (await make(_copier(pool)).get(plan, 1, source=_from(film))).fallback


async def test_a_bug_is_slate_for_the_viewer_and_an_error_in_the_log(
    make: Callable[..., SegmentMaker], plan: Plan, film: LocalFile
) -> None:
    log = RecordedLog()
    assert (await make(_Made(RuntimeError("bug")), log=log).get(plan, 0, source=_from(film))).fallback
    assert [level for level, *_ in log.lines if level == "error"] == ["error"]


async def test_a_mode_nobody_makes_is_slate(make: Callable[..., SegmentMaker], plan: Plan, film: LocalFile) -> None:
    assert (await make(_Made(b"")).get(replace(plan, mode=Mode.TRANSCODE), 0, source=_from(film))).fallback


async def test_a_full_disk_serves_from_memory(
    make: Callable[..., SegmentMaker], tmp_path: Path, plan: Plan, film: LocalFile
) -> None:
    class Full(io.BytesIO):
        def write(self, data: object) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    cache = SegmentCache(tmp_path / "full", budget=1, opener=lambda path: Full())
    found = await make(_Made(b"data"), where=cache).get(plan, 0, source=_from(film))
    assert (found.data, found.fallback) == (b"data", False)


async def test_segments_of_a_slate_plan_need_no_source(make: Callable[..., SegmentMaker]) -> None:
    plan = slate_plan("Channel", "No signal")

    async def never() -> MediaSource:
        raise AssertionError("a slate has no source")

    maker = make(_Made(b""))
    whole, cut = await maker.get(plan, 7199, source=never), await maker.get(plan, 3, 1500, source=never)
    assert (whole.fallback, cut.fallback) == (False, False)
    assert len(_bytes(cut)) < len(_bytes(whole))


@pytest.mark.parametrize(("k", "cut_ms"), [(-1, None), (12, None), (0, 0), (0, -5), (0, 5002)])
async def test_a_segment_the_plan_does_not_have_is_not_found(
    make: Callable[..., SegmentMaker], plan: Plan, film: LocalFile, k: int, cut_ms: int | None
) -> None:
    with pytest.raises(NotFound):
        await make(_Made(b"data")).get(plan, k, cut_ms, source=_from(film))


def test_two_processes_at_once_write_the_same_bytes(plan: Plan, film: LocalFile, tmp_path: Path) -> None:
    program = textwrap.dedent("""
        import asyncio, hashlib, sys
        from pathlib import Path
        import structlog
        from ktv_host.domain.media import LocalFile
        from ktv_host.streaming.cache import SegmentCache
        from ktv_host.streaming.modes import Mode, Profile
        from ktv_host.streaming.plans import make_plan
        from ktv_host.streaming.segments import CopyMaker, SegmentMaker
        from ktv_host.streaming.worker_pools import WorkerPools
        from ktv_host.streaming.workers import WorkerPool
        async def main():
            film = LocalFile(sys.argv[1])
            plan = make_plan(film, Profile())
            async def source():
                return film
            async with WorkerPool(1) as pool:
                cache = SegmentCache(Path(sys.argv[2]), budget=10**9)
                maker = SegmentMaker(cache, {Mode.COPY: CopyMaker(WorkerPools(pool, pool))}, structlog.get_logger())
                for k in range(plan.segments):
                    found = await maker.get(plan, k, source=source)
                    print(hashlib.md5(found.path.read_bytes()).hexdigest(), found.fallback)
        asyncio.run(main())
    """)
    command = [sys.executable, "-c", program, film.path, str(tmp_path / "cache")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    hosts = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT) for _ in range(2)]
    first, second = (host.communicate(timeout=60)[0] for host in hosts)
    assert first == second
    assert first.count("False") == plan.segments
