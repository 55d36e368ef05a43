"""Tables of what the house itself keeps."""

from sqlalchemy import (
    Column,
    Index,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from ktv_host.db.engine.times import UtcDateTime
from ktv_host.db.tables.columns import RowNumber, metadata

settings = Table(
    "settings",
    metadata,
    Column("key", Text, nullable=False),
    Column("value", Text, nullable=False),
    PrimaryKeyConstraint("key", name="pk_settings"),
)

activity = Table(
    "activity",
    metadata,
    Column("id", RowNumber, autoincrement=True, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("message", Text, nullable=False),
    Column("channel_id", Text),
    Column("actor_id", Text),
    Column("data", Text, nullable=False),
    PrimaryKeyConstraint("id", name="pk_activity"),
    Index("ix_activity_channel_id", "channel_id", "id"),
    sqlite_autoincrement=True,
)

leases = Table(
    "leases",
    metadata,
    Column("name", Text, nullable=False),
    Column("holder", Text, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("name", name="pk_leases"),
)
