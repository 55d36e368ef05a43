"""Tables of provider instances and what the library knows of their items."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import TSVECTOR

from ktv_host.db.engine.times import UtcDateTime
from ktv_host.db.tables.columns import GONE, PRESENT, Ordered, RowNumber, metadata

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
    Column("episode_number_end", BigInteger),
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
    Column("term_set", Text),
    Column("digest", Text, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("gone_at", UtcDateTime),
    PrimaryKeyConstraint("instance_id", "key", name="pk_library_items"),
    Index("ix_library_items_term_set", "term_set"),
    Index("ix_library_items_sort_key", "sort_key", **PRESENT),
    Index("ix_library_items_sort_title", "sort_title", **PRESENT),
    Index("ix_library_items_added_at", "added_at", "sort_key", **PRESENT),
    Index("ix_library_items_gone_at", "gone_at", **GONE),
)

library_terms = Table(
    "library_terms",
    metadata,
    Column("kind", Text, nullable=False),
    Column("term", Ordered, nullable=False),
    Column("set_id", Text, nullable=False),
    Column("label", Text, nullable=False),
    PrimaryKeyConstraint("kind", "term", "set_id", name="pk_library_terms"),
)

# on SQLite the words are searched by library_fts, a virtual table its triggers fill; on PostgreSQL by a GIN index
library_search = Table(
    "library_search",
    metadata,
    Column("id", RowNumber, autoincrement=True, nullable=False),
    Column("instance_id", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("title", Ordered, nullable=False),
    Column("series", Ordered),
    Column("words", Text().with_variant(TSVECTOR, "postgresql"), nullable=False),
    PrimaryKeyConstraint("id", name="pk_library_search"),
    UniqueConstraint("instance_id", "key", name="uq_library_search_item"),
    Index("ix_library_search_title", "title"),
    Index("ix_library_search_series", "series"),
)

library_words = Table(
    "library_words",
    metadata,
    Column("word", Ordered, nullable=False),
    Column("instance_id", Text, nullable=False),
    Column("items", Integer, nullable=False),
    Column("titles", Integer, nullable=False),
    PrimaryKeyConstraint("word", "instance_id", name="pk_library_words"),
    sqlite_with_rowid=False,
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
