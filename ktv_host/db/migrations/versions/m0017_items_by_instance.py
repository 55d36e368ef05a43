"""No index of keys alone: they are looked for instance by instance, and every sync had to write it."""

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.drop_index("ix_library_items_key", "library_items")
