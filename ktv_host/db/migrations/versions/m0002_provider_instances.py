"""Any number of provider instances per type: an id, a name, the version of the configuration and its age.

The one configuration a type could have keeps its place: its id is the type.
"""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Integer, PrimaryKeyConstraint, Text

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    # copied, not altered: SQLite cannot change a primary key
    op.rename_table("provider_configs", "provider_configs_by_type")
    op.create_table(
        "provider_configs",
        Column("id", Text, nullable=False),
        Column("provider_type", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("config", Text, nullable=False),
        Column("config_version", Integer, nullable=False),
        Column("enabled", Boolean, nullable=False),
        Column("created_at", BigInteger, nullable=False),
        Column("updated_at", BigInteger, nullable=False),
        PrimaryKeyConstraint("id", name="pk_provider_configs"),
    )
    op.execute(
        "INSERT INTO provider_configs"
        " (id, provider_type, name, config, config_version, enabled, created_at, updated_at)"
        " SELECT provider_type, provider_type, provider_type, config, 1, enabled, updated_at, updated_at"
        " FROM provider_configs_by_type"
    )
    op.drop_table("provider_configs_by_type")
