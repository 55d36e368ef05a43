"""Searching a library of 100,000 items beside a LIKE '%…%' scan of the same rows: one page, and how many in all."""

import asyncio
import random
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter

from benchmarks.figure import Figure
from ktv_host.db.engine.database import Database, open_database
from ktv_host.db.engine.migrate import migrate_host
from ktv_host.db.library.reading import LibrarySearch
from ktv_host.db.library.writing import LibraryRepository
from ktv_host.domain.filter import MediaFilter
from ktv_host.domain.media import ContentType, MediaItem
from ktv_host.testing.postgres import throwaway_postgres

ITEMS = 100_000
PAGE = 2_000
ROUNDS = 9
EVERYDAY = (
    "the", "of", "and", "night", "day", "love", "war", "man", "woman", "house", "city", "river", "king", "queen",
    "dark", "light", "red", "blue", "last", "first", "lost", "found", "secret", "story", "return", "rise", "fall",
    "star", "moon", "sun", "sea", "fire", "ice", "road", "home", "dream", "blood", "heart", "soul", "girl", "boy",
    "father",
)  # fmt: skip
GENRES = ("Action", "Animation", "Comedy", "Crime", "Documentary", "Drama", "Family", "Horror", "Romance", "Western")
ABOUT = "The keeper of the lighthouse and his sister find a letter that was never sent. " * 4
COMMON = ("the", "love", "star", "night", "comedy", "drama", "lo", "st", "war", "dark")
LIKE = "gone_at IS NULL AND (title LIKE :word OR series_name LIKE :word OR genres LIKE :word)"
SCAN = f"SELECT instance_id, key FROM library_items WHERE {LIKE} ORDER BY sort_title LIMIT 50"
COUNT = f"SELECT COUNT(*) FROM library_items WHERE {LIKE}"
Ask = Callable[[str], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of each word."""

    ours: list[float]
    scan: list[float]


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder, throwaway_postgres() as postgres:
        return [
            *asyncio.run(_figures("SQLite", f"sqlite:{folder}/search.db")),
            *asyncio.run(_figures("PostgreSQL", postgres.fresh())),
        ]


async def _figures(name: str, url: str) -> list[Figure]:
    await migrate_host(url)
    async with open_database(url) as database:
        rare = await _fill(database)
        await database.execute("ANALYZE")
        search = LibrarySearch(database)

        async def ours(word: str) -> object:
            return await search.find(MediaFilter(search_term=word), ["shelf"], limit=50)

        async def scan(word: str) -> object:
            # as it is written in the titles, so that both databases need not fold anything
            values = {"word": f"%{word}%"}
            return await database.fetch_val(COUNT, values), await database.fetch_tuples(SCAN, values)

        first, *common = [await _round(COMMON, ours, scan) for _ in range(ROUNDS)]
        _, *seldom = [await _round(rare, ours, scan) for _ in range(ROUNDS)]
        return [
            _figure(f"search for common words, {name}, p95", common),
            _figure(f"search for common words nobody asked for before, {name}, slowest", [first]),
            _figure(f"search for rare words, {name}, p95", seldom),
        ]


async def _round(words: tuple[str, ...], ours: Ask, scan: Ask) -> Times:
    """In turn, so that whatever else the machine does hits both."""
    times = Times([], [])
    for word in words:
        for ask, measured in ((ours, times.ours), (scan, times.scan)):
            begin = perf_counter()
            await ask(word)
            measured.append((perf_counter() - begin) * 1000)
    return times


def _figure(name: str, rounds: Sequence[Times]) -> Figure:
    mine = _p95([each for times in rounds for each in times.ours])
    yardstick = _p95([each for times in rounds for each in times.scan])
    return Figure(
        name, mine, yardstick, "ms", mine / yardstick, "<= 0.1", f"{ITEMS:,} items; yardstick: LIKE, count and page"
    )


def _p95(measured: list[float]) -> float:
    return sorted(measured)[int(len(measured) * 0.95)]


async def _fill(database: Database) -> tuple[str, ...]:
    """Puts the library there; answers words that few titles have."""
    library, now = LibraryRepository(database), datetime.now(UTC)
    page: list[MediaItem] = []
    made = list(_items())
    for item in made:
        page.append(item)
        if len(page) == PAGE:
            await library.upsert("shelf", page, now)
            page = []
    await library.upsert("shelf", page, now)
    return tuple(item.title.split()[-1] for item in made[:: len(made) // 10])


def _items() -> Iterator[MediaItem]:
    chance = random.Random(1)
    rare = ["".join(chance.choice("bcdfglmnprst") + chance.choice("aeiou") for _ in range(4)) for _ in range(20_000)]
    series = [f"{chance.choice(EVERYDAY)} {chance.choice(rare)}" for _ in range(1_500)]
    for number in range(ITEMS):
        everyday = chance.choices(EVERYDAY, k=chance.randrange(1, 4))
        episode = chance.random() < 0.85
        yield MediaItem(
            key=f"{chance.getrandbits(128):032x}",
            title=" ".join([*everyday, chance.choice(rare)]),
            content_type=ContentType.EPISODE if episode else ContentType.MOVIE,
            duration_ms=1_300_000 + number,
            series_name=chance.choice(series) if episode else None,
            season_number=number % 9 if episode else None,
            episode_number=number % 24 if episode else None,
            year=chance.randrange(1950, 2026),
            genres=tuple(genre.lower() for genre in chance.sample(GENRES, 2)),
            description=ABOUT,
        )
