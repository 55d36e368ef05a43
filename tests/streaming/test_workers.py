"""The worker pool: jobs run apart, and a crash harms nobody else."""

import asyncio
import math
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from ktv_host.domain.media import HttpFile
from ktv_host.errors import Invalid, KtvError, Unavailable, WorkerCrashed
from ktv_host.streaming.workers import WorkerPool

ROOT = Path(__file__).parents[2]


async def test_a_job_runs_in_another_process(workers: WorkerPool) -> None:
    assert await workers.run(os.getpid) != os.getpid()


async def test_no_process_starts_before_there_is_work(workers: WorkerPool) -> None:
    assert workers.pids == ()


async def test_keyword_arguments_travel(workers: WorkerPool) -> None:
    assert await workers.run(int, "ff", base=16) == 255


async def test_an_exception_of_a_job_is_raised_here_with_its_traceback(workers: WorkerPool) -> None:
    with pytest.raises(ValueError, match="invalid literal") as caught:
        await workers.run(int, "x")
    assert "in a worker process" in caught.value.__notes__[0]


async def test_an_exception_that_cannot_travel_arrives_as_text(workers: WorkerPool) -> None:
    with pytest.raises(KtvError, match="RateLimited: slow down"):
        await workers.run(_raise_from, "raise __import__('ktv_host.errors').errors.RateLimited('slow down', 3)")


async def test_a_function_that_cannot_travel_is_refused_at_once(workers: WorkerPool) -> None:
    with pytest.raises(Exception, match=r"pickle|lambda"):
        await workers.run(lambda: 1)


async def test_a_job_that_kills_its_worker_is_named(workers: WorkerPool) -> None:
    with pytest.raises(WorkerCrashed, match=r"_exit\(3\) killed its worker process \(exit code 3\)"):
        await workers.run(os._exit, 3)


async def test_the_signal_that_killed_a_worker_is_named(workers: WorkerPool) -> None:
    with pytest.raises(WorkerCrashed, match="SIGKILL"):
        await workers.run(signal.raise_signal, signal.SIGKILL)


async def test_a_crash_shows_no_secret_of_its_arguments(workers: WorkerPool) -> None:
    source = HttpFile("http://media.test/film?api_key=geheim", headers={"X-Token": "geheim"})
    with pytest.raises(WorkerCrashed) as caught:
        await workers.run(_die_with, source)
    assert "geheim" not in str(caught.value)
    assert "media.test/film" in str(caught.value)


async def test_the_crashed_worker_is_replaced_and_the_others_do_not_notice(workers: WorkerPool) -> None:
    slow = asyncio.create_task(workers.run(_sleep_and_tell_pid, 0.5))
    await asyncio.sleep(0)
    with pytest.raises(WorkerCrashed):
        await workers.run(os._exit, 1)
    assert await workers.run(math.sqrt, 16) == 4
    assert await slow in workers.pids


async def test_a_worker_killed_while_idle_costs_no_job(workers: WorkerPool) -> None:
    pid = await workers.run(os.getpid)
    os.kill(pid, signal.SIGKILL)
    assert await workers.run(math.sqrt, 9) == 3


async def test_a_key_goes_back_to_its_worker(workers: WorkerPool) -> None:
    await asyncio.gather(workers.run(time.sleep, 0.05), workers.run(time.sleep, 0.05))
    for key in ("film a", "film b", "film c"):
        assert len({await workers.run_on(key, os.getpid) for _ in range(5)}) == 1


async def test_a_keyed_job_goes_ahead_of_ordinary_ones(workers: WorkerPool) -> None:
    order: list[str] = []

    async def note(name: str, key: str | None) -> None:
        await (workers.run(time.sleep, 0.02) if key is None else workers.run_on(key, time.sleep, 0.02))
        order.append(name)

    ordinary = [asyncio.create_task(note("ordinary", None)) for _ in range(8)]
    await asyncio.sleep(0)
    await note("urgent", "film")
    await asyncio.gather(*ordinary)
    assert order.index("urgent") < 6


async def test_a_cancelled_job_does_not_hold_its_worker(workers: WorkerPool) -> None:
    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await workers.run(time.sleep, 600)

    await asyncio.gather(give_up(), give_up())
    async with asyncio.timeout(5):
        assert await workers.run(math.sqrt, 4) == 2


async def test_a_job_cancelled_in_the_queue_never_runs(workers: WorkerPool, tmp_path: Path) -> None:
    busy = [asyncio.create_task(workers.run(time.sleep, 0.2)) for _ in range(2)]
    await asyncio.sleep(0)
    queued = asyncio.create_task(workers.run(os.mkdir, str(tmp_path / "made")))
    await asyncio.sleep(0)
    queued.cancel()
    await asyncio.gather(*busy)
    await workers.run(math.sqrt, 1)
    assert not (tmp_path / "made").exists()


async def test_a_large_result_travels(workers: WorkerPool) -> None:
    assert len(await workers.run(bytes, 8_000_000)) == 8_000_000


async def test_a_thousand_small_jobs_take_under_a_second(workers: WorkerPool) -> None:
    await workers.run(math.sqrt, 1)
    begin = time.perf_counter()
    assert await asyncio.gather(*(workers.run(math.sqrt, n * n) for n in range(1000))) == list(range(1000))
    assert time.perf_counter() - begin < 1


async def test_close_ends_what_is_under_way_and_leaves_no_process() -> None:
    pool = WorkerPool(2)
    await pool.start()
    jobs = [asyncio.create_task(pool.run(time.sleep, 600)) for _ in range(5)]
    async with asyncio.timeout(10):
        while len(pool.pids) < 2:  # noqa: ASYNC110  processes starting give no event
            await asyncio.sleep(0.01)
    pids = pool.pids
    await pool.close()
    results = await asyncio.gather(*jobs, return_exceptions=True)
    assert [type(result) for result in results] == [Unavailable] * 5
    assert len(pids) == 2
    assert not [pid for pid in pids if _is_alive(pid)]


async def test_a_closed_pool_refuses_jobs() -> None:
    pool = WorkerPool(1)
    with pytest.raises(Unavailable):
        await pool.run(math.sqrt, 4)


async def test_an_error_with_fields_keeps_them(workers: WorkerPool) -> None:
    with pytest.raises(Exception, match="broken") as caught:
        await workers.run(_raise_from, "raise __import__('ktv_host.errors').errors.Invalid('broken')")
    assert isinstance(caught.value, Invalid)


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
def test_workers_die_with_the_host(ending: signal.Signals) -> None:
    program = textwrap.dedent("""
        import asyncio, signal, time
        from ktv_host.streaming.workers import WorkerPool
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a background shell has it ignored
        async def main():
            pool = WorkerPool(2)
            await pool.start()
            jobs = [asyncio.create_task(pool.run(time.sleep, 600)) for _ in range(2)]
            while len(pool.pids) < 2:
                await asyncio.sleep(0.01)
            print(*pool.pids, flush=True)
            await asyncio.gather(*jobs)
        asyncio.run(main())
    """)
    host = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert host.stdout is not None
    children = [int(pid) for pid in host.stdout.readline().split()]
    try:
        host.send_signal(ending)
        host.wait(timeout=10)
    finally:
        host.kill()
        host.stdout.close()
    assert len(children) == 2
    deadline = time.monotonic() + 10
    while (alive := [pid for pid in children if _is_alive(pid)]) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not alive


def _is_alive(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def _sleep_and_tell_pid(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def _die_with(source: HttpFile) -> None:
    os._exit(1)


def _raise_from(code: str) -> None:
    exec(code)
