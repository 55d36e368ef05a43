"""What a sync of 50,000 episodes costs those who ask meanwhile.

Yardstick: the same requests to the same server right after it, when nothing else happens.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from benchmarks.bench_accounts import BASE, bearer, p95
from benchmarks.bench_jellyfin_sync import EPISODES, KEY, fake_server
from benchmarks.bench_server import LOGIN, SERVE, answering, served
from benchmarks.figure import Figure
from ktv_host.testing.postgres import throwaway_postgres

REST = 0.005  # between two requests: people ask now and then, they do not hammer
IDLE_ROUNDS = 600


@dataclass(frozen=True, slots=True)
class Asked:
    """Seconds by what was asked for."""

    now: list[float] = field(default_factory=list)
    items: list[float] = field(default_factory=list)


def run() -> list[Figure]:
    figures = []
    with tempfile.TemporaryDirectory() as folder, fake_server() as jellyfin, throwaway_postgres() as postgres:
        for name, url in (("SQLite", f"sqlite:{folder}/ktv.db"), ("PostgreSQL", postgres.fresh())):
            home = Path(folder) / name
            home.mkdir()
            _make_admin(home, url)
            with served(SERVE, home, DATABASE_URL=url, DEMO="false"):
                busy, idle, seconds = asyncio.run(_measure(jellyfin))
            note = f"{len(busy.now)} in {seconds:.1f} s of sync; yardstick: the same when idle"
            for what, mine, bare in (("now", busy.now, idle.now), ("library/items", busy.items, idle.items)):
                figures.append(
                    Figure(f"GET {what}, p95, while {EPISODES:,} episodes are synced, {name}", p95(mine) * 1e3,
                           p95(bare) * 1e3, "ms", p95(mine) / p95(bare), "<= 3", note)
                )  # fmt: skip
    return figures


async def _measure(jellyfin: str) -> tuple[Asked, Asked, float]:
    await answering(f"{BASE}/config")
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{BASE}/auth/login", json=LOGIN) as answer:
            session.headers.update(bearer((await answer.json())["access_token"]))
        async with session.post(f"{BASE}/channels", json={"name": "One"}) as answer:
            now = f"{BASE}/channels/{(await answer.json())['id']}/now"
        await _asked(session, now, _times(100))
        config = {"base_url": jellyfin, "api_key": KEY}
        wish = {"provider_type": "jellyfin", "config": config}
        async with session.post(f"{BASE}/admin/providers", json=wish) as answer:
            assert answer.status == 201, await answer.text()
        began = time.perf_counter()
        synced = asyncio.create_task(_synced(session))
        busy = await _asked(session, now, lambda: not synced.done())
        await synced
        seconds = time.perf_counter() - began
        await asyncio.sleep(2)  # whatever a sync leaves to be done
        return busy, await _asked(session, now, _times(IDLE_ROUNDS)), seconds


def _make_admin(home: Path, url: str) -> None:
    make = [sys.executable, *SERVE[:2], "users", "create", LOGIN["email"], "--password", LOGIN["password"], "--admin"]
    environment = {**os.environ, "DATA_DIR": str(home / "data"), "PRODUCTION": "false", "DATABASE_URL": url}
    subprocess.run(make, cwd=home, env=environment, stdout=subprocess.DEVNULL, check=True)


def _times(most: int) -> Callable[[], bool]:
    rounds = iter(range(most))
    return lambda: next(rounds, None) is not None


async def _asked(session: aiohttp.ClientSession, now: str, on: Callable[[], bool]) -> Asked:
    taken = Asked()
    while on():
        for url, times in ((now, taken.now), (f"{BASE}/library/items?limit=20", taken.items)):
            began = time.perf_counter()
            async with session.get(url) as answer:
                await answer.read()
            times.append(time.perf_counter() - began)
            await asyncio.sleep(REST)
    return taken


async def _synced(session: aiohttp.ClientSession) -> None:
    """When the first pass has ended."""
    while True:
        async with session.get(f"{BASE}/library/sync/status") as answer:
            statuses = await answer.json()
        if any(each["last_finished_at"] for each in statuses):
            assert statuses[0]["items_added"] == EPISODES, statuses
            return
        await asyncio.sleep(0.25)
