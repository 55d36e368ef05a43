"""A search index: words on both databases, FTS5 behind a table on SQLite and a tsvector on PostgreSQL.

It is filled from the rows that are there, with the code that fills it later: rows of another time are written anew
by the next sync.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import TEXT, TSVECTOR

from ktv_host.db.library.search_row import search_values
from ktv_host.domain.media import ContentType, MediaItem

revision = "0012"
down_revision = "0011"

BATCH = 2_000
SEARCHED = "instance_id, key, title, series_name, season_number, episode_number, year, genres, tags"
INDEX = """CREATE VIRTUAL TABLE library_fts USING fts5(
    words, content='library_search', content_rowid='id', tokenize="ascii tokenchars '.'",
    detail='none', columnsize=0, prefix='1 2 3')"""
ADDED = """CREATE TRIGGER library_search_added AFTER INSERT ON library_search BEGIN
    INSERT INTO library_fts (rowid, words) VALUES (new.id, new.words); END"""
REMOVED = """CREATE TRIGGER library_search_removed AFTER DELETE ON library_search BEGIN
    INSERT INTO library_fts (library_fts, rowid, words) VALUES ('delete', old.id, old.words); END"""
# without a list of what is pending, which every search would have to read through
GIN = "CREATE INDEX ix_library_search_words ON library_search USING gin (words) WITH (fastupdate = off)"


def upgrade() -> None:
    connection = op.get_bind()
    sqlite = connection.dialect.name == "sqlite"
    ordered = Text().with_variant(TEXT(collation="C"), "postgresql")
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
        ForeignKeyConstraint(
            ["instance_id", "key"],
            ["library_items.instance_id", "library_items.key"],
            name="fk_library_search_item",
            ondelete="CASCADE",
        ),
        Index("ix_library_search_title", "title"),
        Index("ix_library_search_series", "series"),
    )
    for statement in (INDEX, ADDED, REMOVED) if sqlite else (GIN,):
        connection.exec_driver_sql(statement)
    words = ":words" if sqlite else "array_to_tsvector(string_to_array(ltrim(:words), ' '))"
    insert = text(
        "INSERT INTO library_search (instance_id, key, title, series, words)"
        f" VALUES (:instance_id, :key, :title, :series, {words})"
    )
    for batch in _rows(connection):
        connection.execute(insert, [{"instance_id": row[0], **search_values(row[0], _item(row))} for row in batch])
    op.drop_column("library_items", "search_text")


def _item(row: Sequence[Any]) -> MediaItem:
    """As far as it is searched, from the columns of this version."""
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
