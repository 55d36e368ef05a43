"""The index of files, for one instance only.

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "local_files_index",
        sa.Column("path", sa.Text, primary_key=True),
        sa.Column("item_key", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("mtime_ns", sa.BigInteger, nullable=False),
        sa.Column("head_hash", sa.Text),
        sa.Column("probe", sa.Text),
        sa.Column("problem", sa.Text),
    )
    op.create_index("ix_local_files_index_key", "local_files_index", ["item_key"], unique=True)


def downgrade() -> None:
    op.drop_table("local_files_index")
