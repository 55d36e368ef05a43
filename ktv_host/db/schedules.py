"""Schedules: generations and the slots on a channel's timeline."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ktv_host.db.engine.database import Database
from ktv_host.db.engine.integrity import conflict_if_referenced, conflict_if_taken
from ktv_host.db.engine.json_text import among, from_json, texts, to_json
from ktv_host.db.engine.times import from_ms, to_ms, to_ms_up
from ktv_host.db.slot_row import (
    AIRING_COLUMNS,
    POSITION_COLUMNS,
    SLOT_COLUMNS,
    read_airings,
    read_positions,
    read_slots,
    slot_values,
)
from ktv_host.domain.position import Position
from ktv_host.domain.recycle import Airing
from ktv_host.domain.schedule import Gap, Schedule, Slot

SCHEDULE_COLUMNS = "id, channel_id, generation, parent, valid_from, valid_until, gaps"

# A channel's slots never overlap, so of those that start before a window only the last can reach into it:
# both ends of the search are in one index.
OVERLAPPING = (
    "channel_id = :channel_id AND start_at < :until AND end_at > :since AND start_at >= COALESCE((SELECT MAX(start_at)"
    " FROM slots WHERE channel_id = :channel_id AND start_at <= :since), :since)"
)


class ScheduleRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def newest(self, channel_id: str) -> Schedule | None:
        """The newest generation, without slots."""
        found = await self.generations(channel_id, 1)
        return found[0] if found else None

    async def generations(self, channel_id: str, limit: int, before: int | None = None) -> list[Schedule]:
        """Newest first, without slots; with ``before`` those older than that generation."""
        older = "" if before is None else " AND generation < :before"
        rows = await self._database.fetch_tuples(
            f"SELECT {SCHEDULE_COLUMNS} FROM schedules WHERE channel_id = :channel_id{older}"
            " ORDER BY generation DESC LIMIT :limit",
            {"channel_id": channel_id, "limit": limit, "before": before},
        )
        return [_schedule(row) for row in rows]

    async def ancestors(self, channel_id: str, generation: int) -> list[int]:
        """The generation itself, its parent, the parent's parent …; empty when there is no such generation."""
        rows = await self._database.fetch_tuples(
            "SELECT generation, parent FROM schedules WHERE channel_id = :channel_id AND generation <= :generation",
            {"channel_id": channel_id, "generation": generation},
        )
        parents: dict[int, int | None] = dict(rows)
        chain: list[int] = []
        current: int | None = generation
        while current in parents:
            chain.append(current)
            current = parents.pop(current)
        return chain

    async def add_generation(self, schedule: Schedule, *, drop_from: datetime | None) -> None:
        """Store a generation: its row and its slots, all or nothing.

        With ``drop_from`` the channel's slots that start then or later go, and one on air then ends there, unless
        ``schedule.slots`` names them: those keep their rows, of which only the end may become earlier. Raises Conflict
        when the generation exists.
        """
        with (
            conflict_if_taken(f"the channel already has a schedule {schedule.generation}"),
            conflict_if_referenced("the channel was deleted"),
        ):
            async with self._database.transaction():
                await self._database.execute(
                    f"INSERT INTO schedules ({SCHEDULE_COLUMNS})"
                    " VALUES (:id, :channel_id, :generation, :parent, :valid_from, :valid_until, :gaps)",
                    _values(schedule),
                )
                if drop_from is not None:
                    await self._drop(schedule, drop_from)
                await self._database.execute_many(
                    "INSERT INTO slots (id, channel_id, schedule_id, generation, block_id, start_at, end_at, item_id,"
                    " title, item, reason, filler) VALUES (:id, :channel_id, :schedule_id, :generation, :block_id,"
                    " :start_at, :end_at, :item_id, :title, :item, :reason, :filler)"
                    " ON CONFLICT (id) DO UPDATE SET end_at = excluded.end_at WHERE excluded.end_at < slots.end_at",
                    [slot_values(slot, schedule.id) for slot in schedule.slots],
                )

    async def slots(self, channel_id: str, start: datetime, until: datetime) -> list[Slot]:
        """The slots that overlap [start, until), oldest first."""
        rows = await self._overlapping(SLOT_COLUMNS, channel_id, start, until)
        return read_slots(rows)

    async def slots_after(self, channel_id: str, now: datetime, limit: int | None) -> list[Slot]:
        """The slots that end after now, oldest first."""
        rows = await self._database.fetch_tuples(
            f"SELECT {SLOT_COLUMNS} FROM slots WHERE channel_id = :channel_id AND end_at > :now ORDER BY end_at"
            f"{'' if limit is None else ' LIMIT :limit'}",
            {"channel_id": channel_id, "now": to_ms(now), "limit": limit},
        )
        return read_slots(rows)

    async def airings(self, channel_id: str, since: datetime, until: datetime) -> list[Airing]:
        """What airs within [since, until), oldest first."""
        rows = await self._overlapping(AIRING_COLUMNS, channel_id, since, until)
        return read_airings(rows)

    async def airings_of_generations(self, channel_id: str, from_generation: int, until: datetime) -> list[Airing]:
        """What this generation and later ones air before ``until``, oldest first."""
        rows = await self._database.fetch_tuples(
            f"SELECT {AIRING_COLUMNS} FROM slots WHERE channel_id = :channel_id AND generation >= :generation"
            " AND start_at < :until ORDER BY start_at",
            {"channel_id": channel_id, "generation": from_generation, "until": to_ms_up(until)},
        )
        return read_airings(rows)

    async def last_of_blocks(
        self,
        channel_id: str,
        block_ids: Sequence[str],
        before: datetime,
        generations: Sequence[int] | None = None,
    ) -> Mapping[str, Position]:
        """For each block the programme, no filler, it started last before that moment, in these generations or any."""
        dialect = self._database.dialect
        of_these = "" if generations is None else f" AND {among(dialect, 'generation', 'generations', 'bigint')}"
        blocks = f"(SELECT value AS block_id FROM {texts(dialect, 'blocks')})"
        rows = await self._database.fetch_tuples(
            f"SELECT {POSITION_COLUMNS} FROM slots WHERE id IN (SELECT (SELECT s.id FROM slots AS s"
            " WHERE s.channel_id = :channel_id AND s.block_id = b.block_id AND s.start_at < :before"
            f" AND NOT s.filler{of_these} ORDER BY s.start_at DESC LIMIT 1) FROM {blocks} AS b)",
            {
                "channel_id": channel_id,
                "blocks": to_json(list(block_ids)),
                "before": to_ms_up(before),
                "generations": to_json(list(generations or ())),
            },
        )
        return read_positions(rows)

    async def delete_slots_of(self, channel_id: str) -> int:
        """Answers how many there were."""
        deleted: int = await self._database.execute(
            "DELETE FROM slots WHERE channel_id = :channel_id", {"channel_id": channel_id}
        )
        return deleted

    async def _drop(self, schedule: Schedule, drop_from: datetime) -> None:
        others = f"channel_id = :channel_id AND NOT ({among(self._database.dialect, 'id', 'kept')})"
        values = {
            "channel_id": schedule.channel_id,
            "drop_from": to_ms_up(drop_from),
            "kept": to_json([slot.id for slot in schedule.slots]),
        }
        await self._database.execute(f"DELETE FROM slots WHERE {others} AND start_at >= :drop_from", values)
        await self._database.execute(
            f"UPDATE slots SET end_at = :drop_from WHERE {others} AND start_at < :drop_from AND end_at > :drop_from",
            values,
        )

    async def _overlapping(
        self, columns: str, channel_id: str, since: datetime, until: datetime
    ) -> list[tuple[Any, ...]]:
        return await self._database.fetch_tuples(
            f"SELECT {columns} FROM slots WHERE {OVERLAPPING} ORDER BY start_at",
            {"channel_id": channel_id, "since": to_ms(since), "until": to_ms_up(until)},
        )


def _values(schedule: Schedule) -> dict[str, Any]:
    gaps = [
        {"start_at": to_ms(gap.start_at), "end_at": to_ms(gap.end_at), "reason": gap.reason, "block_id": gap.block_id}
        for gap in schedule.gaps
    ]
    return {
        "id": schedule.id,
        "channel_id": schedule.channel_id,
        "generation": schedule.generation,
        "parent": schedule.parent,
        "valid_from": to_ms(schedule.valid_from),
        "valid_until": to_ms(schedule.valid_until),
        "gaps": to_json(gaps),
    }


def _schedule(row: Sequence[Any]) -> Schedule:
    schedule_id, channel_id, generation, parent, valid_from, valid_until, gaps = row
    return Schedule(
        id=schedule_id,
        channel_id=channel_id,
        generation=generation,
        parent=parent,
        valid_from=from_ms(valid_from),
        valid_until=from_ms(valid_until),
        gaps=tuple(
            Gap(from_ms(gap["start_at"]), from_ms(gap["end_at"]), gap["reason"], gap["block_id"])
            for gap in from_json(gaps)
        ),
    )
