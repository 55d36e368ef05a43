"""Config history: a snapshot of a channel's programming for every change. What channels have now is their first."""

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Integer, PrimaryKeyConstraint, Text

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "config_history",
        Column("channel_id", Text, nullable=False),
        Column("version", Integer, nullable=False),
        Column("schedule_config", Text, nullable=False),
        Column("recycle_policy", Text, nullable=False),
        Column("created_at", BigInteger, nullable=False),
        Column("actor_id", Text),
        Column("changes", Text, nullable=False),
        Column("label", Text),
        Column("restored_from", Integer),
        PrimaryKeyConstraint("channel_id", "version", name="pk_config_history"),
        ForeignKeyConstraint(["channel_id"], ["channels.id"], name="fk_config_history_channel", ondelete="CASCADE"),
    )
    op.execute(
        "INSERT INTO config_history (channel_id, version, schedule_config, recycle_policy, created_at, changes)"
        " SELECT id, 1, schedule_config, recycle_policy, updated_at, '[\"as it was when the history began\"]'"
        " FROM channels"
    )
