"""Schedules through the services and SQLite: how a generation grows with the library, and 500 renewals."""

import asyncio
import resource
import tempfile
from collections.abc import Sequence
from datetime import time
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import process_time

from benchmarks.figure import Figure
from benchmarks.library import GENRES, INSTANCE
from benchmarks.programming import Programming, programming
from ktv_host.domain.block import AlgorithmicContent, FillStrategy, ProgrammingBlock, ScheduleConfig
from ktv_host.domain.filter import MediaFilter
from ktv_host.domain.media import ContentType
from ktv_host.domain.presets import presets

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


async def secs(folder: Path, items: int) -> tuple[float, float]:
    """Median CPU seconds, of all threads, of a generation over 48 h with four days of history, and of the presets."""
    async with programming(folder, items) as host:
        census = []
        for _ in range(ROUNDS):
            began = process_time()
            presets(await host.census.take([INSTANCE]), lambda: "id")
            census.append(process_time() - began)
        channel = await host.channel("one", day(24, 60))
        taken = []
        for number in range(ROUNDS + 2):
            began = process_time()
            await host.scheduling.generate(channel)
            if number >= 2:
                taken.append(process_time() - began)
            host.clock.advance(TWO_DAYS)
        return median(taken), median(census)


async def renewals(folder: Path) -> tuple[float, float, float]:
    """CPU milliseconds per renewal of the first channels and of the rest, and the MB the rest took beyond them."""
    async with programming(folder, 10_000) as host:
        first = await _renew(host, 0, FIRST)
        before = _peak_mb()
        rest = await _renew(host, FIRST, ALL)
        return first, rest, _peak_mb() - before


async def _renew(host: Programming, begin: int, end: int) -> float:
    for number in range(begin, end):
        await host.channel(f"c{number}", day(6, 240), auto_schedule=True)
    began = process_time()
    await host.renewals.run()
    return (process_time() - began) * 1000 / (end - begin)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def growth(name: str, seconds: Sequence[float]) -> list[Figure]:
    found = []
    for (small, before), (large, after) in pairwise(zip(SIZES, seconds, strict=True)):
        linear = before * large / small
        note = f"CPU time of services and SQLite; yardstick: {large // small} times that of {small:,} items"
        found.append(Figure(f"{name}, library of {large:,}", after, linear, "s", after / linear, "<= 1.5", note))
    return found


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        first, rest, grown = asyncio.run(renewals(Path(folder)))
    with tempfile.TemporaryDirectory() as folder:
        generations, proposals = zip(*(asyncio.run(secs(Path(folder), size)) for size in SIZES), strict=True)
    return [
        *growth("generate 48 h of 24 blocks", generations),
        *growth("propose presets", proposals),
        Figure(f"renew {ALL - FIRST} channels after the first {FIRST}", rest, first, "ms each", rest / first, "<= 1.3",
               "CPU time; six blocks, library of 10,000; yardstick: each of the first"),
        Figure(f"memory of renewing {ALL - FIRST} more channels", grown, 20, "MB", grown / 20, "<= 1",
               "growth of the peak RSS"),
    ]  # fmt: skip
