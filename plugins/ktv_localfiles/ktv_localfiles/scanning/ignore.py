"""What is passed over: system folders, samples, unfinished downloads, and what ignore files and patterns name."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec

from ktv_localfiles.naming.extras import extra_of_name, extras_of_folder

# An empty one of these means the whole folder; a .plexignore only ever holds patterns.
IGNORE_FILES = frozenset({".ktvignore", ".ignore", ".plexignore"})
MARKERS = frozenset({".nomedia", "nomedia"})
_FOLDERS = frozenset(
    {
        "@eadir",
        "@recycle",
        "@recently-snapshot",
        "#recycle",
        "#snapshot",
        "$recycle.bin",
        "recycler",
        "system volume information",
        "lost+found",
        "__macosx",
        "sample",
        "samples",
        "proof",
        "backdrops",
        "theme-music",
    }
)
_UNFINISHED = ("_unpack_", "_failed_", "__admin__")
_SAMPLE = re.compile(r"^sample(?:[-._ ].*)?$|^.*[-._]sample\d?$", re.IGNORECASE)
_MOST_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Patterns:
    """Patterns in the manner of .gitignore, for everything below ``folder``."""

    folder: str
    spec: GitIgnoreSpec

    def match(self, path: str, *, is_folder: bool) -> bool:
        relative = path[len(self.folder) + 1 :]
        return self.spec.match_file(f"{relative}/" if is_folder else relative)


def compile_patterns(folder: str, lines: Sequence[str]) -> Patterns | None:
    """None when the lines hold no pattern. Raises ValueError that names one which is none."""
    wanted = [line for line in lines if line.strip() and not line.startswith("#")]
    return Patterns(folder, GitIgnoreSpec.from_lines(wanted)) if wanted else None


def read_ignore_file(path: str) -> Patterns | bool:
    """The patterns of an ignore file; True ignores the whole folder, False nothing. Raises OSError, ValueError."""
    folder, name = os.path.split(path)
    with Path(path).open("rb") as file:
        text = file.read(_MOST_BYTES).decode("utf-8-sig", errors="replace")
    return compile_patterns(folder, text.splitlines()) or (name != ".plexignore" and not text.strip())


def is_ignored_folder(name: str) -> bool:
    lowered = name.lower()
    return lowered in _FOLDERS or lowered.startswith(_UNFINISHED)


def is_sample(stem: str) -> bool:
    return "sample" in stem.lower() and _SAMPLE.match(stem) is not None


def is_extra(name: str, *, is_folder: bool) -> bool:
    """Whether it holds or is extras of a film or series."""
    return bool(extras_of_folder(name)) if is_folder else extra_of_name(name) is not None
