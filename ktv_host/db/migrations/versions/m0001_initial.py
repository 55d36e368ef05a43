"""Everything a first host has. Provider configurations are still keyed by their type."""

from typing import Any

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import TEXT

revision = "0001"
down_revision = None

RowNumber = BigInteger().with_variant(Integer, "sqlite")
Ordered = Text().with_variant(TEXT(collation="C"), "postgresql")


def where(condition: str) -> dict[str, Any]:
    """An index over these rows only."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


def upgrade() -> None:
    accounts()
    providers()
    library()
    broadcasting()
    housekeeping()


def accounts() -> None:
    op.create_table(
        "users",
        Column("id", Text, nullable=False),
        Column("email", Text, nullable=False),
        Column("email_folded", Text, nullable=False),
        Column("role", Text, nullable=False),
        Column("password_hash", Text),
        Column("disabled", Boolean, nullable=False),
        Column("token_epoch", Integer, nullable=False),
        Column("created_at", BigInteger, nullable=False),
        PrimaryKeyConstraint("id", name="pk_users"),
        UniqueConstraint("email_folded", name="uq_users_email"),
    )
    op.create_table(
        "revoked_tokens",
        Column("jti", Text, nullable=False),
        Column("expires_at", BigInteger, nullable=False),
        PrimaryKeyConstraint("jti", name="pk_revoked_tokens"),
    )
    op.create_index("ix_revoked_tokens_expires_at", "revoked_tokens", ["expires_at"])


def providers() -> None:
    op.create_table(
        "provider_configs",
        Column("provider_type", Text, nullable=False),
        Column("config", Text, nullable=False),
        Column("enabled", Boolean, nullable=False),
        Column("updated_at", BigInteger, nullable=False),
        PrimaryKeyConstraint("provider_type", name="pk_provider_configs_type"),
    )
    op.create_table(
        "plugin_state",
        Column("instance_id", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("value", Text, nullable=False),
        PrimaryKeyConstraint("instance_id", "key", name="pk_plugin_state"),
    )


def library() -> None:
    op.create_table(
        "library_items",
        Column("instance_id", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("title", Text, nullable=False),
        Column("content_type", Text, nullable=False),
        Column("duration_ms", BigInteger),
        Column("series_name", Text),
        Column("season_number", BigInteger),
        Column("episode_number", BigInteger),
        Column("year", Integer),
        Column("genres", Text, nullable=False),
        Column("tags", Text, nullable=False),
        Column("collections", Text, nullable=False),
        Column("description", Text),
        Column("rating", Text),
        Column("air_date", Text),
        Column("artwork", Boolean, nullable=False),
        Column("duration_secs", BigInteger),
        Column("sort_key", Ordered, nullable=False),
        Column("sort_title", Ordered, nullable=False),
        Column("search_text", Text, nullable=False),
        Column("digest", Text, nullable=False),
        Column("added_at", BigInteger, nullable=False),
        Column("updated_at", BigInteger, nullable=False),
        Column("gone_at", BigInteger),
        PrimaryKeyConstraint("instance_id", "key", name="pk_library_items"),
    )
    op.create_index("ix_library_items_key", "library_items", ["key"])
    op.create_index("ix_library_items_sort_key", "library_items", ["sort_key"], **where("gone_at IS NULL"))
    op.create_index("ix_library_items_sort_title", "library_items", ["sort_title"], **where("gone_at IS NULL"))
    op.create_index("ix_library_items_added_at", "library_items", ["added_at", "sort_key"], **where("gone_at IS NULL"))
    op.create_index("ix_library_items_gone_at", "library_items", ["gone_at"], **where("gone_at IS NOT NULL"))
    op.create_table(
        "library_terms",
        Column("instance_id", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("term", Ordered, nullable=False),
        Column("label", Text, nullable=False),
        PrimaryKeyConstraint("instance_id", "key", "kind", "term", name="pk_library_terms"),
        ForeignKeyConstraint(
            ["instance_id", "key"],
            ["library_items.instance_id", "library_items.key"],
            name="fk_library_terms_item",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_library_terms_term", "library_terms", ["kind", "term", "instance_id", "key"])
    op.create_table(
        "library_collections",
        Column("instance_id", Text, nullable=False),
        Column("id", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("collection_type", Text),
        Column("position", Integer, nullable=False),
        PrimaryKeyConstraint("instance_id", "id", name="pk_library_collections"),
    )
    op.create_table(
        "library_sync_log",
        Column("id", RowNumber, autoincrement=True, nullable=False),
        Column("instance_id", Text, nullable=False),
        Column("started_at", BigInteger, nullable=False),
        Column("finished_at", BigInteger),
        Column("status", Text, nullable=False),
        Column("seen", Integer, nullable=False),
        Column("added", Integer, nullable=False),
        Column("updated", Integer, nullable=False),
        Column("gone", Integer, nullable=False),
        Column("error", Text),
        PrimaryKeyConstraint("id", name="pk_library_sync_log"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_library_sync_log_instance_id", "library_sync_log", ["instance_id", "id"])


def broadcasting() -> None:
    op.create_table(
        "channels",
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
        Column("created_at", BigInteger, nullable=False),
        Column("updated_at", BigInteger, nullable=False),
        PrimaryKeyConstraint("id", name="pk_channels"),
        UniqueConstraint("number", name="uq_channels_number"),
    )
    op.create_index("ix_channels_owner_id", "channels", ["owner_id"])
    op.create_table(
        "schedules",
        Column("id", Text, nullable=False),
        Column(
            "channel_id",
            Text,
            ForeignKey("channels.id", name="fk_schedules_channel", ondelete="CASCADE"),
            nullable=False,
        ),
        Column("generation", Integer, nullable=False),
        Column("parent", Integer),
        Column("valid_from", BigInteger, nullable=False),
        Column("valid_until", BigInteger, nullable=False),
        Column("gaps", Text, nullable=False),
        PrimaryKeyConstraint("id", name="pk_schedules"),
        UniqueConstraint("channel_id", "generation", name="uq_schedules_generation"),
    )

    # schedule_id is no foreign key: slots leave with their channel, and each further index costs every insert
    op.create_table(
        "slots",
        Column("id", Text, nullable=False),
        Column(
            "channel_id", Text, ForeignKey("channels.id", name="fk_slots_channel", ondelete="CASCADE"), nullable=False
        ),
        Column("schedule_id", Text, nullable=False),
        Column("generation", Integer, nullable=False),
        Column("block_id", Text, nullable=False),
        Column("start_at", BigInteger, nullable=False),
        Column("end_at", BigInteger, nullable=False),
        Column("item_id", Text, nullable=False),
        Column("title", Text, nullable=False),
        Column("item", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("filler", Boolean, nullable=False),
        PrimaryKeyConstraint("id", name="pk_slots"),
    )
    op.create_index("ix_slots_channel_end", "slots", ["channel_id", "end_at"])
    op.create_index("ix_slots_channel_start", "slots", ["channel_id", "start_at"])
    op.create_index("ix_slots_channel_block", "slots", ["channel_id", "block_id", "start_at"])
    op.create_index("ix_slots_channel_generation", "slots", ["channel_id", "generation", "start_at"])
    op.create_index("ix_slots_item_id", "slots", ["item_id"])


def housekeeping() -> None:
    op.create_table(
        "settings",
        Column("key", Text, nullable=False),
        Column("value", Text, nullable=False),
        PrimaryKeyConstraint("key", name="pk_settings"),
    )
    op.create_table(
        "activity",
        Column("id", RowNumber, autoincrement=True, nullable=False),
        Column("kind", Text, nullable=False),
        Column("at", BigInteger, nullable=False),
        Column("message", Text, nullable=False),
        Column("channel_id", Text),
        Column("actor_id", Text),
        Column("data", Text, nullable=False),
        PrimaryKeyConstraint("id", name="pk_activity"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_activity_channel_id", "activity", ["channel_id", "id"])
    op.create_table(
        "leases",
        Column("name", Text, nullable=False),
        Column("holder", Text, nullable=False),
        Column("until", BigInteger, nullable=False),
        PrimaryKeyConstraint("name", name="pk_leases"),
    )
