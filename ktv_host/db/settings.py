"""Settings an admin changes while the host runs, and what the host itself remembers."""

from typing import Any

from ktv_host.db.engine.database import Database
from ktv_host.db.engine.json_text import from_json, to_json


class SettingRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, key: str) -> Any | None:
        text = await self._database.fetch_val("SELECT value FROM settings WHERE key = :key", {"key": key})
        return None if text is None else from_json(text)

    async def set(self, key: str, value: Any) -> None:
        await self._database.execute(
            "INSERT INTO settings (key, value) VALUES (:key, :value)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            {"key": key, "value": to_json(value)},
        )
