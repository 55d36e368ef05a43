"""Markers and chapters of items, in a table of their own: a sync writes items and leaves these alone."""

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, PrimaryKeyConstraint, Text

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "library_details",
        Column("instance_id", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("markers", Text, nullable=False),
        Column("chapters", Text, nullable=False),
        Column("asked_at", BigInteger, nullable=False),
        PrimaryKeyConstraint("instance_id", "key", name="pk_library_details"),
        ForeignKeyConstraint(
            ["instance_id", "key"],
            ["library_items.instance_id", "library_items.key"],
            name="fk_library_details_item",
            ondelete="CASCADE",
        ),
    )
