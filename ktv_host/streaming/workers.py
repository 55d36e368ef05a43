"""A pool of worker processes: native code may crash or hang there without harming the host."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, ParamSpec, Self, TypeVar

from ktv_host.errors import KtvError, Unavailable, WorkerCrashed
from ktv_host.streaming.jobs import Job
from ktv_host.streaming.wire import Failure, frame
from ktv_host.streaming.worker_link import WorkerDied, WorkerLink

P = ParamSpec("P")
T = TypeVar("T")

_ATTEMPTS = 3  # processes that may die before a job begins, until the job is given up


class WorkerPool:
    """Runs module-level functions in worker processes, which start when they are first needed.

    A job whose worker dies raises WorkerCrashed and is not tried again; the worker is replaced at once and other jobs
    do not notice. Cancelling the awaiting task abandons its job: a worker still busy with it after ``grace`` seconds
    is killed and replaced.
    """

    def __init__(self, size: int = 2, *, grace: float = 2.0) -> None:
        self._size = size
        self._grace = grace
        self._urgent: deque[Job] = deque()
        self._ordinary: deque[Job] = deque()
        self._idle: dict[int, asyncio.Future[Job]] = {}
        self._links: dict[int, WorkerLink] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        if not self._tasks:
            loop = asyncio.get_running_loop()
            self._tasks = [loop.create_task(self._work(number)) for number in range(self._size)]

    async def close(self) -> None:
        """Kill the workers and wait until none is left. Jobs under way end with Unavailable."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for queue in (self._urgent, self._ordinary):
            while queue:
                _refuse(queue.popleft())

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def pids(self) -> tuple[int, ...]:
        """The processes that were started and not yet lost."""
        return tuple(link.pid for link in self._links.values())

    async def run(self, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``fn`` in any worker. Satisfies ``hooks.Workers``."""
        result: T = await self._submit(None, fn, args, kwargs)
        return result

    async def run_on(self, key: str, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``fn`` ahead of ordinary jobs, if possible in the worker that ``key`` belongs to.

        What that worker keeps open for ``key`` is then reused; while it is busy, any other does the job.
        """
        result: T = await self._submit(key, fn, args, kwargs)
        return result

    async def _submit(
        self, key: str | None, fn: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> Any:
        if not self._tasks:
            raise Unavailable("the worker pool is not running")
        job = Job(fn, args, kwargs, frame((fn, args, kwargs)), asyncio.get_running_loop().create_future())
        if self._idle:
            self._idle.pop(self._choose(key)).set_result(job)
        else:
            (self._ordinary if key is None else self._urgent).append(job)
        return await job.future

    def _choose(self, key: str | None) -> int:
        """An idle worker: the one ``key`` belongs to, else one whose process runs already."""
        wanted = hash(key) % self._size
        if key is not None and wanted in self._idle:
            return wanted
        return next((number for number in self._idle if number in self._links), next(iter(self._idle)))

    async def _take(self, number: int) -> Job:
        for queue in (self._urgent, self._ordinary):
            while queue:
                job = queue.popleft()
                if not job.future.done():
                    return job
        handed: asyncio.Future[Job] = asyncio.get_running_loop().create_future()
        self._idle[number] = handed
        try:
            return await handed
        except asyncio.CancelledError:
            if handed.done() and not handed.cancelled():
                _refuse(handed.result())
            raise

    async def _work(self, number: int) -> None:
        try:
            while True:
                await self._perform(number, await self._take(number))
        finally:
            self._idle.pop(number, None)
            await self._drop(number)

    async def _perform(self, number: int, job: Job) -> None:
        try:
            answer = await self._ask(number, job)
        except asyncio.CancelledError:
            _refuse(job)
            raise
        except OSError as error:
            _fail(job, Unavailable(f"a worker process cannot be started: {error}"))
        except WorkerDied as death:
            _fail(job, WorkerCrashed(f"{job.describe()} killed its worker process ({death})"))
            with suppress(OSError):  # the next job tries again and reports it
                await self._ready(number)
        else:
            _settle(job, answer)

    async def _ask(self, number: int, job: Job) -> object:
        """The answer to a job. A worker that was killed before it began the job is no fault of the job's."""
        while True:
            link = await self._ready(number)
            job.future.add_done_callback(partial(self._abandon, link))
            try:
                answer = await link.ask(job.message)
            except WorkerDied as death:
                await self._drop(number)
                job.attempts += 1
                if death.started or job.attempts == _ATTEMPTS:
                    raise
            else:
                link.answered += 1
                return answer

    async def _ready(self, number: int) -> WorkerLink:
        """The worker's process; a new one if there is none or it died while idle."""
        link = self._links.get(number)
        if link is not None and link.alive:
            return link
        await self._drop(number)
        link = self._links[number] = await WorkerLink.start()
        return link

    async def _drop(self, number: int) -> None:
        link = self._links.pop(number, None)
        if link is not None:
            await link.close()

    def _abandon(self, link: WorkerLink, future: asyncio.Future[Any]) -> None:
        """Nobody waits for this job any more: do not let it hold its worker for long."""
        if future.cancelled():
            answered = link.answered
            loop = future.get_loop()
            loop.call_later(self._grace, lambda: link.kill() if link.answered == answered else None)


def _settle(job: Job, answer: object) -> None:
    if job.future.done():
        return
    if isinstance(answer, Failure):
        job.future.set_exception(answer.error)
    else:
        job.future.set_result(answer)


def _fail(job: Job, error: KtvError) -> None:
    if not job.future.done():
        job.future.set_exception(error)


def _refuse(job: Job) -> None:
    _fail(job, Unavailable("the worker pool is shutting down"))
