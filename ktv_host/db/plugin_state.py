"""Plugin state: small JSON values an instance keeps."""

from typing import Any

from ktv_host.db.engine.database import Database
from ktv_host.db.engine.json_text import from_json, to_json


class PluginStateRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, instance_id: str, key: str) -> Any | None:
        text = await self._database.fetch_val(
            "SELECT value FROM plugin_state WHERE instance_id = :instance_id AND key = :key",
            {"instance_id": instance_id, "key": key},
        )
        return None if text is None else from_json(text)

    async def set(self, instance_id: str, key: str, value: Any) -> None:
        await self._database.execute(
            "INSERT INTO plugin_state (instance_id, key, value) VALUES (:instance_id, :key, :value)"
            " ON CONFLICT (instance_id, key) DO UPDATE SET value = excluded.value",
            {"instance_id": instance_id, "key": key, "value": to_json(value)},
        )

    async def delete(self, instance_id: str, key: str) -> None:
        await self._database.execute(
            "DELETE FROM plugin_state WHERE instance_id = :instance_id AND key = :key",
            {"instance_id": instance_id, "key": key},
        )

    async def delete_all(self, instance_id: str) -> None:
        await self._database.execute(
            "DELETE FROM plugin_state WHERE instance_id = :instance_id", {"instance_id": instance_id}
        )
