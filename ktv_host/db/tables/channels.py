"""Tables of channels, their schedules and their playout."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from ktv_host.db.engine.times import UtcDateTime
from ktv_host.db.tables.columns import metadata

channels = Table(
    "channels",
    metadata,
    Column("id", Text, nullable=False),
    Column("owner_id", Text, ForeignKey("users.id", name="fk_channels_owner"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("description", Text),
    Column("timezone", Text, nullable=False),
    Column("schedule_config", Text, nullable=False),
    Column("recycle_policy", Text, nullable=False),
    Column("access_mode", Text, nullable=False),
    Column("password_hash", Text),
    Column("logo", Text),
    Column("logo_position", Text, nullable=False),
    Column("logo_opacity", Float(53), nullable=False),
    Column("auto_schedule", Boolean, nullable=False),
    Column("webhook_url", Text),
    Column("webhook_poll_interval_secs", Integer),
    Column("webhook_body_template", Text),
    Column("webhook_headers", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("id", name="pk_channels"),
    UniqueConstraint("number", name="uq_channels_number"),
    Index("ix_channels_owner_id", "owner_id"),
)

config_history = Table(
    "config_history",
    metadata,
    Column("channel_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("schedule_config", Text, nullable=False),
    Column("recycle_policy", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("actor_id", Text),
    Column("changes", Text, nullable=False),
    Column("label", Text),
    Column("restored_from", Integer),
    PrimaryKeyConstraint("channel_id", "version", name="pk_config_history"),
    ForeignKeyConstraint(["channel_id"], ["channels.id"], name="fk_config_history_channel", ondelete="CASCADE"),
)

schedules = Table(
    "schedules",
    metadata,
    Column("id", Text, nullable=False),
    Column(
        "channel_id", Text, ForeignKey("channels.id", name="fk_schedules_channel", ondelete="CASCADE"), nullable=False
    ),
    Column("generation", Integer, nullable=False),
    Column("parent", Integer),
    Column("valid_from", UtcDateTime, nullable=False),
    Column("valid_until", UtcDateTime, nullable=False),
    Column("gaps", Text, nullable=False),
    PrimaryKeyConstraint("id", name="pk_schedules"),
    UniqueConstraint("channel_id", "generation", name="uq_schedules_generation"),
)

renewal_failures = Table(
    "renewal_failures",
    metadata,
    Column("channel_id", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("failed_at", UtcDateTime, nullable=False),
    Column("next_try_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("channel_id", name="pk_renewal_failures"),
    ForeignKeyConstraint(["channel_id"], ["channels.id"], name="fk_renewal_failures_channel", ondelete="CASCADE"),
)

# schedule_id is no foreign key: slots leave with their channel, and each further index costs every insert
slots = Table(
    "slots",
    metadata,
    Column("id", Text, nullable=False),
    Column("channel_id", Text, ForeignKey("channels.id", name="fk_slots_channel", ondelete="CASCADE"), nullable=False),
    Column("schedule_id", Text, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("block_id", Text, nullable=False),
    Column("start_at", UtcDateTime, nullable=False),
    Column("end_at", UtcDateTime, nullable=False),
    Column("item_id", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("filler", Boolean, nullable=False),
    PrimaryKeyConstraint("id", name="pk_slots"),
    Index("ix_slots_channel_end", "channel_id", "end_at"),
    Index("ix_slots_channel_start", "channel_id", "start_at"),
    Index("ix_slots_channel_block", "channel_id", "block_id", "start_at"),
    Index("ix_slots_channel_generation", "channel_id", "generation", "start_at"),
    Index("ix_slots_item_id", "item_id"),
)

stream_plans = Table(
    "stream_plans",
    metadata,
    Column("id", Text, nullable=False),
    Column("media_id", Text),
    Column("data", LargeBinary, nullable=False),
    Column("used_at", UtcDateTime, nullable=False, server_default="0"),
    PrimaryKeyConstraint("id", name="pk_stream_plans"),
)

ledger = Table(
    "ledger",
    metadata,
    Column("channel_id", Text, nullable=False),
    Column("j", BigInteger, nullable=False),
    Column("start_at", UtcDateTime, nullable=False),
    Column("end_at", UtcDateTime, nullable=False),
    Column("plan", Text),
    Column("k0", Integer, nullable=False),
    Column("nmedia", Integer, nullable=False),
    Column("npad", Integer, nullable=False),
    Column("msn0", BigInteger, nullable=False),
    Column("run0", BigInteger, nullable=False),
    Column("slot_id", Text),
    Column("slate", Text, nullable=False),
    Column("slate_k0", Integer, nullable=False),
    PrimaryKeyConstraint("channel_id", "j", name="pk_ledger"),
    ForeignKeyConstraint(["channel_id"], ["channels.id"], name="fk_ledger_channel", ondelete="CASCADE"),
    Index("ix_ledger_end", "channel_id", "end_at"),
    Index("ix_ledger_plan", "plan"),
    Index("ix_ledger_slate", "slate"),
)
