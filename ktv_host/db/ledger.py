"""The playout ledger and the plans behind segment addresses."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from ktv_host.db.engine.database import Database
from ktv_host.db.engine.integrity import conflict_if_referenced
from ktv_host.db.engine.json_text import texts, to_json
from ktv_host.db.engine.times import to_ms
from ktv_host.domain.airtime import LedgerRow, StoredPlan

COLUMNS = "channel_id, j, start_at, end_at, plan, k0, nmedia, npad, msn0, run0, slot_id, slate, slate_k0"
VALUES = ", ".join(f":{name.strip()}" for name in COLUMNS.split(","))


class LedgerRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def since(self, channel_id: str, end_after_ms: int) -> list[LedgerRow]:
        """The rows that end after a moment, in order, and always the last one."""
        rows = await self._database.fetch_tuples(
            f"SELECT {COLUMNS} FROM ledger WHERE channel_id = :channel_id AND (end_at > :since OR j ="
            " (SELECT MAX(j) FROM ledger WHERE channel_id = :channel_id)) ORDER BY j",
            {"channel_id": channel_id, "since": end_after_ms},
        )
        return [_row(row) for row in rows]

    async def append(self, rows: Sequence[LedgerRow], after: LedgerRow | None) -> bool:
        """Go on from the row ``after`` (None: from nothing). False, and no row, when it is not the last any more.

        So rows fit together whoever writes them: the first writer wins, the others read what it wrote.
        """
        if not rows:
            return True
        channel_id = rows[0].channel_id
        with conflict_if_referenced("the channel was deleted"):
            async with self._database.transaction():
                await self.lock(channel_id)
                if await self._last(channel_id) != after:
                    return False
                await self._database.execute_many(
                    f"INSERT INTO ledger ({COLUMNS}) VALUES ({VALUES})", [_values(row) for row in rows]
                )
        return True

    async def lock(self, channel_id: str) -> None:
        """Let nobody else write the channel's ledger until the transaction ends."""
        await self._database.execute(
            "UPDATE channels SET updated_at = updated_at WHERE id = :channel_id", {"channel_id": channel_id}
        )

    async def _last(self, channel_id: str) -> LedgerRow | None:
        rows = await self._database.fetch_tuples(
            f"SELECT {COLUMNS} FROM ledger WHERE channel_id = :channel_id ORDER BY j DESC LIMIT 1",
            {"channel_id": channel_id},
        )
        return _row(rows[0]) if rows else None

    async def shorten(self, row: LedgerRow) -> None:
        """Write the row's earlier end. Nothing else of a published row ever changes."""
        await self._database.execute(
            "UPDATE ledger SET end_at = :end_at, nmedia = :nmedia, npad = :npad"
            " WHERE channel_id = :channel_id AND j = :j AND end_at >= :end_at",
            {
                "channel_id": row.channel_id,
                "j": row.j,
                "end_at": row.end_ms,
                "nmedia": row.nmedia,
                "npad": row.npad,
            },
        )

    async def drop_from(self, channel_id: str, start_ms: int) -> None:
        """Forget rows nobody has seen: those that begin at a moment or later."""
        await self._database.execute(
            "DELETE FROM ledger WHERE channel_id = :channel_id AND start_at >= :start_at",
            {"channel_id": channel_id, "start_at": start_ms},
        )

    async def purge(self, end_before_ms: int) -> None:
        """Forget what aired long ago, but never a channel's last row: its numbers go on."""
        await self._database.execute(
            "DELETE FROM ledger WHERE end_at < :before AND j < (SELECT MAX(l.j) FROM ledger AS l"
            " WHERE l.channel_id = ledger.channel_id)",
            {"before": end_before_ms},
        )


class PlanRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, plan: StoredPlan, now: datetime) -> None:
        """A plan never changes; where its bytes come from and when it was last wanted may."""
        await self._database.execute(
            "INSERT INTO stream_plans (id, media_id, data, used_at) VALUES (:id, :media_id, :data, :used_at)"
            " ON CONFLICT (id) DO UPDATE SET media_id = excluded.media_id, used_at = excluded.used_at",
            {"id": plan.id, "media_id": plan.media_id, "data": plan.data, "used_at": to_ms(now)},
        )

    async def purge(self, used_before: datetime) -> None:
        """Forget the plans nobody wanted since then, unless a row of the ledger still names them."""
        await self._database.execute(
            "DELETE FROM stream_plans WHERE used_at < :before AND NOT EXISTS (SELECT 1 FROM ledger WHERE plan ="
            " stream_plans.id) AND NOT EXISTS (SELECT 1 FROM ledger WHERE slate = stream_plans.id)",
            {"before": to_ms(used_before)},
        )

    async def get(self, ids: Iterable[str]) -> dict[str, StoredPlan]:
        listed = texts(self._database.dialect, "ids")
        rows = await self._database.fetch_tuples(
            f"SELECT id, media_id, data FROM stream_plans WHERE id IN (SELECT value FROM {listed})",
            {"ids": to_json(sorted(ids))},
        )
        return {plan_id: StoredPlan(plan_id, media_id, bytes(data)) for plan_id, media_id, data in rows}


def _row(values: tuple[Any, ...]) -> LedgerRow:
    channel_id, j, start, end, plan, k0, nmedia, npad, msn0, run0, slot_id, slate, slate_k0 = values
    return LedgerRow(
        channel_id=channel_id,
        j=j,
        start_ms=start,
        end_ms=end,
        plan=plan,
        k0=k0,
        nmedia=nmedia,
        npad=npad,
        msn0=msn0,
        run0=run0,
        slot_id=slot_id,
        slate=slate,
        slate_k0=slate_k0,
    )


def _values(row: LedgerRow) -> dict[str, Any]:
    values = asdict(row)
    values["start_at"], values["end_at"] = values.pop("start_ms"), values.pop("end_ms")
    return values
