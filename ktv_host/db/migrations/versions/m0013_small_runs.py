"""Discontinuity runs counted from 0: at those that began at 195 million hls.js stood still for seconds each."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.execute(
        "UPDATE ledger SET run0 = ledger.run0 - first.run0"
        " FROM (SELECT channel_id, MIN(run0) AS run0 FROM ledger GROUP BY channel_id) AS first"
        " WHERE first.channel_id = ledger.channel_id"
    )
