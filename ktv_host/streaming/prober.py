"""Prober: many files opened in worker processes, several to a trip."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ktv_host.domain.media import LocalFile, MediaProbe, MediaSource
from ktv_host.errors import InvalidMedia, KtvError, WorkerCrashed
from ktv_host.hooks.context import Workers
from ktv_host.streaming.probe import probe_file

TRIP_SECS = 0.02  # a trip to a worker costs as much as opening a small file; nobody urgent waits longer behind one
MOST = 32  # files to a trip
_GUESS_SECS = 0.005  # to open a file, before one was opened


@dataclass(frozen=True, slots=True)
class _Asked:
    source: MediaSource
    answer: asyncio.Future[MediaProbe]


class Prober:
    """Opens media in worker processes; local files that wait go together, as many as the last trip says take
    ``TRIP_SECS``: tiny files by the dozen, those of a slow disk one by one. Satisfies ``hooks.Probe``.

    ``remote`` has those that wait for other servers; default: the same.
    """

    def __init__(
        self,
        workers: Workers,
        remote: Workers | None = None,
        *,
        trips: int = 2,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._workers = workers
        self._remote = remote or workers
        self._trips = trips
        self._clock = clock
        self._pace = _GUESS_SECS
        self._queue: deque[_Asked] = deque()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __call__(self, source: MediaSource) -> MediaProbe:
        if not isinstance(source, LocalFile):  # a slow server must not hold up others
            return await self._remote.run(probe_file, source)
        asked = _Asked(source, asyncio.get_running_loop().create_future())
        self._queue.append(asked)
        if len(self._tasks) < self._trips:
            task = asyncio.create_task(self._work())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await asked.answer

    async def _work(self) -> None:
        while self._queue:
            batch = [self._queue.popleft() for _ in range(self._load())]
            batch = [asked for asked in batch if not asked.answer.done()]
            if len(batch) == 1:
                await self._alone(batch[0])
            elif batch:
                await self._together(batch)

    def _load(self) -> int:
        """How many go on the next trip; what waits is shared by all trips."""
        share = -(-len(self._queue) // self._trips)
        return max(1, min(share, MOST, int(TRIP_SECS / max(self._pace, 1e-6))))

    async def _together(self, batch: Sequence[_Asked]) -> None:
        began = self._clock()
        try:
            answers = await self._workers.run(probe_files, tuple(asked.source for asked in batch))
        except WorkerCrashed:  # one of them did it: each alone tells which
            for asked in batch:
                await self._alone(asked)
            return
        except KtvError as error:
            for asked in batch:
                _fail(asked, error)
            return
        except BaseException as error:
            for asked in batch:
                _fail(asked, error)
            raise
        self._pace = (self._clock() - began) / len(batch)
        for asked, answer in zip(batch, answers, strict=True):
            if asked.answer.done():
                continue
            if isinstance(answer, str):
                asked.answer.set_exception(InvalidMedia(answer))
            else:
                asked.answer.set_result(answer)

    async def _alone(self, asked: _Asked) -> None:
        began = self._clock()
        try:
            found = await self._workers.run(probe_file, asked.source)
        except KtvError as error:
            _fail(asked, error)
        except BaseException as error:
            _fail(asked, error)
            raise
        else:
            self._pace = self._clock() - began
            if not asked.answer.done():
                asked.answer.set_result(found)


def probe_files(sources: Sequence[MediaSource]) -> list[MediaProbe | str]:
    """For each the probe, or why it is no media."""
    answers: list[MediaProbe | str] = []
    for source in sources:
        try:
            answers.append(probe_file(source))
        except InvalidMedia as error:
            answers.append(error.message)
    return answers


def _fail(asked: _Asked, error: BaseException) -> None:
    if not asked.answer.done():
        if isinstance(error, asyncio.CancelledError):
            asked.answer.cancel()
        else:
            asked.answer.set_exception(error)
