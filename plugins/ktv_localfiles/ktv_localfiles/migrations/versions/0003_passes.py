"""Passes: when a description last changed, since when a file is missing, which picture lies beside it.

Revision ID: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("local_files_index", sa.Column("artwork", sa.Text))
    op.add_column("local_files_index", sa.Column("changed", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("local_files_index", sa.Column("missing_since", sa.BigInteger))
    op.create_index("ix_local_files_index_changed", "local_files_index", ["provider_id", "changed"])


def downgrade() -> None:
    op.drop_index("ix_local_files_index_changed", "local_files_index")
    for column in ("missing_since", "changed", "artwork"):
        op.drop_column("local_files_index", column)
