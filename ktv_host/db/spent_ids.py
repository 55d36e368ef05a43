"""Spent ids: what may be used once has been."""

from datetime import datetime

from ktv_host.db.engine.database import Database
from ktv_host.db.engine.times import to_ms


class SpentIds:
    """Ids of sign-ins and of one-time codes, shared by all processes. Their rows lie and leave with revoked tokens."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def spend(self, spent_id: str, until: datetime) -> bool:
        """Whether this was the first use; of any number at once exactly one is. Forgotten some time after ``until``."""
        async with self._database.transaction():
            row = await self._database.fetch_one(
                "INSERT INTO revoked_tokens (jti, expires_at) VALUES (:jti, :expires_at)"
                " ON CONFLICT (jti) DO NOTHING RETURNING jti",
                {"jti": spent_id, "expires_at": to_ms(until)},
            )
        return row is not None
