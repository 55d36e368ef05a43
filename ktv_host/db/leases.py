"""Leases: which process may do something now."""

from datetime import datetime, timedelta

from ktv_host.db.engine.database import Database
from ktv_host.db.engine.times import to_ms

CLOCKS_DIFFER = timedelta(minutes=5)  # at most, between machines on one database


class LeaseRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def acquire(self, name: str, holder: str, ttl: timedelta, now: datetime) -> bool:
        """Take it or keep it; False while somebody else holds it. One atomic statement.

        One that would last longer than any given out now was taken before clocks were put back: it is free.
        """
        got = await self._database.fetch_val(
            "INSERT INTO leases (name, holder, until) VALUES (:name, :holder, :until)"
            " ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until"
            " WHERE leases.until < :now OR leases.holder = excluded.holder OR leases.until > :absurd RETURNING holder",
            {
                "name": name,
                "holder": holder,
                "until": to_ms(now + ttl),
                "now": to_ms(now),
                "absurd": to_ms(now + ttl + CLOCKS_DIFFER),
            },
        )
        return got is not None

    async def release(self, name: str, holder: str) -> None:
        """Does nothing when somebody else holds it by now."""
        await self._database.execute(
            "DELETE FROM leases WHERE name = :name AND holder = :holder", {"name": name, "holder": holder}
        )

    async def holder(self, name: str, now: datetime) -> str | None:
        found: str | None = await self._database.fetch_val(
            "SELECT holder FROM leases WHERE name = :name AND until >= :now", {"name": name, "now": to_ms(now)}
        )
        return found
