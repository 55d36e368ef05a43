"""Making segments: each once, in time, and slate instead of an error."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ktv_host.domain.media import MediaSource
from ktv_host.errors import KtvError, NotFound, Unavailable, WorkerCrashed
from ktv_host.hooks.context import Logger
from ktv_host.streaming.cache import SegmentCache, SegmentKey
from ktv_host.streaming.hot_segments import HotSegments
from ktv_host.streaming.modes import Mode
from ktv_host.streaming.plans import Plan
from ktv_host.streaming.remux import copy_segment
from ktv_host.streaming.runs import CopyJob
from ktv_host.streaming.slate import SEGMENT as SLATE_SEGMENT
from ktv_host.streaming.slate import slate_segment
from ktv_host.streaming.ticks import PER_MS
from ktv_host.streaming.worker_pools import WorkerPools

DEADLINE_SECS = 8.0  # hls.js gives up after 10
BAD_SECS = 60.0
UNAVAILABLE_SECS = 15.0  # a server that does not answer may be back
_JOB_SECS = 20.0
_POLL_SECS = 0.05
_MAX_SLATE_MS = 5_000

SourceOf = Callable[[], Awaitable[MediaSource]]


@dataclass(frozen=True, slots=True)
class SegmentBytes:
    """A segment: a file of the cache, or bytes. A ``fallback`` is slate in its place and must not be stored.

    ``hit``: it was there already.
    """

    path: Path | None = None
    data: bytes | None = None
    fallback: bool = False
    hit: bool = False


class Maker(Protocol):
    """Makes segments of one mode. ``keep``: they are dear and stay in the cache."""

    keep: bool

    async def __call__(self, plan: Plan, k: int, cut_ms: int | None, source: SourceOf) -> bytes: ...


class CopyMaker:
    """Copies in worker processes; one item stays with one worker, which keeps its file open."""

    keep = False

    def __init__(self, workers: WorkerPools) -> None:
        self._workers = workers

    async def __call__(self, plan: Plan, k: int, cut_ms: int | None, source: SourceOf) -> bytes:
        job = copy_job(plan, k, cut_ms, await source())
        pool = self._workers.of(job.source)
        try:
            return await pool.run_on(plan.id, copy_segment, job)
        except WorkerCrashed:  # perhaps it was killed for something else; a file that kills two is named
            return await pool.run_on(plan.id, copy_segment, job)


def copy_job(plan: Plan, k: int, cut_ms: int | None, source: MediaSource) -> CopyJob:
    start = plan.boundaries[k]
    return CopyJob(
        source=source,
        asset=plan.asset,
        video_index=plan.video_index,
        audio_index=plan.audio_index,
        origin=plan.origin,
        delay=plan.delay,
        by_dts=plan.by_dts,
        run_up=plan.boundaries[max(0, k - 1)],
        start=start,
        end=plan.boundaries[k + 1],
        last=k == plan.segments - 1,
        stop=None if cut_ms is None else start + cut_ms * PER_MS,
    )


class SegmentMaker:
    """``makers`` says who makes the segments of each mode; a mode without one is slate.

    ``on_failure`` is told the plan and the reason whenever a segment could not be made.
    """

    def __init__(
        self,
        cache: SegmentCache,
        makers: Mapping[Mode, Maker],
        logger: Logger,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        on_failure: Callable[[Plan, str], None] = lambda plan, reason: None,  # noqa: ARG005  nobody asked to be told
    ) -> None:
        self._on_failure = on_failure
        self._cache = cache
        self._makers = makers
        self._logger = logger
        self._monotonic = monotonic
        self._hot = HotSegments(monotonic=monotonic)
        self._flights: dict[SegmentKey, asyncio.Task[SegmentBytes]] = {}
        self._bad: dict[str, float] = {}

    async def get(
        self,
        plan: Plan,
        k: int,
        cut_ms: int | None = None,
        *,
        source: SourceOf,
        caption: tuple[str, ...] = (),
        deadline: float = DEADLINE_SECS,
    ) -> SegmentBytes:
        """The segment within ``deadline`` seconds, or slate of the same length with ``caption``.

        Raises NotFound when the plan has no such segment. ``source`` is asked only if the segment must be made.
        """
        _require(plan, k, cut_ms)
        key = SegmentKey(plan.id, k, cut_ms)
        path = self._cache.find(key)
        if path is not None:
            return SegmentBytes(path=path, hit=True)
        if not self._is_bad(plan.asset):
            flight = self._flights.get(key) or self._start(key, plan, source)
            try:
                async with asyncio.timeout(deadline):
                    return await asyncio.shield(flight)
            except TimeoutError:
                self._logger.warning("segment is late", plan=plan.id, k=k)
            except Exception:  # noqa: BLE001  the job loop: _landed logs it
                self._logger.debug("slate in place of a segment", plan=plan.id, k=k)
        return SegmentBytes(data=await self._slate(plan, k, cut_ms, caption), fallback=True)

    async def ready(self, key: SegmentKey) -> bytes | None:
        """The segment's bytes, when it lies in the cache and is not too large to be held."""
        data = self._hot.fresh(key)
        if data is None and (path := self._cache.find(key)) is not None:
            data = await self._hot.read(key, path)
        return data

    async def sweep(self) -> None:
        """Remove from the cache what is old or beyond its budget."""
        await asyncio.to_thread(self._cache.sweep)

    async def close(self) -> None:
        flights = list(self._flights.values())
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)

    def _start(self, key: SegmentKey, plan: Plan, source: SourceOf) -> asyncio.Task[SegmentBytes]:
        flight = asyncio.create_task(self._make(key, plan, source))
        self._flights[key] = flight
        flight.add_done_callback(lambda done: self._landed(key, plan, done))
        return flight

    def _landed(self, key: SegmentKey, plan: Plan, flight: asyncio.Task[SegmentBytes]) -> None:
        del self._flights[key]
        error = None if flight.cancelled() else flight.exception()
        if error is None:
            return
        if plan.asset:
            self._mark(plan.asset, UNAVAILABLE_SECS if isinstance(error, Unavailable) else BAD_SECS)
        reason = str(error) or type(error).__name__
        self._on_failure(plan, reason)
        if isinstance(error, KtvError | OSError):
            self._logger.warning("segment is slate", plan=plan.id, k=key.k, reason=reason)
        else:
            self._logger.error("segment is slate", plan=plan.id, k=key.k, exc_info=error)

    async def _make(self, key: SegmentKey, plan: Plan, source: SourceOf) -> SegmentBytes:
        while True:
            with self._cache.lock(key) as ours:
                path = self._cache.find(key)
                if path is not None:
                    return SegmentBytes(path=path)
                if ours:
                    return await self._produce(key, plan, source)
            await asyncio.sleep(_POLL_SECS)

    async def _produce(self, key: SegmentKey, plan: Plan, source: SourceOf) -> SegmentBytes:
        if plan.mode is Mode.SLATE:
            data, keep = await self._slate(plan, key.k, key.cut_ms, plan.caption), False
        else:
            maker = self._makers.get(plan.mode)
            if maker is None:
                raise KtvError(f"nothing here makes {plan.mode} segments")
            async with asyncio.timeout(_JOB_SECS):
                data = await maker(plan, key.k, key.cut_ms, source)
            keep = maker.keep
        path = await asyncio.to_thread(self._cache.store, key, data, keep=keep)
        return SegmentBytes(path=path) if path is not None else SegmentBytes(data=data)

    async def _slate(self, plan: Plan, k: int, cut_ms: int | None, caption: tuple[str, ...]) -> bytes:
        """In a thread of this process: the workers may all be busy with what made the slate necessary."""
        start, length = (k * SLATE_SEGMENT, SLATE_SEGMENT)
        if plan.mode is not Mode.SLATE:
            start = plan.boundaries[k]
            length = plan.boundaries[k + 1] - start
        if cut_ms is not None:
            length = cut_ms * PER_MS
        return await asyncio.to_thread(slate_segment, caption, start, length, plan.delay)

    def _mark(self, asset: str, seconds: float) -> None:
        """Do not try again for a while."""
        now = self._monotonic()
        self._bad = {key: until for key, until in self._bad.items() if until > now}
        self._bad[asset] = now + seconds

    def _is_bad(self, asset: str) -> bool:
        return self._bad.get(asset, 0.0) > self._monotonic()


def _require(plan: Plan, k: int, cut_ms: int | None) -> None:
    if plan.mode is Mode.SLATE:
        known = k >= 0 and (cut_ms is None or 0 < cut_ms <= _MAX_SLATE_MS)
    else:
        known = 0 <= k < plan.segments
        if known and cut_ms is not None:
            known = 0 < cut_ms * PER_MS < plan.boundaries[k + 1] - plan.boundaries[k] + PER_MS
    if not known:
        raise NotFound("there is no such segment")
