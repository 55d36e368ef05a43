"""Attempts that are limited, counted for every process and node."""

from alembic import op
from sqlalchemy import BigInteger, Column, Index, PrimaryKeyConstraint, Text

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "rate_limits",
        Column("key", Text, nullable=False),
        Column("full_at", BigInteger, nullable=False),
        Column("room", BigInteger, nullable=False),
        PrimaryKeyConstraint("key", name="pk_rate_limits"),
        Index("ix_rate_limits_full_at", "full_at"),
    )
