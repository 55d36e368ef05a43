"""The planner: how a plan grows with its pools, and what exact best_fit costs and saves against the greedy rule."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import partial
from itertools import pairwise
from statistics import mean, median
from time import perf_counter

from benchmarks.figure import Figure
from ktv_host.domain.block import AlgorithmicContent, FillStrategy, ProgrammingBlock, RecyclePolicy, ScheduleConfig
from ktv_host.domain.plan import PlanRequest
from ktv_host.domain.planner import plan
from ktv_host.domain.pool import PoolItem, item_order
from ktv_host.domain.recycle import Airing
from ktv_host.domain.subset import longest_first

START = datetime(2026, 5, 1, tzinfo=UTC)
SIZES = (1_000, 10_000, 100_000)
LIBRARIES = 200
WINDOW = 2 * 3600


def library(size: int, seed: int) -> list[PoolItem]:
    """Films and episodes as a person has them, in library order."""
    chance = random.Random(seed)
    items = []
    for number in range(size):
        if chance.random() < 0.3:
            items.append(PoolItem(f"i{number}", int(chance.gauss(6200, 1100)) % 12_000 + 60, f"Film {number}"))
        else:
            series = f"Series {number // 60}"
            mins = chance.choice((22, 24, 44, 52))
            length = mins * 60 + chance.randrange(-60, 60)
            items.append(PoolItem(f"i{number}", length, f"Part {number}", series, number % 60 // 12, number % 12))
    return sorted(items, key=item_order)


def day(pool: Sequence[PoolItem]) -> PlanRequest:
    """24 blocks of an hour, the three strategies in turn, after a month of history."""
    strategies = tuple(FillStrategy)
    blocks = tuple(
        ProgrammingBlock(
            id=f"b{hour}",
            name=f"Hour {hour}",
            start_time=time(hour),
            duration_mins=60,
            content=AlgorithmicContent(strategy=strategies[hour % 3]),
        )
        for hour in range(24)
    )
    chance = random.Random(1)
    history = []
    for number in range(1_500):
        at = START - timedelta(minutes=29 * number + 1)
        history.append(Airing(chance.choice(pool).id, at, at + timedelta(minutes=29), "b0", 1))
    return PlanRequest(
        channel_id="channel",
        timezone="Europe/Warsaw",
        config=ScheduleConfig(blocks),
        policy=RecyclePolicy(),
        generation=2,
        start=START,
        until=START + timedelta(hours=48),
        pools={block.id: list(pool) for block in blocks},
        airings=history,
    )


def clock(work: Callable[[], object], times: int = 3) -> float:
    """Median seconds."""
    taken = []
    for _ in range(times):
        started = perf_counter()
        work()
        taken.append(perf_counter() - started)
    return median(taken)


def growth() -> list[Figure]:
    seconds = {size: clock(partial(plan, day(library(size, 7)))) for size in SIZES}
    return [
        Figure(
            name=f"plan 48 h of 24 blocks, every pool {large:,} items",
            ours=seconds[large],
            yardstick=seconds[small] * large / small,
            unit="s",
            ratio=seconds[large] / (seconds[small] * large / small),
            expect="<= 1.5",
            note=f"yardstick: {large // small} times the time for {small:,} items, so 1 is linear growth",
        )
        for small, large in pairwise(SIZES)
    ]


def greedy(lengths: Sequence[int]) -> int:
    """Seconds the contract's rule fills: again and again the longest item that still fits."""
    left = WINDOW
    for length in sorted(lengths, reverse=True):
        if length <= left:
            left -= length
    return WINDOW - left


def exact(lengths: Sequence[int]) -> int:
    chosen = longest_first(Counter(length for length in lengths if length <= WINDOW), WINDOW)
    return sum(length * count for length, count in chosen.items())


def against_greedy(size: int) -> list[Figure]:
    pools = [[item.duration_secs for item in library(size, seed)] for seed in range(LIBRARIES)]
    ours, theirs = (mean(WINDOW - fill(pool) for pool in pools) for fill in (exact, greedy))
    cost, usual = clock(lambda: list(map(exact, pools))), clock(lambda: list(map(greedy, pools)))
    return [
        Figure(
            name=f"best_fit, {size} items, 2 h: dead air",
            ours=ours,
            yardstick=theirs,
            unit="s",
            ratio=ours / theirs if theirs else 1.0,
            expect="<= 0.5",
            note=f"mean of {LIBRARIES} seeded libraries; yardstick: greedy longest-first",
        ),
        Figure(
            name=f"best_fit, {size} items, 2 h: time",
            ours=cost * 1000 / LIBRARIES,
            yardstick=usual * 1000 / LIBRARIES,
            unit="ms",
            ratio=cost / usual,
            expect="<= 100",
            note="what exactness costs per occurrence",
        ),
    ]


def large_pool() -> Figure:
    pool = [item.duration_secs for item in library(10_000, 3)]
    cost, usual = clock(lambda: exact(pool)), clock(lambda: greedy(pool))
    return Figure(
        name="best_fit, 10,000 items, 2 h: time",
        ours=cost * 1000,
        yardstick=usual * 1000,
        unit="ms",
        ratio=cost / usual,
        expect="<= 100",
        note=f"dead air {WINDOW - exact(pool)} s against {WINDOW - greedy(pool)} s",
    )


def run() -> list[Figure]:
    return [*growth(), *against_greedy(20), *against_greedy(200), large_pool()]
