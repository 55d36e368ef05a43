"""Config history: a row for every change of a channel's programming."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ktv_host.db.engine.database import Database
from ktv_host.db.engine.integrity import conflict_if_referenced
from ktv_host.db.engine.json_text import from_json, to_json
from ktv_host.db.engine.times import from_ms, to_ms
from ktv_host.domain.codec import decode_config, decode_policy, encode_config, encode_policy
from ktv_host.domain.config_version import ConfigVersion

COLUMNS = "channel_id, version, schedule_config, recycle_policy, created_at, actor_id, changes, label, restored_from"
EMAIL = "(SELECT email FROM users WHERE users.id = config_history.actor_id)"


class ConfigHistoryRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, version: ConfigVersion) -> ConfigVersion:
        """Keep it under the channel's next number, whatever number it has.

        Belongs into the transaction that changed the channel's row: who holds that row is alone here.
        """
        with conflict_if_referenced("the channel was deleted"):
            number = await self._database.fetch_val(
                f"INSERT INTO config_history ({COLUMNS}) VALUES (:channel_id,"
                " (SELECT COALESCE(MAX(version), 0) + 1 FROM config_history WHERE channel_id = :channel_id),"
                " :schedule_config, :recycle_policy, :created_at, :actor_id, :changes, :label, :restored_from)"
                " RETURNING version",
                _values(version),
            )
        return replace(version, version=number)

    async def page(self, channel_id: str, limit: int, before: int | None = None) -> list[ConfigVersion]:
        """Newest first; with ``before`` those older than that version."""
        older = "" if before is None else " AND version < :before"
        rows = await self._database.fetch_tuples(
            f"SELECT {COLUMNS}, {EMAIL} FROM config_history WHERE channel_id = :channel_id{older}"
            " ORDER BY version DESC LIMIT :limit",
            {"channel_id": channel_id, "limit": limit, "before": before},
        )
        return [_version(row) for row in rows]

    async def get(self, channel_id: str, version: int) -> ConfigVersion | None:
        found = await self.page(channel_id, 1, version + 1)
        return found[0] if found and found[0].version == version else None

    async def set_label(self, channel_id: str, version: int, label: str | None) -> None:
        await self._database.execute(
            "UPDATE config_history SET label = :label WHERE channel_id = :channel_id AND version = :version",
            {"channel_id": channel_id, "version": version, "label": label},
        )


def _values(version: ConfigVersion) -> dict[str, Any]:
    return {
        "channel_id": version.channel_id,
        "schedule_config": to_json(encode_config(version.config)),
        "recycle_policy": to_json(encode_policy(version.policy)),
        "created_at": to_ms(version.created_at),
        "actor_id": version.actor_id,
        "changes": to_json(list(version.changes)),
        "label": version.label,
        "restored_from": version.restored_from,
    }


def _version(row: Sequence[Any]) -> ConfigVersion:
    channel_id, version, config, policy, created_at, actor_id, changes, label, restored_from, email = row
    return ConfigVersion(
        channel_id=channel_id,
        version=version,
        config=decode_config(from_json(config)),
        policy=decode_policy(from_json(policy)),
        created_at=from_ms(created_at),
        actor_id=actor_id,
        actor_email=email,
        changes=tuple(from_json(changes)),
        label=label,
        restored_from=restored_from,
    )
