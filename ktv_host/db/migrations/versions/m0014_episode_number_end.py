"""The last episode of a file that holds several; the next sync fills it in."""

from alembic import op
from sqlalchemy import BigInteger, Column

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("library_items", Column("episode_number_end", BigInteger))
