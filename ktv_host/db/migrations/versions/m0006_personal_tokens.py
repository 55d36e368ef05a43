"""Personal tokens."""

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Index, PrimaryKeyConstraint, Text, UniqueConstraint

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "personal_tokens",
        Column("id", Text, nullable=False),
        Column("user_id", Text, nullable=False),
        Column("token_hash", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("hint", Text, nullable=False),
        Column("scopes", Text, nullable=False),
        Column("created_at", BigInteger, nullable=False),
        Column("expires_at", BigInteger),
        Column("last_used_at", BigInteger),
        PrimaryKeyConstraint("id", name="pk_personal_tokens"),
        UniqueConstraint("token_hash", name="uq_personal_tokens_hash"),
        ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_personal_tokens_user", ondelete="CASCADE"),
        Index("ix_personal_tokens_user_id", "user_id"),
    )
