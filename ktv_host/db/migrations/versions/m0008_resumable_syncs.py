"""Syncs that go on where they stopped: the pass under way, the keys it has seen, and what later passes need."""

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, PrimaryKeyConstraint, Text

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "library_sync_memory",
        Column("instance_id", Text, nullable=False),
        Column("token", Text),
        Column("completed_at", BigInteger),
        Column("synced_at", BigInteger),
        Column("doubt_since", BigInteger),
        Column("doubt_keys", Text),
        PrimaryKeyConstraint("instance_id", name="pk_library_sync_memory"),
    )
    op.create_table(
        "library_passes",
        Column("instance_id", Text, nullable=False),
        Column("started_at", BigInteger, nullable=False),
        Column("phase", Text, nullable=False),
        Column("since", Text),
        Column("cursor", Text),
        Column("pages", Integer, nullable=False),
        Column("seen", Integer, nullable=False),
        Column("added", Integer, nullable=False),
        Column("updated", Integer, nullable=False),
        Column("total", Integer),
        PrimaryKeyConstraint("instance_id", name="pk_library_passes"),
    )
    op.create_table(
        "library_pass_keys",
        Column("instance_id", Text, nullable=False),
        Column("page", Integer, nullable=False),
        Column("keys", Text, nullable=False),
        PrimaryKeyConstraint("instance_id", "page", name="pk_library_pass_keys"),
    )
    op.execute("DELETE FROM settings WHERE key LIKE 'sync:%'")
