"""Bringing one page of a pass into the index: keys, moves, opening, descriptions."""

import asyncio
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from ktv_host.hooks import MediaItem
from ktv_localfiles.index import Index, Move, Record, State
from ktv_localfiles.index import Known as Row
from ktv_localfiles.notes import Notes
from ktv_localfiles.scanning.arrivals import Arrivals
from ktv_localfiles.scanning.describer import Describer
from ktv_localfiles.scanning.keys import Triple, match_moved
from ktv_localfiles.scanning.notetaking import NoteTaker, Subject
from ktv_localfiles.scanning.opener import Opener
from ktv_localfiles.scanning.opening import read_heads
from ktv_localfiles.scanning.snapshot import Seen
from ktv_localfiles.scanning.sweep import Batch, Sweep


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Turns the batches of a pass into items, and remembers in the index what it opened."""

    index: Index
    opener: Opener
    notes: NoteTaker
    arrivals: Arrivals
    describer: Describer

    async def bring(self, sweep: Sweep, batch: Batch) -> list[MediaItem]:
        """The items of a batch. Files that cannot be aired become problems instead."""
        heads = await self._heads_of_known_size(sweep, batch.fresh)
        moved = await self._moved(sweep, batch.fresh, heads)
        arriving = await self.arrivals.among([seen for seen in batch.fresh if seen[0] not in moved])
        settled = [seen for seen in batch.fresh if seen[0] not in moved and seen[0] not in arriving]
        opened = await self.opener.open(sweep, settled, heads)
        stored = [(row, seen) for row, seen in batch.same]
        stored += [(sweep.known[moved[seen[0]]], seen) for seen in batch.fresh if seen[0] in moved]
        moves, items = await self._stored(sweep, stored)
        items += await self._as_before(sweep, arriving | self.arrivals.found(settled))
        records = [each.record for each in opened]
        await self.index.write(records, moves)
        _remember(sweep, records, moves)
        return [*(each.item for each in opened if each.item is not None), *items]

    async def _heads_of_known_size(self, sweep: Sweep, fresh: Sequence[Seen]) -> dict[str, str]:
        """The hashes of the files that may have moved here: new paths with size and time of one that left."""
        left = {sweep.known[path][2:4] for path in sweep.departed} if fresh else set()
        paths = [seen[0] for seen in fresh if seen[1:3] in left and seen[0] not in sweep.known]
        heads = dict(zip(paths, await read_heads(paths), strict=True))
        return {path: head for path, head in heads.items() if isinstance(head, str)}

    async def _moved(self, sweep: Sweep, fresh: Sequence[Seen], heads: Mapping[str, str]) -> dict[str, str]:
        """New path → old path of the files that only moved."""
        if not heads:
            return {}
        arrived: dict[str, Triple] = {
            path: (size, mtime_ns, heads[path]) for path, size, mtime_ns, _ in fresh if path in heads
        }
        pairs = {triple[:2] for triple in arrived.values()}
        candidates = [
            row for path in sweep.departed if (row := sweep.known[path])[2:4] in pairs and row[5] != State.FAILED
        ]
        old_heads = await self.index.heads([row[1] for row in candidates])
        departed: dict[str, Triple] = {
            path: (size, mtime_ns, head)
            for path, key, size, mtime_ns, _, _ in candidates
            if (head := old_heads.get(key)) is not None
        }
        return match_moved(arrived, departed)

    async def _stored(self, sweep: Sweep, rows: Sequence[tuple[Row, Seen]]) -> tuple[list[Move], list[MediaItem]]:
        """The items of files the index knows, without opening them, and what is new about them."""
        if not rows:
            return [], []
        known = await self.index.known([row[1] for row, _ in rows])
        rows = [(row, seen) for row, seen in rows if row[1] in known]
        subjects = [
            Subject(seen[0], known[row[1]][0], seen[3], _still_true(row, seen, known[row[1]][1])) for row, seen in rows
        ]
        taken = await self.notes.take(subjects, sweep.sidecars)
        moves = [
            Move(row[1], seen[0], notes, sweep.token.number)
            for (row, seen), (notes, _) in zip(rows, taken, strict=True)
            if row[0] != seen[0] or row[5] == State.MISSING or notes != known[row[1]][1]
        ]

        def items() -> list[MediaItem]:
            return [
                self.describer.item(row[1], subject, notes, reading, ambiguous=sweep.ambiguous)
                for (row, _), subject, (notes, reading) in zip(rows, subjects, taken, strict=True)
            ]

        return moves, await asyncio.to_thread(items)

    async def _as_before(self, sweep: Sweep, arriving: Set[str]) -> list[MediaItem]:
        """The items of files that are being written over: what they were is true until they are complete."""
        rows = [row for path in arriving if (row := sweep.known.get(path)) and row[5] in (State.SETTLED, State.CHANGED)]
        _, items = await self._stored(sweep, [(row, (row[0], row[2], row[3], row[4])) for row in rows])
        return items


def _still_true(row: Row, seen: Seen, notes: Notes) -> Notes:
    """A file that moved has other neighbours and another name: nothing of the notes holds any more."""
    return notes if row[0] == seen[0] else Notes()


def _remember(sweep: Sweep, records: Sequence[Record], moves: Sequence[Move]) -> None:
    """Keep the pass's view of the index true, so that a page may be asked for twice."""
    for record in records:
        state = State.CHANGED if record.problem is None else State.FAILED
        sweep.known[record.path] = (record.path, record.key, record.size, record.mtime_ns, record.notes.stamp, state)
    old_paths = {sweep.known[path][1]: path for path in sweep.departed} if moves else {}
    for move in moves:
        old = old_paths.get(move.key, move.path)
        _, key, size, mtime_ns, _, _ = sweep.known.pop(old)
        sweep.departed.discard(old)
        sweep.known[move.path] = (move.path, key, size, mtime_ns, move.notes.stamp, State.CHANGED)
