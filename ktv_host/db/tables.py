"""The host's tables as they are after every migration. Queries are SQL text; this is for migrations and checks."""

from typing import Any

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
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import TEXT

from ktv_host.db.times import UtcDateTime

RowNumber = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts only in INTEGER keys
Ordered = Text().with_variant(TEXT(collation="C"), "postgresql")  # sorts by code point, as SQLite and Python do

PRESENT: dict[str, Any] = {"sqlite_where": text("gone_at IS NULL"), "postgresql_where": text("gone_at IS NULL")}
GONE: dict[str, Any] = {"sqlite_where": text("gone_at IS NOT NULL"), "postgresql_where": text("gone_at IS NOT NULL")}

metadata = MetaData()

users = Table(
    "users",
    metadata,
    Column("id", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("email_folded", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("password_hash", Text),
    Column("disabled", Boolean, nullable=False),
    Column("token_epoch", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("id", name="pk_users"),
    UniqueConstraint("email_folded", name="uq_users_email"),
)

revoked_tokens = Table(
    "revoked_tokens",
    metadata,
    Column("jti", Text, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("jti", name="pk_revoked_tokens"),
    Index("ix_revoked_tokens_expires_at", "expires_at"),
)

personal_tokens = Table(
    "personal_tokens",
    metadata,
    Column("id", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("token_hash", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("hint", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime),
    Column("last_used_at", UtcDateTime),
    PrimaryKeyConstraint("id", name="pk_personal_tokens"),
    UniqueConstraint("token_hash", name="uq_personal_tokens_hash"),
    ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_personal_tokens_user", ondelete="CASCADE"),
    Index("ix_personal_tokens_user_id", "user_id"),
)

identities = Table(
    "identities",
    metadata,
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("user_id", Text, ForeignKey("users.id", name="fk_identities_user", ondelete="CASCADE"), nullable=False),
    Column("backend", Text, nullable=False),
    Column("admin_granted", Boolean, nullable=False),
    Column("linked_at", UtcDateTime, nullable=False),
    Column("last_used_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("issuer", "subject", name="pk_identities"),
    UniqueConstraint("user_id", "issuer", name="uq_identities_user_issuer"),
)

settings = Table(
    "settings",
    metadata,
    Column("key", Text, nullable=False),
    Column("value", Text, nullable=False),
    PrimaryKeyConstraint("key", name="pk_settings"),
)

provider_configs = Table(
    "provider_configs",
    metadata,
    Column("id", Text, nullable=False),
    Column("provider_type", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("config", Text, nullable=False),
    Column("config_version", Integer, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("id", name="pk_provider_configs"),
)

plugin_state = Table(
    "plugin_state",
    metadata,
    Column("instance_id", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("value", Text, nullable=False),
    PrimaryKeyConstraint("instance_id", "key", name="pk_plugin_state"),
)

library_items = Table(
    "library_items",
    metadata,
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
    Column("added_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("gone_at", UtcDateTime),
    PrimaryKeyConstraint("instance_id", "key", name="pk_library_items"),
    Index("ix_library_items_key", "key"),
    Index("ix_library_items_sort_key", "sort_key", **PRESENT),
    Index("ix_library_items_sort_title", "sort_title", **PRESENT),
    Index("ix_library_items_added_at", "added_at", "sort_key", **PRESENT),
    Index("ix_library_items_gone_at", "gone_at", **GONE),
)

library_terms = Table(
    "library_terms",
    metadata,
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
    Index("ix_library_terms_term", "kind", "term", "instance_id", "key"),
)

library_details = Table(
    "library_details",
    metadata,
    Column("instance_id", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("markers", Text, nullable=False),
    Column("chapters", Text, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("instance_id", "key", name="pk_library_details"),
    ForeignKeyConstraint(
        ["instance_id", "key"],
        ["library_items.instance_id", "library_items.key"],
        name="fk_library_details_item",
        ondelete="CASCADE",
    ),
)

library_collections = Table(
    "library_collections",
    metadata,
    Column("instance_id", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("collection_type", Text),
    Column("position", Integer, nullable=False),
    PrimaryKeyConstraint("instance_id", "id", name="pk_library_collections"),
)

library_sync_log = Table(
    "library_sync_log",
    metadata,
    Column("id", RowNumber, autoincrement=True, nullable=False),
    Column("instance_id", Text, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("status", Text, nullable=False),
    Column("seen", Integer, nullable=False),
    Column("added", Integer, nullable=False),
    Column("updated", Integer, nullable=False),
    Column("gone", Integer, nullable=False),
    Column("error", Text),
    PrimaryKeyConstraint("id", name="pk_library_sync_log"),
    Index("ix_library_sync_log_instance_id", "instance_id", "id"),
    sqlite_autoincrement=True,
)

library_sync_memory = Table(
    "library_sync_memory",
    metadata,
    Column("instance_id", Text, nullable=False),
    Column("token", Text),
    Column("completed_at", UtcDateTime),
    Column("synced_at", UtcDateTime),
    Column("doubt_since", UtcDateTime),
    Column("doubt_keys", Text),
    PrimaryKeyConstraint("instance_id", name="pk_library_sync_memory"),
)

library_passes = Table(
    "library_passes",
    metadata,
    Column("instance_id", Text, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("phase", Text, nullable=False),
    Column("since", Text),
    Column("cursor", Text),
    Column("pages", Integer, nullable=False),
    Column("seen", Integer, nullable=False),
    Column("added", Integer, nullable=False),
    Column("updated", Integer, nullable=False),
    Column("total", Integer),
    PrimaryKeyConstraint("instance_id", name="pk_library_passes"),
)

library_pass_keys = Table(
    "library_pass_keys",
    metadata,
    Column("instance_id", Text, nullable=False),
    Column("page", Integer, nullable=False),
    Column("keys", Text, nullable=False),
    PrimaryKeyConstraint("instance_id", "page", name="pk_library_pass_keys"),
)

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

activity = Table(
    "activity",
    metadata,
    Column("id", RowNumber, autoincrement=True, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("message", Text, nullable=False),
    Column("channel_id", Text),
    Column("actor_id", Text),
    Column("data", Text, nullable=False),
    PrimaryKeyConstraint("id", name="pk_activity"),
    Index("ix_activity_channel_id", "channel_id", "id"),
    sqlite_autoincrement=True,
)

leases = Table(
    "leases",
    metadata,
    Column("name", Text, nullable=False),
    Column("holder", Text, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("name", name="pk_leases"),
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
