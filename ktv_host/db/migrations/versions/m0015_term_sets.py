"""What filters compare, once for all items that are alike in it; and words that come by the batch.

PostgreSQL's index of words takes a batch as a list first, which every writer works in before it is done: one by one
they cost it twice as much.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from alembic import op
from sqlalchemy import Column, Connection, PrimaryKeyConstraint, Text, text
from sqlalchemy.dialects.postgresql import TEXT

from ktv_host.db.library.term_set import TermSet, made_of

revision = "0015"
down_revision = "0014"

BATCH = 2_000
NEXT = """SELECT instance_id, key, genres, tags, collections, series_name FROM library_items
    WHERE (instance_id, key) > (:i, :k) ORDER BY instance_id, key LIMIT :limit"""


def upgrade() -> None:
    connection = op.get_bind()
    op.drop_table("library_terms")
    op.create_table(
        "library_terms",
        Column("kind", Text, nullable=False),
        Column("term", Text().with_variant(TEXT(collation="C"), "postgresql"), nullable=False),
        Column("set_id", Text, nullable=False),
        Column("label", Text, nullable=False),
        PrimaryKeyConstraint("kind", "term", "set_id", name="pk_library_terms"),
    )
    op.add_column("library_items", Column("term_set", Text))
    for batch in _rows(connection):
        sets = [(row[0], row[1], _set(row)) for row in batch]
        _write(connection, sets)
    op.create_index("ix_library_items_term_set", "library_items", ["term_set"])
    if connection.dialect.name == "postgresql":
        op.execute("ALTER INDEX ix_library_search_words SET (fastupdate = on)")


def _write(connection: Connection, sets: Sequence[tuple[str, str, TermSet | None]]) -> None:
    items = [{"i": instance_id, "k": key, "id": found.id} for instance_id, key, found in sets if found is not None]
    if not items:
        return
    connection.execute(text("UPDATE library_items SET term_set = :id WHERE instance_id = :i AND key = :k"), items)
    connection.execute(
        text(
            "INSERT INTO library_terms (kind, term, set_id, label) VALUES (:kind, :term, :id, :label)"
            " ON CONFLICT DO NOTHING"
        ),
        [
            {"kind": each.kind, "term": each.term, "id": found.id, "label": each.label}
            for found in {found.id: found for _, _, found in sets if found is not None}.values()
            for each in found.terms
        ],
    )


def _set(row: Sequence[Any]) -> TermSet | None:
    genres, tags, collections = (tuple(orjson.loads(listed)) for listed in row[2:5])
    return made_of(genres, tags, collections, row[5])


def _rows(connection: Connection) -> Iterator[Sequence[Any]]:
    after: tuple[str, str] = ("", "")
    while True:
        rows = connection.execute(text(NEXT), {"i": after[0], "k": after[1], "limit": BATCH}).all()
        if not rows:
            return
        yield rows
        after = (rows[-1][0], rows[-1][1])
