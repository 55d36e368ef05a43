"""Any number of instances: rows belong to one, and the rows there are belong to ``local_files``.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_COLUMNS = "path, item_key, size, mtime_ns, head_hash, probe, problem"
_FIRST_INSTANCE = "local_files"


def upgrade() -> None:
    # SQLite cannot change a primary key: the rows move to a new table, on both databases
    op.drop_index("ix_local_files_index_key", "local_files_index")
    op.rename_table("local_files_index", "local_files_index_old")
    op.create_table(
        "local_files_index",
        sa.Column("provider_id", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("item_key", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("mtime_ns", sa.BigInteger, nullable=False),
        sa.Column("head_hash", sa.Text),
        sa.Column("probe", sa.Text),
        sa.Column("problem", sa.Text),
        sa.PrimaryKeyConstraint("provider_id", "path", name="pk_local_files_index"),
    )
    op.execute(
        f"INSERT INTO local_files_index (provider_id, {_COLUMNS})"
        f" SELECT '{_FIRST_INSTANCE}', {_COLUMNS} FROM local_files_index_old"
    )
    op.drop_table("local_files_index_old")
    op.create_index("ix_local_files_index_provider", "local_files_index", ["provider_id", "item_key"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_local_files_index_provider", "local_files_index")
    op.rename_table("local_files_index", "local_files_index_new")
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
    op.execute(
        f"INSERT INTO local_files_index ({_COLUMNS})"
        f" SELECT {_COLUMNS} FROM local_files_index_new WHERE provider_id = '{_FIRST_INSTANCE}'"
    )
    op.drop_table("local_files_index_new")
    op.create_index("ix_local_files_index_key", "local_files_index", ["item_key"], unique=True)
