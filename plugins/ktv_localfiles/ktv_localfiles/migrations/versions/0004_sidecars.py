"""Sidecars and guesses: what .nfo files said, which of them cannot be read, what a name was guessed to mean.

``sidecars`` is the stamp of the files beside a video when it was last described.

Revision ID: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_COLUMNS = ("sidecars", "nfo", "faults", "guess")


def upgrade() -> None:
    for column in _COLUMNS:
        op.add_column("local_files_index", sa.Column(column, sa.Text))


def downgrade() -> None:
    for column in reversed(_COLUMNS):
        op.drop_column("local_files_index", column)
