"""Provider configurations: the wishes for instances."""

from ktv_host.db.engine.database import Database
from ktv_host.db.engine.integrity import conflict_if_taken
from ktv_host.db.engine.json_text import from_json, to_json
from ktv_host.db.engine.row import Row
from ktv_host.db.engine.times import from_ms, to_ms
from ktv_host.domain.instance import ProviderConfig

COLUMNS = "id, provider_type, name, config, config_version, enabled, created_at, updated_at"


class ProviderConfigRepository:
    """What is secret in a configuration comes and goes encrypted."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[ProviderConfig]:
        rows = await self._database.fetch_all(f"SELECT {COLUMNS} FROM provider_configs ORDER BY id")
        return [_config(row) for row in rows]

    async def get(self, instance_id: str) -> ProviderConfig | None:
        row = await self._database.fetch_one(
            f"SELECT {COLUMNS} FROM provider_configs WHERE id = :id", {"id": instance_id}
        )
        return None if row is None else _config(row)

    async def add(self, config: ProviderConfig) -> None:
        """Raises Conflict when the id is taken."""
        with conflict_if_taken(f"there is already a provider instance {config.id}"):
            await self._database.execute(
                f"INSERT INTO provider_configs ({COLUMNS}) VALUES (:id, :provider_type, :name, :config,"
                " :config_version, :enabled, :created_at, :updated_at)",
                _values(config),
            )

    async def update(self, config: ProviderConfig) -> None:
        await self._database.execute(
            "UPDATE provider_configs SET provider_type = :provider_type, name = :name, config = :config,"
            " config_version = :config_version, enabled = :enabled, updated_at = :updated_at WHERE id = :id",
            _values(config),
        )

    async def delete(self, instance_id: str) -> bool:
        deleted: int = await self._database.execute("DELETE FROM provider_configs WHERE id = :id", {"id": instance_id})
        return deleted > 0


def _values(config: ProviderConfig) -> dict[str, object]:
    return {
        "id": config.id,
        "provider_type": config.provider_type,
        "name": config.name,
        "config": to_json(dict(config.config)),
        "config_version": config.config_version,
        "enabled": config.enabled,
        "created_at": to_ms(config.created_at),
        "updated_at": to_ms(config.updated_at),
    }


def _config(row: Row) -> ProviderConfig:
    return ProviderConfig(
        id=row["id"],
        provider_type=row["provider_type"],
        name=row["name"],
        config=from_json(row["config"]),
        config_version=row["config_version"],
        enabled=bool(row["enabled"]),
        created_at=from_ms(row["created_at"]),
        updated_at=from_ms(row["updated_at"]),
    )
