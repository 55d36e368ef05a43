"""The latest moment any playlist was of: what a host that starts must not fall behind."""

from ktv_host.db.engine.database import Database

_KEY = "live_shown_ms"


class AirTimeRepository:
    """Times are milliseconds since the epoch."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def latest(self) -> int | None:
        text = await self._database.fetch_val("SELECT value FROM settings WHERE key = :key", {"key": _KEY})
        return None if text is None else int(text)

    async def advance(self, now_ms: int) -> None:
        """A playlist of this moment is about to be shown; the latest never goes back."""
        await self._database.execute(
            "INSERT INTO settings (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE"
            " SET value = excluded.value WHERE CAST(settings.value AS BIGINT) < CAST(excluded.value AS BIGINT)",
            {"key": _KEY, "value": str(now_ms)},
        )

    async def set_back(self, latest_ms: int, now_ms: int, *, back_ms: int, jump: int) -> None:
        """The clock was wrong before: ledgers begin anew ``back_ms`` ago, with numbers ``jump`` higher.

        A row without segments says so in each that reaches beyond now. Does nothing when somebody did it already.
        """
        async with self._database.transaction():
            await self._database.execute("UPDATE settings SET value = value WHERE key = :key", {"key": _KEY})
            if await self.latest() != latest_ms:
                return
            await self._database.execute("UPDATE channels SET updated_at = updated_at")  # as LedgerRepository.lock
            await self._database.execute(
                "INSERT INTO ledger (channel_id, j, start_at, end_at, k0, nmedia, npad, msn0, run0, slate, slate_k0)"
                " SELECT channel_id, j + 1, :begin, :begin, 0, 0, 0, msn0 + nmedia + npad + :jump, run0 + 2, '', 0"
                " FROM ledger AS last WHERE end_at > :now"
                " AND j = (SELECT MAX(l.j) FROM ledger AS l WHERE l.channel_id = last.channel_id)",
                {"now": now_ms, "begin": now_ms - back_ms, "jump": jump},
            )
            await self._database.execute(
                "UPDATE settings SET value = :value WHERE key = :key", {"key": _KEY, "value": str(now_ms)}
            )
