"""The playout ledger and the plans behind segment addresses."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from ktv_host.db.database import Database
from ktv_host.db.json_text import texts, to_json
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

    async def append(self, rows: Sequence[LedgerRow]) -> None:
        """The first writer of a row wins; the others read what it wrote."""
        await self._database.execute_many(
            f"INSERT INTO ledger ({COLUMNS}) VALUES ({VALUES}) ON CONFLICT (channel_id, j) DO NOTHING",
            [_values(row) for row in rows],
        )

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

    async def add(self, plan: StoredPlan) -> None:
        """A plan never changes; where its bytes come from may."""
        await self._database.execute(
            "INSERT INTO stream_plans (id, media_id, data) VALUES (:id, :media_id, :data)"
            " ON CONFLICT (id) DO UPDATE SET media_id = excluded.media_id",
            {"id": plan.id, "media_id": plan.media_id, "data": plan.data},
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
