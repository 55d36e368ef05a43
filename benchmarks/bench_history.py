"""What is on and the guide, as a channel's history grows to a million slots, on SQLite and PostgreSQL."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

import orjson

from benchmarks.figure import Figure
from ktv_host.db.channels import ChannelRepository
from ktv_host.db.engine.database import Database, open_database
from ktv_host.db.engine.migrate import migrate_host
from ktv_host.db.schedules import ScheduleRepository
from ktv_host.db.users import UserRepository
from ktv_host.domain.channel import Channel
from ktv_host.domain.codec import encode_item
from ktv_host.domain.media import ContentType, MediaItem
from ktv_host.domain.user import Role, User
from ktv_host.services.broadcast import Broadcasts
from ktv_host.testing.postgres import throwaway_postgres

NOW = datetime(2026, 11, 23, 9, 40, tzinfo=UTC)
YOUNG, OLD = 1_000, 1_000_000  # slots of half an hour; the last 96 are still to come
ROUNDS, LOOKUPS = 9, 100
ITEM = MediaItem(key="i1", title="Film", content_type=ContentType.MOVIE, duration_ms=1_800_000, genres=("Comedy",))
NUMBERS = {
    "sqlite": "(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < :slots) SELECT n FROM c) AS c",
    "postgresql": "generate_series(1, CAST(:slots AS bigint)) AS c(n)",
}

Lookup = Callable[[str], Awaitable[object]]


async def fill(database: Database, name: str, slots: int) -> None:
    """A channel with so many slots, two days of them in the future."""
    await ChannelRepository(database).add(
        Channel(id=name, owner_id="owner", number=0, name=name, created_at=NOW, updated_at=NOW)
    )
    first = int((NOW + timedelta(days=2)).timestamp() * 1000) - slots * 1_800_000
    await database.execute(
        "INSERT INTO slots (id, channel_id, schedule_id, generation, block_id, start_at, end_at, item_id, title, item,"
        " reason, filler) SELECT CAST(:name AS TEXT) || '-' || n, :name, 's', n / 96, 'b',"
        " CAST(:first AS BIGINT) + (n - 1) * 1800000, CAST(:first AS BIGINT) + n * 1800000, 'one::i' || n % 3000,"
        f" 'Film', CAST(:item AS TEXT), 'because', FALSE FROM {NUMBERS[database.dialect]}",
        {"name": name, "first": first, "item": orjson.dumps(encode_item(ITEM)).decode(), "slots": slots},
    )


async def micros(lookup: Lookup, name: str) -> float:
    began = perf_counter()
    for _ in range(LOOKUPS):
        await lookup(name)
    return (perf_counter() - began) * 1e6 / LOOKUPS


async def measure(url: str) -> list[Figure]:
    await migrate_host(url)
    async with open_database(url) as database:
        await UserRepository(database).add(User(id="owner", email="o@tv.local", role=Role.USER, created_at=NOW))
        for name, slots in (("young", YOUNG), ("old", OLD)):
            await fill(database, name, slots)
        if database.dialect == "postgresql":
            await database.execute("ANALYZE")
        broadcasts = Broadcasts(ScheduleRepository(database), lambda: NOW)
        return [
            await compare("now", broadcasts.now, database.dialect),
            await compare("four hours of the guide", lambda name: broadcasts.guide(name, None, None), database.dialect),
        ]


async def compare(what: str, lookup: Lookup, dialect: str) -> Figure:
    taken: dict[str, list[float]] = {"young": [], "old": []}
    for _ in range(ROUNDS):  # in turns, so that a busy moment meets both
        for name, times in taken.items():
            times.append(await micros(lookup, name))
    old, young = median(taken["old"]), median(taken["young"])
    note = f"yardstick: the same with {YOUNG:,} slots"
    return Figure(f"{what}, {OLD:,} slots, {dialect}", old, young, "µs", old / young, "<= 1.3", note)


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(measure(f"sqlite:{Path(folder) / 'history.db'}"))
    with throwaway_postgres() as server:
        figures += asyncio.run(measure(server.fresh()))
    return figures
