"""The database room beside the stock ``databases`` package: SQLite files, one task, rounds taken in turn."""

import asyncio
import sqlite3
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median
from time import perf_counter

from databases import Database as StockDatabase
from rich.console import Console

from benchmarks.figure import Figure
from benchmarks.run import Outcome, table
from ktv_host.db.engine.database import Database, open_database

ROWS = 50_000
ROUNDS = 7
SELECT = "SELECT id, name, number FROM things WHERE id = :id"
PAGE = "SELECT id, name, number FROM things WHERE id BETWEEN :first AND :last"
UPDATE = "UPDATE things SET number = number + 1 WHERE id = :id"

AnyDatabase = Database | StockDatabase
Work = Callable[[AnyDatabase, int], Awaitable[object]]


async def point_read(database: AnyDatabase, number: int) -> object:
    return await database.fetch_one(SELECT, {"id": number})


async def page_read(database: AnyDatabase, number: int) -> object:
    return await database.fetch_all(PAGE, {"first": number, "last": number + 49})


async def point_write(database: AnyDatabase, number: int) -> object:
    return await database.execute(UPDATE, {"id": number})


async def transaction(database: AnyDatabase, number: int) -> None:
    async with database.transaction():
        await database.execute(UPDATE, {"id": number})
        await database.execute(UPDATE, {"id": number + 1})


# name, work, how often a round does it with ours and with the yardstick, what we expect
WORKS: tuple[tuple[str, Work, int, int, str], ...] = (
    ("database: read a row by key", point_read, 2_000, 200, ">= 8"),
    ("database: read 50 rows", page_read, 600, 100, ">= 3"),
    ("database: one UPDATE", point_write, 1_000, 100, ">= 8"),
    ("database: a transaction of two UPDATEs", transaction, 400, 60, ">= 8"),
)


def fill(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT NOT NULL, number INTEGER NOT NULL)")
    connection.executemany("INSERT INTO things VALUES (?, ?, 0)", ((n, f"thing {n}") for n in range(ROWS)))
    connection.commit()
    connection.close()


async def rate(work: Work, database: AnyDatabase, times: int) -> float:
    """Per second."""
    started = perf_counter()
    for number in range(times):
        await work(database, number * 37 % (ROWS - 100))
    return times / (perf_counter() - started)


async def measure(ours: Database, stock: StockDatabase) -> list[Figure]:
    figures = []
    for name, work, our_times, stock_times, expect in WORKS:
        our_rates, stock_rates = [], []
        for _ in range(ROUNDS):
            our_rates.append(await rate(work, ours, our_times))
            stock_rates.append(await rate(work, stock, stock_times))
        mine, theirs = median(our_rates), median(stock_rates)
        note = "yardstick: stock databases on a WAL file"
        figures.append(Figure(name, mine, theirs, "per s", mine / theirs, expect, note))
    return figures


async def compare(folder: Path) -> list[Figure]:
    for name in ("ours.db", "stock.db"):
        fill(folder / name)
    async with (
        open_database(f"sqlite:{folder / 'ours.db'}") as ours,
        StockDatabase(f"sqlite:///{folder / 'stock.db'}") as stock,
    ):
        return await measure(ours, stock)


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(compare(Path(folder)))


def main() -> None:
    Console().print(table([Outcome("database", run())]))


if __name__ == "__main__":
    main()
