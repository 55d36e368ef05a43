"""A process that is killed while it writes a batch leaves nothing of it, and all of what it has acknowledged."""

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from ktv_host.db.engine.database import Database
from ktv_host.db.engine.url import SqliteUrl, parse_url
from ktv_host.db.library.reading import LibrarySearch
from ktv_host.db.library.writing import LibraryRepository
from ktv_host.domain.filter import MediaFilter
from ktv_host.domain.media import ContentType, MediaItem

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SIZE = 300
LAST = f"k{SIZE - 1:04}"
WRITER = """
import asyncio, sys
from ktv_host.db.engine.database import open_database
from ktv_host.db.library.writing import LibraryRepository
from tests.db.library.test_killed_writer import NOW, batch

async def main():
    async with open_database(sys.argv[1]) as database:
        await LibraryRepository(database).upsert("one", batch("After"), NOW)
        print("stored", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""
ENDLESS = "SELECT COUNT(*) FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n)"
# the last of the items is never done
STUCK = {
    "sqlite": [
        f"CREATE TRIGGER stuck_{verb} BEFORE {verb} ON library_items WHEN NEW.key = '{LAST}' BEGIN {ENDLESS}; END"
        for verb in ("INSERT", "UPDATE")
    ],
    "postgresql": [
        """CREATE FUNCTION stay() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_advisory_xact_lock(7); RETURN NEW; END $$""",
        f"""CREATE TRIGGER stuck BEFORE INSERT OR UPDATE ON library_items
        FOR EACH ROW WHEN (NEW.key = '{LAST}') EXECUTE FUNCTION stay()""",
    ],
}


def batch(name: str) -> list[MediaItem]:
    """Some of it is new with each name, most is changed."""
    return [
        MediaItem(
            key=f"k{number:04}" if number else f"new-{name}",
            title=f"{name} {number}",
            content_type=ContentType.MOVIE,
            duration_ms=60_000,
            genres=(name,),
        )
        for number in range(SIZE)
    ]


async def test_of_a_batch_amid_which_a_process_is_killed_nothing_is_left(database: Database, database_url: str) -> None:
    await LibraryRepository(database).upsert("one", batch("Before"), NOW)
    for sql in STUCK[database.dialect]:
        await database.execute(sql)
    async with amid(database, database_url) as writer:
        writer.kill()
        await writer.wait()
    await alone(database)
    assert await titles(database) == {item.title for item in batch("Before")}
    assert await found(database, "before") == SIZE
    assert await found(database, "after") == 0


async def test_what_was_acknowledged_is_there_when_the_process_is_killed(database: Database, database_url: str) -> None:
    await LibraryRepository(database).upsert("one", batch("Before"), NOW)
    writer = await started(database_url)
    assert writer.stdout is not None
    assert await asyncio.wait_for(writer.stdout.readline(), 30) == b"stored\n"
    writer.kill()
    await writer.wait()
    assert await titles(database) == {item.title for item in batch("After")} | {"Before 0"}
    assert await found(database, "after") == SIZE
    assert await found(database, "before") == 1


@asynccontextmanager
async def amid(database: Database, url: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that has written all but the last item of its batch, and committed nothing."""
    async with database.transaction(readonly=True):
        if database.dialect == "postgresql":
            await database.fetch_val("SELECT pg_advisory_xact_lock(7)")
        writer = await started(url)
        try:
            async with asyncio.timeout(30):
                while not await is_stuck(database, url):
                    assert writer.returncode is None, "the writer has ended"
                    await asyncio.sleep(0.02)
            yield writer
        finally:
            if writer.returncode is None:
                writer.kill()


async def is_stuck(database: Database, url: str) -> bool:
    if database.dialect == "postgresql":
        waiting = "SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        return bool(await database.fetch_val(waiting))
    target = parse_url(url)
    assert isinstance(target, SqliteUrl)
    other = sqlite3.connect(target.path, timeout=0)
    try:
        other.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return True
    finally:
        other.close()
    return False


async def alone(database: Database) -> None:
    """PostgreSQL learns of the death of a client when it has something to tell it."""
    others = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle'"
    async with asyncio.timeout(30):
        while database.dialect == "postgresql" and await database.fetch_val(others) > 1:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def started(url: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITER, url, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )


async def titles(database: Database) -> set[str]:
    return {item.media.title for item in await LibrarySearch(database).items(MediaFilter(), limit=1000)}


async def found(database: Database, text: str) -> int:
    _, total = await LibrarySearch(database).find(MediaFilter(search_term=text))
    return total
