"""Bringing one page of a pass into the index: keys, moves, opening, descriptions."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from ktv_host.hooks import MediaItem, MediaProbe, Probe
from ktv_localfiles.describe import describe
from ktv_localfiles.index import Index, Move, Record, State
from ktv_localfiles.keys import Triple, match_moved, new_key
from ktv_localfiles.opening import probe_all, read_heads
from ktv_localfiles.roots import Roots
from ktv_localfiles.sweep import Batch, Sweep
from ktv_localfiles.walk import Notice, Seen


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Turns the batches of a pass into items, and remembers in the index what it opened."""

    instance_id: str
    roots: Roots
    index: Index
    probe: Probe

    async def bring(self, sweep: Sweep, batch: Batch) -> list[MediaItem]:
        """The items of a batch, in the order of their paths. Files that cannot be aired become problems instead."""
        heads = await self._heads(sweep, batch.fresh)
        moves = await self._moves(sweep, [seen for seen in batch.fresh if seen[0] in heads], heads)
        moved = {move.path for move in moves}
        opened = [seen for seen in batch.fresh if seen[0] in heads and seen[0] not in moved]
        records = await self._open(sweep, opened, heads)
        moves += [
            Move(key, path, artwork, sweep.token.number)
            for (_, key, _, _, old_artwork, state), (path, _, _, artwork) in batch.same
            if state == State.MISSING or artwork != old_artwork
        ]
        await self.index.write(records, moves)
        _remember(sweep, records, moves)
        keys = {row[0]: row[1] for row, _ in batch.same} | {move.path: move.key for move in moves}
        stored = await self.index.probes(list(keys.values()))
        probes = {path: stored[key] for path, key in keys.items() if key in stored}
        probes |= {record.path: record.probe for record in records if record.probe is not None}
        return await asyncio.to_thread(self._describe, sweep, probes)

    async def _heads(self, sweep: Sweep, fresh: Sequence[Seen]) -> dict[str, str]:
        """The hash of every file's beginning. What cannot be read becomes a notice; the next pass tries again."""
        heads: dict[str, str] = {}
        for path, head in (await read_heads([seen[0] for seen in fresh])).items():
            if isinstance(head, str):
                heads[path] = head
            elif isinstance(head, FileNotFoundError):
                await asyncio.to_thread(self.roots.require)  # gone, or its whole disk is
            else:
                sweep.notices.append(Notice(path, f"it cannot be read: {head.strerror}"))
        return heads

    async def _moves(self, sweep: Sweep, fresh: Sequence[Seen], heads: dict[str, str]) -> list[Move]:
        """Files that are new here and lay elsewhere before."""
        arrived: dict[str, Triple] = {
            path: (size, mtime, heads[path]) for path, size, mtime, _ in fresh if path not in sweep.known
        }
        pairs = {triple[:2] for triple in arrived.values()}
        candidates = [row for path in (sweep.departed if pairs else ()) if (row := sweep.known[path])[2:4] in pairs]
        heads_by_key = await self.index.heads([row[1] for row in candidates if row[5] != State.FAILED])
        departed: dict[str, Triple] = {
            path: (size, mtime_ns, head)
            for path, key, size, mtime_ns, _, _ in candidates
            if (head := heads_by_key.get(key)) is not None
        }
        pictures = {seen[0]: seen[3] for seen in fresh}
        return [
            Move(sweep.known[old][1], path, pictures[path], sweep.token.number)
            for path, old in match_moved(arrived, departed).items()
        ]

    async def _open(self, sweep: Sweep, files: Sequence[Seen], heads: dict[str, str]) -> list[Record]:
        probes: dict[str, MediaProbe | str] = {seen[0]: "the file is empty" for seen in files if seen[1] == 0}
        probes |= await probe_all(self.probe, [seen[0] for seen in files if seen[1] > 0])
        used = {row[1] for row in sweep.known.values()} if files else set()
        records = []
        for path, size, mtime_ns, artwork in files:
            row = sweep.known.get(path)
            key = row[1] if row else new_key(self.instance_id, path, used)
            used.add(key)
            found = probes[path]
            records.append(
                Record(
                    path=path,
                    key=key,
                    size=size,
                    mtime_ns=mtime_ns,
                    head_hash=heads[path],
                    probe=found if isinstance(found, MediaProbe) else None,
                    problem=found if isinstance(found, str) else None,
                    artwork=artwork,
                    changed=sweep.token.number,
                )
            )
        return records

    def _describe(self, sweep: Sweep, probes: dict[str, MediaProbe]) -> list[MediaItem]:
        items = []
        for path in sorted(probes):
            root, relative = self.roots.split(path)
            _, key, _, _, artwork, _ = sweep.known[path]
            items.append(
                describe(
                    key=key,
                    root_name=PurePath(root).name,
                    relative=relative,
                    probe=probes[path],
                    collections=self.roots.shelves(path),
                    artwork=artwork is not None,
                    ambiguous=sweep.ambiguous,
                )
            )
        return items


def _remember(sweep: Sweep, records: Sequence[Record], moves: Sequence[Move]) -> None:
    """Keep the pass's view of the index true, so that a page may be asked for twice."""
    for record in records:
        state = State.CHANGED if record.problem is None else State.FAILED
        sweep.known[record.path] = (record.path, record.key, record.size, record.mtime_ns, record.artwork, state)
    old_paths = {sweep.known[path][1]: path for path in sweep.departed} if moves else {}
    for move in moves:
        old = old_paths.get(move.key, move.path)
        _, key, size, mtime_ns, _, _ = sweep.known.pop(old)
        sweep.departed.discard(old)
        sweep.known[move.path] = (move.path, key, size, mtime_ns, move.artwork, State.CHANGED)
