"""Stamps: one short text per video that changes when a sidecar governing it appears, changes or goes.

Part of the walk: a folder with sidecars costs one look at each of them.
"""

import os
from hashlib import blake2b

from ktv_localfiles.sidecars.beside import folded, is_common, sidecar_stems, video_stems

READER = "2"  # raise it when more is read from sidecars: all are then read anew


class Stamps:
    """The sidecars of one folder, as (stem, entry) pairs; ``above`` is the stamp of the folders above."""

    def __init__(self, sidecars: list[tuple[str, "os.DirEntry[str]"]], above: str | None) -> None:
        common: list[str] = []
        self._own: dict[str, list[str]] = {}
        for stem, entry in sidecars:
            try:
                mark = f"{entry.name}\0{entry.stat(follow_symlinks=False).st_mtime_ns}"
            except OSError:
                continue  # gone since the folder was listed
            name = folded(stem)
            if is_common(name):
                common.append(mark)
            for video in video_stems(name):
                self._own.setdefault(video, []).append(mark)
        self.common = _stamp(above, common) if common else above

    def of(self, stem: str) -> str | None:
        """The stamp of the video with this name."""
        own = [mark for name in sidecar_stems(folded(stem)) for mark in self._own.get(name, ())]
        return _stamp(self.common, own) if own else self.common


def _stamp(above: str | None, marks: list[str]) -> str:
    text = "\0".join([READER, above or "", *sorted(marks)])
    return blake2b(text.encode(errors="surrogateescape"), digest_size=8).hexdigest()
