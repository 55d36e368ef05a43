"""Schedules through the services and SQLite: how a generation grows with the library, and 500 renewals."""

import asyncio
import resource
import tempfile
from datetime import time
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from benchmarks.figure import Figure
from benchmarks.library import GENRES
from benchmarks.programming import Programming, programming
from ktv_host.domain.block import AlgorithmicContent, FillStrategy, ProgrammingBlock, ScheduleConfig
from ktv_host.domain.filter import MediaFilter
from ktv_host.domain.media import ContentType

SIZES = (1_000, 10_000, 100_000)
ROUNDS = 3
TWO_DAYS = 48 * 3600
FIRST, ALL = 100, 500  # channels


def day(blocks: int, mins: int) -> ScheduleConfig:
    """Blocks that adjoin: the three strategies in turn, each over a genre of films, episodes or both."""
    kinds = (None, ContentType.EPISODE, ContentType.MOVIE)
    return ScheduleConfig(
        tuple(
            ProgrammingBlock(
                id=f"b{number}",
                name=f"Block {number}",
                start_time=time(number * mins // 60, number * mins % 60),
                duration_mins=mins,
                content=AlgorithmicContent(
                    filter=MediaFilter(content_type=kinds[number % 3], genres=(GENRES[number % len(GENRES)],)),
                    strategy=tuple(FillStrategy)[number % 3],
                ),
                filler=MediaFilter(content_type=ContentType.SHORT) if number % 4 == 0 else None,
            )
            for number in range(blocks)
        )
    )


async def generation_secs(folder: Path, items: int) -> float:
    """Median CPU seconds, of all threads, of a generation over 48 h with four days of history."""
    async with programming(folder, items) as host:
        channel = await host.channel("one", day(24, 60))
        taken = []
        for number in range(ROUNDS + 2):
            began = process_time()
            await host.scheduling.generate(channel)
            if number >= 2:
                taken.append(process_time() - began)
            host.clock.advance(TWO_DAYS)
        return median(taken)


async def renewals(folder: Path) -> tuple[float, float, float]:
    """Milliseconds per renewal of the first channels and of the rest, and the MB the rest took beyond them."""
    async with programming(folder, 10_000) as host:
        first = await _renew(host, 0, FIRST)
        before = _peak_mb()
        rest = await _renew(host, FIRST, ALL)
        return first, rest, _peak_mb() - before


async def _renew(host: Programming, begin: int, end: int) -> float:
    for number in range(begin, end):
        await host.channel(f"c{number}", day(6, 240), auto_schedule=True)
    began = perf_counter()
    await host.renewals.run()
    return (perf_counter() - began) * 1000 / (end - begin)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        first, rest, grown = asyncio.run(renewals(Path(folder)))
    with tempfile.TemporaryDirectory() as folder:
        seconds = {size: asyncio.run(generation_secs(Path(folder), size)) for size in SIZES}
    growth = [
        Figure(
            name=f"generate 48 h of 24 blocks, library of {large:,}",
            ours=seconds[large],
            yardstick=seconds[small] * large / small,
            unit="s",
            ratio=seconds[large] / (seconds[small] * large / small),
            expect="<= 1.5",
            note=f"CPU time of services and SQLite; yardstick: {large // small} times that of {small:,} items",
        )
        for small, large in pairwise(SIZES)
    ]
    return [
        *growth,
        Figure(f"renew {ALL - FIRST} channels after the first {FIRST}", rest, first, "ms each", rest / first, "<= 1.3",
               "six blocks, library of 10,000; yardstick: each of the first"),
        Figure(f"memory of renewing {ALL - FIRST} more channels", grown, 20, "MB", grown / 20, "<= 1",
               "growth of the peak RSS"),
    ]  # fmt: skip
