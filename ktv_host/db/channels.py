"""Channels."""

from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from ktv_host.db.engine.database import Database
from ktv_host.db.engine.integrity import conflict_if_referenced, conflict_if_taken
from ktv_host.db.engine.json_text import from_json, to_json
from ktv_host.db.engine.row import Row
from ktv_host.db.engine.times import from_ms, to_ms, to_ms_up
from ktv_host.db.sealed import Box, open_all, seal_all
from ktv_host.domain.block import ScheduleConfig
from ktv_host.domain.channel import AccessMode, Channel, LogoPosition
from ktv_host.domain.codec import decode_config, decode_policy, encode_config, encode_policy

FIELDS = (
    "owner_id",
    "number",
    "name",
    "description",
    "timezone",
    "schedule_config",
    "recycle_policy",
    "access_mode",
    "password_hash",
    "logo",
    "logo_position",
    "logo_opacity",
    "auto_schedule",
    "webhook_url",
    "webhook_poll_interval_secs",
    "webhook_body_template",
    "webhook_headers",
    "updated_at",
)
COLUMNS = ", ".join(("id", "created_at", *FIELDS))
INSERT = f"INSERT INTO channels ({COLUMNS}) VALUES (:id, :created_at, {', '.join(f':{name}' for name in FIELDS)})"
UPDATE = f"UPDATE channels SET {', '.join(f'{name} = :{name}' for name in FIELDS)} WHERE id = :id"
FREE_NUMBER = (
    "SELECT MIN(candidate) FROM (SELECT 1 AS candidate UNION ALL SELECT number + 1 FROM channels) AS candidates"
    " WHERE NOT EXISTS (SELECT 1 FROM channels WHERE number = candidate)"
)

KEPT_CONFIGS, KEPT_MOST = 256, 1 << 16  # how many configurations are at hand, and of how many characters at most


class ChannelRepository:
    """The headers of webhooks are kept sealed by ``box``; without one they are plain."""

    def __init__(self, database: Database, box: Box | None = None) -> None:
        self._database = database
        self._box = box

    async def add(self, channel: Channel) -> Channel:
        """Number 0 stands for the lowest free one. Raises Conflict when the number is taken or the owner is gone."""
        with (
            conflict_if_taken(f"there is already a channel {channel.number}"),
            conflict_if_referenced("the owner of the channel has no account any more"),
        ):
            async with self._database.transaction():
                if channel.number == 0:
                    if self._database.dialect == "postgresql":
                        await self._database.execute("LOCK TABLE channels IN SHARE ROW EXCLUSIVE MODE")
                    channel = replace(channel, number=await self._database.fetch_val(FREE_NUMBER))
                await self._database.execute(INSERT, _values(channel, self._box))
        return channel

    async def get(self, channel_id: str) -> Channel | None:
        row = await self._database.fetch_one(f"SELECT {COLUMNS} FROM channels WHERE id = :id", {"id": channel_id})
        return None if row is None else _channel(row, self._box)

    async def locked(self, channel_id: str) -> Channel | None:
        """As it is now, and nobody else changes it before this transaction ends."""
        # SQLite's transactions have the whole database to themselves already
        lock = " FOR UPDATE" if self._database.dialect == "postgresql" else ""
        row = await self._database.fetch_one(f"SELECT {COLUMNS} FROM channels WHERE id = :id{lock}", {"id": channel_id})
        return None if row is None else _channel(row, self._box)

    async def update(self, channel: Channel) -> None:
        """Raises Conflict when another channel has the number."""
        with conflict_if_taken(f"there is already a channel {channel.number}"):
            await self._database.execute(UPDATE, _values(channel, self._box))

    async def delete(self, channel_id: str) -> bool:
        """Its schedules and slots go with it."""
        deleted: int = await self._database.execute("DELETE FROM channels WHERE id = :id", {"id": channel_id})
        return deleted > 0

    async def owned_by(self, user_id: str) -> list[Channel]:
        """In order of number."""
        rows = await self._database.fetch_all(
            f"SELECT {COLUMNS} FROM channels WHERE owner_id = :owner_id ORDER BY number", {"owner_id": user_id}
        )
        return [_channel(row, self._box) for row in rows]

    async def to_renew(self, now: datetime, until: datetime) -> list[str]:
        """The ids of the channels that renew their schedule themselves and whose newest does not cover [now, until).

        In order of number. One query, since it is asked every half minute however many channels there are.
        """
        rows = await self._database.fetch_tuples(
            "SELECT c.id FROM channels AS c WHERE c.auto_schedule AND NOT EXISTS (SELECT 1 FROM schedules AS s"
            " WHERE s.channel_id = c.id AND s.valid_from <= :now AND s.valid_until >= :until AND s.generation ="
            " (SELECT MAX(generation) FROM schedules WHERE channel_id = c.id)) ORDER BY c.number",
            {"now": to_ms(now), "until": to_ms_up(until)},
        )
        return [channel_id for (channel_id,) in rows]

    async def all(self) -> list[Channel]:
        """In order of number."""
        rows = await self._database.fetch_all(f"SELECT {COLUMNS} FROM channels ORDER BY number")
        return [_channel(row, self._box) for row in rows]

    async def showing(self, media_id: str) -> list[tuple[AccessMode, str]]:
        """Access mode and owner of the channels that have the item in a slot, aired or to come."""
        rows = await self._database.fetch_tuples(
            "SELECT access_mode, owner_id FROM channels WHERE id IN"
            " (SELECT channel_id FROM slots WHERE item_id = :media_id)",
            {"media_id": media_id},
        )
        return [(AccessMode(mode), owner_id) for mode, owner_id in rows]


def _values(channel: Channel, box: Box | None) -> dict[str, object]:
    return {
        "id": channel.id,
        "owner_id": channel.owner_id,
        "number": channel.number,
        "name": channel.name,
        "description": channel.description,
        "timezone": channel.timezone,
        "schedule_config": to_json(encode_config(channel.schedule_config)),
        "recycle_policy": to_json(encode_policy(channel.recycle_policy)),
        "access_mode": channel.access_mode.value,
        "password_hash": channel.password_hash,
        "logo": channel.logo,
        "logo_position": channel.logo_position.value,
        "logo_opacity": float(channel.logo_opacity),
        "auto_schedule": channel.auto_schedule,
        "webhook_url": channel.webhook_url,
        "webhook_poll_interval_secs": channel.webhook_poll_interval_secs,
        "webhook_body_template": channel.webhook_body_template,
        "webhook_headers": to_json(seal_all(channel.webhook_headers, box)),
        "created_at": to_ms(channel.created_at),
        "updated_at": to_ms(channel.updated_at),
    }


def _config(text: str) -> ScheduleConfig:
    """Every request about a channel reads the same text; only large ones, which are rare, are not kept."""
    return _kept_config(text) if len(text) <= KEPT_MOST else decode_config(from_json(text))


@lru_cache(maxsize=KEPT_CONFIGS)
def _kept_config(text: str) -> ScheduleConfig:
    return decode_config(from_json(text))


def _channel(row: Row, box: Box | None) -> Channel:
    return Channel(
        id=row["id"],
        owner_id=row["owner_id"],
        number=row["number"],
        name=row["name"],
        description=row["description"],
        timezone=row["timezone"],
        schedule_config=_config(row["schedule_config"]),
        recycle_policy=decode_policy(from_json(row["recycle_policy"])),
        access_mode=AccessMode(row["access_mode"]),
        password_hash=row["password_hash"],
        logo=row["logo"],
        logo_position=LogoPosition(row["logo_position"]),
        logo_opacity=row["logo_opacity"],
        auto_schedule=bool(row["auto_schedule"]),
        webhook_url=row["webhook_url"],
        webhook_poll_interval_secs=row["webhook_poll_interval_secs"],
        webhook_body_template=row["webhook_body_template"],
        webhook_headers=open_all(from_json(row["webhook_headers"]), box),
        created_at=from_ms(row["created_at"]),
        updated_at=from_ms(row["updated_at"]),
    )
