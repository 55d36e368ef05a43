"""Channels whose schedule could not be renewed."""

from ktv_host.db.engine.database import Database
from ktv_host.db.engine.integrity import conflict_if_referenced
from ktv_host.db.engine.times import from_ms, to_ms
from ktv_host.domain.renewal import RenewalFailure

COLUMNS = "channel_id, reason, tries, since, failed_at, next_try_at"


class RenewalFailureRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> dict[str, RenewalFailure]:
        """By channel id."""
        rows = await self._database.fetch_tuples(f"SELECT {COLUMNS} FROM renewal_failures")
        return {
            channel_id: RenewalFailure(
                channel_id=channel_id,
                reason=reason,
                tries=tries,
                since=from_ms(since),
                failed_at=from_ms(failed_at),
                next_try_at=from_ms(next_try_at),
            )
            for channel_id, reason, tries, since, failed_at, next_try_at in rows
        }

    async def put(self, failure: RenewalFailure) -> None:
        """In place of what was known of the channel. Raises Conflict when the channel is gone."""
        with conflict_if_referenced("the channel was deleted"):
            await self._database.execute(
                f"INSERT INTO renewal_failures ({COLUMNS}) VALUES (:channel_id, :reason, :tries, :since, :failed_at,"
                " :next_try_at) ON CONFLICT (channel_id) DO UPDATE SET reason = excluded.reason,"
                " tries = excluded.tries, since = excluded.since, failed_at = excluded.failed_at,"
                " next_try_at = excluded.next_try_at",
                {
                    "channel_id": failure.channel_id,
                    "reason": failure.reason,
                    "tries": failure.tries,
                    "since": to_ms(failure.since),
                    "failed_at": to_ms(failure.failed_at),
                    "next_try_at": to_ms(failure.next_try_at),
                },
            )

    async def clear(self, channel_id: str) -> None:
        await self._database.execute(
            "DELETE FROM renewal_failures WHERE channel_id = :channel_id", {"channel_id": channel_id}
        )
