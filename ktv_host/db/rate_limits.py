"""Rate limits: one row per bucket, shared by every process and node.

A bucket is filled up to ``full_at``; each attempt fills it a bit further, and time empties it. ``room`` is how far
ahead of now it may be filled (both in milliseconds).
"""

from collections.abc import Sequence
from datetime import datetime

from ktv_host.db.engine.database import Database
from ktv_host.db.engine.times import to_ms
from ktv_host.domain.limits import Bucket


class RateLimitRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, buckets: Sequence[Bucket], now: datetime) -> bool:
        """Whether every bucket had room for one more attempt; one atomic statement."""
        values: dict[str, object] = {"now": to_ms(now)}
        for n, bucket in enumerate(buckets):
            values |= {
                f"key{n}": bucket.key,
                f"full_at{n}": to_ms(now) + bucket.limit.every_ms,
                f"room{n}": bucket.limit.room_ms,
            }
        rows = ", ".join(f"(:key{n}, :full_at{n}, :room{n})" for n in range(len(buckets)))
        taken = await self._database.fetch_all(
            f"INSERT INTO rate_limits (key, full_at, room) VALUES {rows} ON CONFLICT (key) DO UPDATE"
            " SET room = excluded.room, full_at = CASE WHEN rate_limits.full_at > :now"
            " THEN rate_limits.full_at + excluded.full_at - :now ELSE excluded.full_at END"
            " WHERE rate_limits.full_at <= :now + excluded.room RETURNING key",
            values,
        )
        return len(taken) == len(buckets)

    async def wait_ms(self, buckets: Sequence[Bucket], now: datetime) -> int:
        """How long until each of them has room again."""
        names, values = _keys(buckets)
        found: int | None = await self._database.fetch_val(
            f"SELECT MAX(full_at - room) FROM rate_limits WHERE key IN ({names})", values
        )
        return max(0, (found or 0) - to_ms(now))

    async def give_back(self, buckets: Sequence[Bucket]) -> None:
        """An attempt that turned out to be none."""
        await self._database.execute_many(
            "UPDATE rate_limits SET full_at = full_at - :every WHERE key = :key",
            [{"key": bucket.key, "every": bucket.limit.every_ms} for bucket in buckets],
        )

    async def purge(self, now: datetime) -> int:
        """Forget buckets that are empty again."""
        purged: int = await self._database.execute("DELETE FROM rate_limits WHERE full_at <= :now", {"now": to_ms(now)})
        return purged


def _keys(buckets: Sequence[Bucket]) -> tuple[str, dict[str, object]]:
    return ", ".join(f":key{n}" for n in range(len(buckets))), {f"key{n}": b.key for n, b in enumerate(buckets)}
