"""Describer: what is known about a file of this instance as a media item."""

from dataclasses import dataclass

from ktv_host.hooks import MediaItem
from ktv_localfiles.describe import Known, describe
from ktv_localfiles.naming.reading import Reading
from ktv_localfiles.notes import Notes
from ktv_localfiles.scanning.notetaking import Subject
from ktv_localfiles.scanning.roots import Roots, set_id


@dataclass(frozen=True, slots=True)
class Describer:
    """``frames``: whether a picture can be made of every video."""

    roots: Roots
    frames: bool

    def item(
        self, key: str, subject: Subject, notes: Notes, reading: Reading, *, ambiguous: frozenset[str]
    ) -> MediaItem:
        return describe(
            Known(
                key=key,
                reading=reading,
                probe=subject.probe,
                collections=(*self.roots.shelves(subject.path), *map(set_id, notes.nfo.sets if notes.nfo else ())),
                artwork=self.frames or notes.artwork is not None,
                ambiguous=ambiguous,
                guess=notes.guess,
                nfo=notes.nfo,
            )
        )
