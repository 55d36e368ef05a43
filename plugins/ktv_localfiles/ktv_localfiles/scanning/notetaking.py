"""Taking notes: sidecars read in a thread, names guessed in the worker processes."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from ktv_host.hooks import MediaProbe
from ktv_localfiles.describe import duration_of
from ktv_localfiles.naming.reading import Reading, read_path
from ktv_localfiles.notes import Notes
from ktv_localfiles.scanning.guessing import Guesser
from ktv_localfiles.scanning.roots import Roots
from ktv_localfiles.sidecars.reader import SidecarReader


@dataclass(frozen=True, slots=True)
class Subject:
    """A file to take notes about. ``stamp`` is that of its sidecars now, ``notes`` what the index remembers of it."""

    path: str
    probe: MediaProbe
    stamp: str | None
    notes: Notes = Notes()  # noqa: RUF009  frozen


@dataclass(frozen=True, slots=True)
class NoteTaker:
    roots: Roots
    guesser: Guesser

    async def take(self, subjects: Sequence[Subject], sidecars: SidecarReader) -> list[tuple[Notes, Reading]]:
        """The notes of files, and how their paths read."""

        def read_all() -> list[tuple[Notes, Reading]]:
            found = []
            for subject in subjects:
                fresh = subject.stamp != subject.notes.stamp
                notes = _with_sidecars(subject, sidecars) if fresh else subject.notes
                found.append((notes, self._read(subject, notes)))
            return found

        taken = await asyncio.to_thread(read_all)
        asked = [at for at, (notes, reading) in enumerate(taken) if _needs_guess(notes, reading)]
        guesses = await asyncio.gather(*(self.guesser(subjects[at].path) for at in asked))
        for at, guess in zip(asked, guesses, strict=True):
            taken[at] = replace(taken[at][0], guess=guess), taken[at][1]
        return taken

    def _read(self, subject: Subject, notes: Notes) -> Reading:
        root, relative = self.roots.split(subject.path)
        return read_path(PurePath(root).name, relative, duration_of(subject.probe, notes.nfo))


def _with_sidecars(subject: Subject, sidecars: SidecarReader) -> Notes:
    if subject.stamp is None:
        return Notes(guess=subject.notes.guess)
    found = sidecars.read(subject.path)
    return Notes(
        stamp=subject.stamp,
        artwork=found.artwork,
        nfo=found.nfo,
        faults=found.faults,
        guess=subject.notes.guess,
    )


def _needs_guess(notes: Notes, reading: Reading) -> bool:
    """An .nfo of the file's own leaves nothing to guess."""
    return notes.guess is None and reading.open and (notes.nfo is None or notes.nfo.kind is None)
