"""Opener: the new and changed files of a page, opened a few at a time."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ktv_host.hooks import MediaItem, MediaProbe, Probe
from ktv_localfiles.describe import duration_of
from ktv_localfiles.index import Record
from ktv_localfiles.notes import Notes
from ktv_localfiles.scanning.arrivals import Arrivals
from ktv_localfiles.scanning.describer import Describer
from ktv_localfiles.scanning.keys import new_key
from ktv_localfiles.scanning.notetaking import NoteTaker, Subject
from ktv_localfiles.scanning.opening import TOGETHER, groups, probe_file, read_heads, spread, unfit
from ktv_localfiles.scanning.roots import Roots
from ktv_localfiles.scanning.snapshot import Notice, Seen
from ktv_localfiles.scanning.sweep import Sweep

_GROUPS = 3  # two that worker processes are busy with, and one that is read or described meanwhile


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that was opened; ``item`` is None when it cannot be aired."""

    record: Record
    item: MediaItem | None


@dataclass(frozen=True, slots=True)
class Opener:
    instance_id: str
    roots: Roots
    probe: Probe
    notes: NoteTaker
    arrivals: Arrivals
    describer: Describer

    async def open(self, sweep: Sweep, files: Sequence[Seen], heads: Mapping[str, str]) -> list[Opened]:
        """In the order of the files, without those that cannot be read at all: the next pass tries them again.

        ``heads`` are hashes that are known already.
        """
        keys = self._keys(sweep, files)

        async def work(group: Sequence[Seen]) -> list[Opened]:
            readable = await self._readable(sweep, group, heads)
            found = await spread([seen for seen, _ in readable], self._probed, at_once=TOGETHER)
            answers = [
                (_record(sweep, seen, keys[seen[0]], head), answer)
                for (seen, head), answer in zip(readable, found, strict=True)
                if not (isinstance(answer, str) and self.arrivals.may_arrive(seen))
            ]
            return await self._described(sweep, answers)

        return [each for opened in await spread(groups(files), work, at_once=_GROUPS) for each in opened]

    def _keys(self, sweep: Sweep, files: Sequence[Seen]) -> dict[str, str]:
        """By path; a file that only changed keeps its own."""
        keys: dict[str, str] = {}
        for path, *_ in files:
            row = sweep.known.get(path)
            keys[path] = row[1] if row else new_key(self.instance_id, path, sweep.keys)
            sweep.keys.add(keys[path])
        return keys

    async def _readable(self, sweep: Sweep, files: Sequence[Seen], heads: Mapping[str, str]) -> list[tuple[Seen, str]]:
        """Each with the hash of its beginning."""
        unknown = [seen[0] for seen in files if seen[0] not in heads]
        hashes = {**dict(zip(unknown, await read_heads(unknown), strict=True)), **heads}
        readable: list[tuple[Seen, str]] = []
        for seen in files:
            head = hashes[seen[0]]
            if isinstance(head, str):
                readable.append((seen, head))
            elif isinstance(head, FileNotFoundError):
                await asyncio.to_thread(self.roots.require)  # it is gone, or its whole disk is
            else:
                sweep.notices.append(Notice(seen[0], f"it cannot be read: {head.strerror}"))
        return readable

    async def _probed(self, seen: Seen) -> MediaProbe | str:
        """What a file is, or why it cannot be aired."""
        return await probe_file(self.probe, seen[0]) if seen[1] else "the file is empty"

    async def _described(self, sweep: Sweep, answers: Sequence[tuple[Record, MediaProbe | str]]) -> list[Opened]:
        subjects = {
            record.path: Subject(record.path, answer, record.notes.stamp)
            for record, answer in answers
            if not isinstance(answer, str)
        }
        taken = await self.notes.take(list(subjects.values()), sweep.sidecars)
        known = dict(zip(subjects, taken, strict=True))
        opened = []
        for record, answer in answers:
            if isinstance(answer, str):
                opened.append(Opened(replace(record, problem=answer), None))
                continue
            notes, reading = known[record.path]
            problem = unfit(duration_of(answer, notes.nfo))
            if problem is not None:
                opened.append(Opened(replace(record, problem=problem, notes=notes), None))
                continue
            subject = subjects[record.path]
            item = self.describer.item(record.key, subject, notes, reading, ambiguous=sweep.ambiguous)
            opened.append(Opened(replace(record, probe=answer, notes=notes), item))
        return opened


def _record(sweep: Sweep, seen: Seen, key: str, head: str) -> Record:
    path, size, mtime_ns, stamp = seen
    return Record(
        path=path,
        key=key,
        size=size,
        mtime_ns=mtime_ns,
        head_hash=head,
        probe=None,
        problem=None,
        notes=Notes(stamp=stamp),
        changed=sweep.token.number,
    )
