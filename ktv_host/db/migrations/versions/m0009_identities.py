"""Identities: somebody else's accounts that sign in to ours."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, PrimaryKeyConstraint, Text, UniqueConstraint

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "identities",
        Column("issuer", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("user_id", Text, ForeignKey("users.id", name="fk_identities_user", ondelete="CASCADE"), nullable=False),
        Column("backend", Text, nullable=False),
        Column("admin_granted", Boolean, nullable=False),
        Column("linked_at", BigInteger, nullable=False),
        Column("last_used_at", BigInteger, nullable=False),
        PrimaryKeyConstraint("issuer", "subject", name="pk_identities"),
        UniqueConstraint("user_id", "issuer", name="uq_identities_user_issuer"),
    )
