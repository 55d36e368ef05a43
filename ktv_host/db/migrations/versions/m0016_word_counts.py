"""Word counts; and each word of an item once in the search index, those of its title behind a dot.

The index is made anew from the rows that are there, with the code that fills it later.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import orjson
from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import TEXT, TSVECTOR

from ktv_host.db.engine.json_text import Kind, records, to_json
from ktv_host.db.engine.url import Dialect
from ktv_host.db.library.search_row import search_values
from ktv_host.db.library.word_counts import WordCounts, count_words
from ktv_host.domain.media import ContentType, MediaItem

revision = "0016"
down_revision = "0015"

BATCH = 2_000
ROW: Mapping[str, Kind] = {"key": "text", "title": "text", "series": "text", "words": "text"}
COUNT: Mapping[str, Kind] = {"word": "text", "items": "bigint", "titles": "bigint"}
SEARCHED = "instance_id, key, title, series_name, season_number, episode_number, year, genres, tags"
INDEX = """CREATE VIRTUAL TABLE library_fts USING fts5(
    words, content='library_search', content_rowid='id', tokenize="ascii tokenchars '.'",
    detail='none', columnsize=0, prefix='2 3')"""
ADDED = """CREATE TRIGGER library_search_added AFTER INSERT ON library_search BEGIN
    INSERT INTO library_fts (rowid, words) VALUES (new.id, new.words); END"""
REMOVED = """CREATE TRIGGER library_search_removed AFTER DELETE ON library_search BEGIN
    INSERT INTO library_fts (library_fts, rowid, words) VALUES ('delete', old.id, old.words); END"""
FILL = "INSERT INTO library_fts (library_fts) VALUES ('rebuild')"
GIN = "CREATE INDEX ix_library_search_words ON library_search USING gin (words)"


def upgrade() -> None:
    connection = op.get_bind()
    sqlite = connection.dialect.name == "sqlite"
    ordered = Text().with_variant(TEXT(collation="C"), "postgresql")
    if sqlite:
        op.execute("DROP TABLE library_fts")
    op.drop_table("library_search")
    op.create_table(
        "library_search",
        Column("id", BigInteger().with_variant(Integer, "sqlite"), autoincrement=True, nullable=False),
        Column("instance_id", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("title", ordered, nullable=False),
        Column("series", ordered),
        Column("words", Text().with_variant(TSVECTOR, "postgresql"), nullable=False),
        PrimaryKeyConstraint("id", name="pk_library_search"),
        UniqueConstraint("instance_id", "key", name="uq_library_search_item"),
    )
    op.create_table(
        "library_words",
        Column("word", ordered, nullable=False),
        Column("instance_id", Text, nullable=False),
        Column("items", Integer, nullable=False),
        Column("titles", Integer, nullable=False),
        PrimaryKeyConstraint("word", "instance_id", name="pk_library_words"),
        sqlite_with_rowid=False,
    )
    _fill(connection)
    op.create_index("ix_library_search_title", "library_search", ["title"])
    op.create_index("ix_library_search_series", "library_search", ["series"])
    for statement in (INDEX, FILL, ADDED, REMOVED) if sqlite else (GIN,):
        connection.exec_driver_sql(statement)


def _fill(connection: Connection) -> None:
    dialect: Dialect = "sqlite" if connection.dialect.name == "sqlite" else "postgresql"
    words = "words" if dialect == "sqlite" else "array_to_tsvector(string_to_array(ltrim(words), ' '))"
    write_search = text(
        "INSERT INTO library_search (instance_id, key, title, series, words)"
        f" SELECT :instance_id, key, title, series, {words} FROM {records(dialect, 'rows', ROW)}"
    )
    write_counts = text(
        "INSERT INTO library_words (word, instance_id, items, titles)"
        f" SELECT word, :instance_id, items, titles FROM {records(dialect, 'rows', COUNT)}"
    )
    items: dict[str, Counter[str]] = defaultdict(Counter)
    titles: dict[str, Counter[str]] = defaultdict(Counter)
    for batch in _rows(connection):
        for instance_id, rows in groupby(batch, itemgetter(0)):
            found = [search_values(instance_id, _item(row)) for row in rows]
            listed = [[row[name] for name in ROW] for row in found]
            connection.execute(write_search, {"instance_id": instance_id, "rows": to_json(listed)})
            counts = count_words([row["words"] for row in found])
            items[instance_id].update(counts.items)
            titles[instance_id].update(counts.titles)
    for instance_id, words_of_items in items.items():
        counted = WordCounts(words_of_items, titles[instance_id]).rows()
        connection.execute(write_counts, {"instance_id": instance_id, "rows": to_json(counted)})


def _item(row: Sequence[Any]) -> MediaItem:
    """As far as it is searched."""
    _, key, title, series_name, season_number, episode_number, year, genres, tags = row
    return MediaItem(
        key=key,
        title=title,
        content_type=ContentType.EPISODE,
        series_name=series_name,
        season_number=season_number,
        episode_number=episode_number,
        year=year,
        genres=tuple(orjson.loads(genres)),
        tags=tuple(orjson.loads(tags)),
    )


def _rows(connection: Connection) -> Iterator[Sequence[Any]]:
    after: tuple[str, str] = ("", "")
    while True:
        rows = connection.execute(
            text(
                f"SELECT {SEARCHED} FROM library_items WHERE gone_at IS NULL AND (instance_id, key) > (:i, :k)"
                " ORDER BY instance_id, key LIMIT :limit"
            ),
            {"i": after[0], "k": after[1], "limit": BATCH},
        ).all()
        if not rows:
            return
        yield rows
        after = (rows[-1][0], rows[-1][1])
