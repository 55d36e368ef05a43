"""Tables of accounts, their credentials, the identities they are linked to, and attempts."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from ktv_host.db.engine.times import UtcDateTime
from ktv_host.db.tables.columns import metadata

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

rate_limits = Table(
    "rate_limits",
    metadata,
    Column("key", Text, nullable=False),
    Column("full_at", UtcDateTime, nullable=False),
    Column("room", BigInteger, nullable=False),
    PrimaryKeyConstraint("key", name="pk_rate_limits"),
    Index("ix_rate_limits_full_at", "full_at"),
)
