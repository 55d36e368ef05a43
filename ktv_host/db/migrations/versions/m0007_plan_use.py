"""Stream plans: when each was last wanted, so that those nobody wants any more can go."""

from alembic import op
from sqlalchemy import BigInteger, Column

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("stream_plans", Column("used_at", BigInteger, nullable=False, server_default="0"))
    op.create_index("ix_ledger_plan", "ledger", ["plan"])
    op.create_index("ix_ledger_slate", "ledger", ["slate"])
