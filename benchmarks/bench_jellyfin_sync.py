"""Syncing 50,000 episodes of a Jellyfin server beside a bare loop over the same pages that throws the JSON away."""

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import aiohttp
import orjson
import structlog
from ktv_jellyfin.authorization import authorization
from ktv_jellyfin.plugin import Jellyfin
from ktv_jellyfin.queries import DESCRIPTION, PLAYABLE, View, listing, page

from benchmarks.figure import Figure
from ktv_host.db.activity import ActivityRepository
from ktv_host.db.engine.database import Database, open_database
from ktv_host.db.engine.migrate import migrate_host
from ktv_host.db.leases import LeaseRepository
from ktv_host.db.library.sync_log import SyncLogRepository
from ktv_host.db.library.sync_memory import SyncMemoryRepository
from ktv_host.db.library.sync_passes import SyncPassRepository
from ktv_host.db.library.writing import LibraryRepository
from ktv_host.registry.catalog import Catalog
from ktv_host.registry.instances import Instances, Wish
from ktv_host.services.activity import Activity
from ktv_host.services.lease_keeper import LeaseKeeper
from ktv_host.services.library.sync_pass import PassParts
from ktv_host.services.library.syncing import LibrarySync
from ktv_host.testing import Contexts
from ktv_host.testing.postgres import throwaway_postgres

EPISODES = 50_000
ROUNDS = 5
PAGE = 500
KEY = "0123456789abcdef"
LOG: Any = structlog.wrap_logger(structlog.ReturnLogger())


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds, and the megabytes the process grew by at its largest. ``again`` is a complete pass that finds all as it
    was; ``changes`` is the short one in between.
    """

    seconds: float
    growth: float
    again: float = 0.0
    changes: float = 0.0


def run() -> list[Figure]:
    bare: list[Measured] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        fake_server() as url,
        throwaway_postgres() as postgres,
        # each in a process of its own: memory that was freed is not given back, and would hide what comes after
        ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as fresh,
    ):
        databases: dict[str, Callable[[int], str]] = {
            "SQLite": lambda number: f"sqlite:{folder}/{number}.db",
            "PostgreSQL": lambda _: postgres.fresh(),
        }
        ours: dict[str, list[Measured]] = {name: [] for name in databases}
        for number in range(ROUNDS):
            bare.append(fresh.submit(_bare, url).result())
            for name, make in databases.items():
                ours[name].append(fresh.submit(_sync, url, make(number), folder).result())
    return [figure for name in ours for figure in _figures(name, ours[name], bare)]


def _figures(name: str, ours: Sequence[Measured], bare: Sequence[Measured]) -> Iterator[Figure]:
    yardstick = median(each.seconds for each in bare)
    for what, seconds, expect in (
        (f"sync of {EPISODES:,} episodes of Jellyfin into {name}", [each.seconds for each in ours], "<= 2.5"),
        (f"the same once more into {name}, nothing changed", [each.again for each in ours], "<= 1.5"),
        (f"what changed since, into {name}: nothing", [each.changes for each in ours], "<= 1"),
    ):
        mine = median(seconds)
        note = "yardstick: paging the same server and throwing the JSON away"
        yield Figure(what, mine, yardstick, "s", mine / yardstick, expect, note)
    growth, bare_growth = max(each.growth for each in ours), max(each.growth for each in bare)
    yield Figure(
        f"memory a sync into {name} grows by",
        growth,
        bare_growth,
        "MB",
        growth / max(bare_growth, 1.0),
        "<= 80 MB",
        "K-TV's process, which has synced nothing before; yardstick: the bare loop",
    )


def _bare(url: str) -> Measured:
    return asyncio.run(_measured(lambda: _bare_loop(url)))


def _sync(url: str, database_url: str, folder: str) -> Measured:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    return asyncio.run(_three_syncs(url, database_url, Path(folder)))


async def _three_syncs(url: str, database_url: str, folder: Path) -> Measured:
    await migrate_host(database_url)
    async with open_database(database_url) as database, _syncing(database, url, folder) as syncing:
        first = await _measured(lambda: _synced(syncing, added=EPISODES))
        changes = await _measured(lambda: _synced(syncing, added=0))
        await syncing.forget("jellyfin")
        again = await _measured(lambda: _synced(syncing, added=0))
    return replace(first, again=again.seconds, changes=changes.seconds)


async def _synced(syncing: LibrarySync, *, added: int) -> None:
    report = await syncing.run("jellyfin")
    assert (report.added, report.updated, report.gone) == (added, 0, 0), report


async def _bare_loop(url: str) -> None:
    query = listing(PLAYABLE, view=View((10, 11)), fields=DESCRIPTION, pictures=True)
    seen, start = 0, 0
    async with aiohttp.ClientSession(headers={"Authorization": authorization("bench", KEY)}) as session:
        while True:
            async with session.get(f"{url}/Items", params=page(query, start, PAGE, count=False)) as response:
                items = orjson.loads(await response.read())["Items"]
            if not items:
                break
            seen += sum(item["Type"] == "Episode" for item in items)
            start += PAGE
    assert seen == EPISODES, seen


@asynccontextmanager
async def _syncing(database: Database, url: str, folder: Path) -> AsyncIterator[LibrarySync]:
    """A library with one open instance, as the host wires it."""

    def clock() -> datetime:
        return datetime.now(UTC)

    contexts = Contexts(folder, clock)
    kind = Jellyfin()
    context = await contexts.make(kind, "jellyfin")
    instances = Instances(Catalog(provider_types={kind.key: kind}), lambda *_: context, clock, on_change=lambda _: None)
    library = LibraryRepository(database)
    parts = PassParts(
        library=library,
        passes=SyncPassRepository(database),
        memories=SyncMemoryRepository(database),
        instances=instances,
        transaction=database.transaction,
        clock=clock,
        logger=LOG,
    )
    syncing = LibrarySync(
        parts,
        log=SyncLogRepository(database),
        keeper=LeaseKeeper(LeaseRepository(database), "bench", clock),
        activity=Activity(ActivityRepository(database), clock),
        interval=timedelta(hours=6),
    )
    config = {"base_url": url, "api_key": KEY}
    instances.apply(Wish(id="jellyfin", provider_type=kind.key, name="J", config=config, config_version=1))
    status = await instances.wait_settled("jellyfin", 30)
    assert status.state == "READY", status
    try:
        yield syncing
    finally:
        await syncing.close()
        await instances.close()
        await contexts.close()


async def _measured(work: Callable[[], Awaitable[None]]) -> Measured:
    before = _resident()
    largest = before

    async def watch() -> None:
        nonlocal largest
        while True:
            largest = max(largest, _resident())
            await asyncio.sleep(0.02)

    watching = asyncio.create_task(watch())
    started = time.perf_counter()
    await work()
    seconds = time.perf_counter() - started
    watching.cancel()
    return Measured(seconds, (largest - before) / 1e6)


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def fake_server() -> Iterator[str]:
    """A Jellyfin with a large library, in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "fake_jellyfin", "--no-media", "--episodes", str(EPISODES), "--port", str(port)]
    process = subprocess.Popen(command, env={**os.environ, "FAKE_JELLYFIN_API_KEY": KEY}, stdout=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        while not _answers(f"{url}/health"):
            assert process.poll() is None, "the fake server ended"
            time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(20)


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5) as response:
            return bool(response.status == 200)
    except (URLError, OSError):
        return False
