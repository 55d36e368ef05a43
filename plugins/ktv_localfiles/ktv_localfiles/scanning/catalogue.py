"""Bringing one page of a pass into the index: keys, moves, opening, descriptions."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from ktv_host.hooks import MediaItem, MediaProbe, Probe
from ktv_localfiles.describe import Known, describe
from ktv_localfiles.index import Index, Move, Record, State
from ktv_localfiles.scanning.keys import Triple, match_moved, new_key
from ktv_localfiles.scanning.opening import probe_file, read_head, spread
from ktv_localfiles.scanning.roots import Roots
from ktv_localfiles.scanning.sweep import Batch, Sweep
from ktv_localfiles.scanning.walk import Notice, Seen


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that was opened; ``item`` is None when it cannot be aired."""

    record: Record
    item: MediaItem | None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Turns the batches of a pass into items, and remembers in the index what it opened."""

    instance_id: str
    roots: Roots
    index: Index
    probe: Probe

    async def bring(self, sweep: Sweep, batch: Batch) -> list[MediaItem]:
        """The items of a batch. Files that cannot be aired become problems instead."""
        heads = await self._heads_of_known_size(sweep, batch.fresh)
        moves = await self._moves(sweep, batch.fresh, heads)
        moved = {move.path for move in moves}
        opened = await self._open(sweep, [seen for seen in batch.fresh if seen[0] not in moved], heads)
        records = [each.record for each in opened]
        moves += [
            Move(key, path, artwork, sweep.token.number)
            for (_, key, _, _, old_artwork, state), (path, _, _, artwork) in batch.same
            if state == State.MISSING or artwork != old_artwork
        ]
        await self.index.write(records, moves)
        _remember(sweep, records, moves)
        stored = await self._stored(sweep, [*(row[0] for row, _ in batch.same), *moved])
        return [*(each.item for each in opened if each.item is not None), *stored]

    async def _heads_of_known_size(self, sweep: Sweep, fresh: Sequence[Seen]) -> dict[str, str]:
        """The hashes of the files that may have moved here: new paths with size and time of one that left."""
        left = {sweep.known[path][2:4] for path in sweep.departed} if fresh else set()
        paths = [seen[0] for seen in fresh if seen[1:3] in left and seen[0] not in sweep.known]
        heads = dict(zip(paths, await spread(paths, read_head), strict=True))
        return {path: head for path, head in heads.items() if isinstance(head, str)}

    async def _moves(self, sweep: Sweep, fresh: Sequence[Seen], heads: Mapping[str, str]) -> list[Move]:
        if not heads:
            return []
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
        pictures = {seen[0]: seen[3] for seen in fresh}
        return [
            Move(sweep.known[old][1], path, pictures[path], sweep.token.number)
            for path, old in match_moved(arrived, departed).items()
        ]

    async def _open(self, sweep: Sweep, files: Sequence[Seen], heads: Mapping[str, str]) -> list[Opened]:
        keys: dict[str, str] = {}
        used = {row[1] for row in sweep.known.values()} if files else set()
        for path, *_ in files:
            row = sweep.known.get(path)
            keys[path] = row[1] if row else new_key(self.instance_id, path, used)
            used.add(keys[path])

        async def work(seen: Seen) -> Opened | None:
            return await self._open_one(sweep, seen, keys[seen[0]], heads.get(seen[0]))

        return [each for each in await spread(files, work) if each is not None]

    async def _open_one(self, sweep: Sweep, seen: Seen, key: str, head: str | None) -> Opened | None:
        """None for what cannot be read at all; the next pass tries again. While one file is described here, worker
        processes are busy with the next ones.
        """
        path, size, mtime_ns, artwork = seen
        hashed = head or await read_head(path)
        if isinstance(hashed, FileNotFoundError):
            await asyncio.to_thread(self.roots.require)  # it is gone, or its whole disk is
            return None
        if isinstance(hashed, OSError):
            sweep.notices.append(Notice(path, f"it cannot be read: {hashed.strerror}"))
            return None
        found = await probe_file(self.probe, path) if size else "the file is empty"
        probe, problem = (None, found) if isinstance(found, str) else (found, None)
        record = Record(
            path=path,
            key=key,
            size=size,
            mtime_ns=mtime_ns,
            head_hash=hashed,
            probe=probe,
            problem=problem,
            artwork=artwork,
            changed=sweep.token.number,
        )
        return Opened(record, None if probe is None else self._item(sweep, path, key, artwork, probe))

    async def _stored(self, sweep: Sweep, paths: Sequence[str]) -> list[MediaItem]:
        """The items of files the index knows, without opening them."""
        rows = [sweep.known[path] for path in paths]
        probes = await self.index.probes([row[1] for row in rows])

        def items() -> list[MediaItem]:
            return [
                self._item(sweep, path, key, artwork, probes[key])
                for path, key, _, _, artwork, _ in rows
                if key in probes
            ]

        return await asyncio.to_thread(items) if rows else []

    def _item(self, sweep: Sweep, path: str, key: str, artwork: str | None, probe: MediaProbe) -> MediaItem:
        root, relative = self.roots.split(path)
        return describe(
            Known(
                key=key,
                root_name=PurePath(root).name,
                relative=relative,
                probe=probe,
                collections=self.roots.shelves(path),
                artwork=artwork is not None,
                ambiguous=sweep.ambiguous,
            )
        )


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
