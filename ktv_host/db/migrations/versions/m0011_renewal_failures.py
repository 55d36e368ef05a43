"""Channels whose schedule could not be renewed, and when it is tried again."""

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Integer, PrimaryKeyConstraint, Text

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "renewal_failures",
        Column("channel_id", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("tries", Integer, nullable=False),
        Column("since", BigInteger, nullable=False),
        Column("failed_at", BigInteger, nullable=False),
        Column("next_try_at", BigInteger, nullable=False),
        PrimaryKeyConstraint("channel_id", name="pk_renewal_failures"),
        ForeignKeyConstraint(["channel_id"], ["channels.id"], name="fk_renewal_failures_channel", ondelete="CASCADE"),
    )
