"""What the tables share: their collection, and column types that mean the same on both databases."""

from typing import Any

from sqlalchemy import BigInteger, Integer, MetaData, Text, text
from sqlalchemy.dialects.postgresql import TEXT

RowNumber = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts only in INTEGER keys
Ordered = Text().with_variant(TEXT(collation="C"), "postgresql")  # sorts by code point, as SQLite and Python do

PRESENT: dict[str, Any] = {"sqlite_where": text("gone_at IS NULL"), "postgresql_where": text("gone_at IS NULL")}
GONE: dict[str, Any] = {"sqlite_where": text("gone_at IS NOT NULL"), "postgresql_where": text("gone_at IS NOT NULL")}

metadata = MetaData()
