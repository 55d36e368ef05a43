"""The linear stream: plans of items, where each plan's bytes come from, and the playout ledger."""

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Index, Integer, LargeBinary, PrimaryKeyConstraint, Text

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "stream_plans",
        Column("id", Text, nullable=False),
        Column("media_id", Text),
        Column("data", LargeBinary, nullable=False),
        PrimaryKeyConstraint("id", name="pk_stream_plans"),
    )
    op.create_table(
        "ledger",
        Column("channel_id", Text, nullable=False),
        Column("j", BigInteger, nullable=False),
        Column("start_at", BigInteger, nullable=False),
        Column("end_at", BigInteger, nullable=False),
        Column("plan", Text),
        Column("k0", Integer, nullable=False),
        Column("nmedia", Integer, nullable=False),
        Column("npad", Integer, nullable=False),
        Column("msn0", BigInteger, nullable=False),
        Column("run0", BigInteger, nullable=False),
        Column("slot_id", Text),
        Column("slate", Text, nullable=False),
        Column("slate_k0", Integer, nullable=False),
        PrimaryKeyConstraint("channel_id", "j", name="pk_ledger"),
        ForeignKeyConstraint(["channel_id"], ["channels.id"], name="fk_ledger_channel", ondelete="CASCADE"),
        Index("ix_ledger_end", "channel_id", "end_at"),
    )
