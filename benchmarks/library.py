"""A library as a person has it, fabricated: films, series and shorts with genres, years and collections."""

import random
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ktv_host.db.engine.database import Database
from ktv_host.db.library.writing import LibraryRepository
from ktv_host.domain.media import Collection, ContentType, MediaItem

INSTANCE = "shelf"
PAGE = 2_000
GENRES = ("Action", "Animation", "Comedy", "Crime", "Documentary", "Drama", "Family", "Horror", "Mystery", "Romance",
          "Science Fiction", "Thriller", "War", "Western")  # fmt: skip
RATINGS = ("G", "PG", "PG-13", "R", "TV-14", "TV-Y", None)
COLLECTIONS = [Collection("films", "Films", "movies"), Collection("shows", "Shows", "tvshows")]
SERIES_LENGTH = 60
ABOUT = "The keeper of the lighthouse and his sister find a letter that was never sent. " * 3


def items(size: int, seed: int = 7) -> Iterator[MediaItem]:
    """30 % films, 5 % shorts, the rest episodes of series of 60."""
    chance = random.Random(seed)
    for number in range(size):
        share = chance.random()
        common: dict[str, Any] = {
            "key": f"i{number}",
            "year": chance.randrange(1940, 2026),
            "genres": tuple(chance.sample(GENRES, chance.randrange(1, 4))),
            "rating": chance.choice(RATINGS),
            "description": ABOUT,
        }
        if share < 0.05:
            length = chance.randrange(30, 600)
            yield MediaItem(
                **common, title=f"Short {number}", content_type=ContentType.SHORT, duration_ms=length * 1000
            )
        elif share < 0.35:
            length = int(chance.gauss(6200, 1100)) % 12_000 + 60
            yield MediaItem(**common, title=f"Film {number}", content_type=ContentType.MOVIE,
                            duration_ms=length * 1000, collections=("films",))  # fmt: skip
        else:
            length = chance.choice((22, 24, 44, 52)) * 60 + chance.randrange(-60, 60)
            yield MediaItem(
                **common,
                title=f"Part {number}",
                content_type=ContentType.EPISODE,
                duration_ms=length * 1000,
                series_name=f"Series {number // SERIES_LENGTH}",
                season_number=number % SERIES_LENGTH // 12 + 1,
                episode_number=number % 12 + 1,
                collections=("shows",),
            )


async def stock(database: Database, size: int, now: datetime, seed: int = 7) -> None:
    """Put such a library into a migrated database, as instance ``shelf``."""
    library = LibraryRepository(database)
    page: list[MediaItem] = []
    for item in items(size, seed):
        page.append(item)
        if len(page) == PAGE:
            await library.upsert(INSTANCE, page, now)
            page = []
    await library.upsert(INSTANCE, page, now)
    await library.replace_collections(INSTANCE, COLLECTIONS)
