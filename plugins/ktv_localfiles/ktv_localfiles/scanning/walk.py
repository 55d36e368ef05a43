"""Looking at folders: which videos are there, their size and time. Runs in a thread; opens no file."""

import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path

from ktv_localfiles.naming.release import has_bracketed_year
from ktv_localfiles.scanning.roots import Roots, inside, require_folder

Seen = tuple[str, int, int, str | None]  # path, size, mtime_ns, name of the picture beside it
Entries = list["os.DirEntry[str]"]

_IGNORED_FOLDERS = frozenset(
    {"@eadir", "@recycle", "#recycle", "#snapshot", "$recycle.bin", "system volume information", "lost+found", "sample"}
)
_DISCS = frozenset({"video_ts", "bdmv"})
_SAMPLE = re.compile(r"^sample(?:[-._ ].*)?$|^.*[-._]sample$", re.IGNORECASE)
_PICTURES = (".jpg", ".jpeg", ".png", ".webp")
_FOLDER_PICTURES = ("poster", "folder", "cover", "thumb")
_LATEST = (1 << 63) - 1  # what a database's integer holds


@dataclass(frozen=True, slots=True)
class Notice:
    """Something in the folders that cannot be used, and why."""

    path: str
    reason: str


@dataclass(slots=True)
class Snapshot:
    """What a walk found, ``files`` in the order of their paths.

    ``unreadable`` folders hide what they hold; ``empty`` ones hold nothing at all, as a disk's mount point does while
    the disk is away; ``titled`` are the names of folders that carry a year.
    """

    files: list[Seen] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    empty: set[str] = field(default_factory=set)
    titled: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)


def walk(
    roots: Roots, extensions: frozenset[str], *, follow_symlinks: bool = False, at_most: int | None = None
) -> Snapshot:
    """All videos below the roots, or about ``at_most``. Raises ProviderUnavailable when a root is not there."""
    found = Snapshot()
    for root in roots.paths:
        require_folder(root)
        _walk(root, extensions, found, at_most)
    if follow_symlinks:
        links, found.links = found.links, []
        for link in links:
            _follow(link, roots, extensions, found)  # a link inside a linked folder goes no further
    found.files.sort()
    return found


def _walk(top: str, extensions: frozenset[str], found: Snapshot, at_most: int | None = None) -> None:
    folders = [top]
    while folders and (at_most is None or len(found.files) < at_most):
        folder = folders.pop()
        try:
            with os.scandir(folder) as listing:
                entries = list(listing)
        except OSError as error:
            found.unreadable.append(folder)
            found.notices.append(Notice(folder, f"the folder cannot be read: {error.strerror}"))
            continue
        if entries:
            _look(entries, extensions, found, folders)
        else:
            found.empty.add(folder)


def _look(entries: Entries, extensions: frozenset[str], found: Snapshot, folders: list[str]) -> None:
    """One folder. This and ``_add`` are the hot loops of an unchanged rescan: they stay bare."""
    videos: list[tuple[str, os.DirEntry[str]]] = []
    pictures: dict[str, str] = {}
    for entry in entries:
        name = entry.name
        if name[0] == ".":
            continue
        stem, dot, extension = name.rpartition(".")
        if dot and extension.lower() in extensions:
            videos.append((stem, entry))
        elif entry.is_dir(follow_symlinks=False):
            _enter(entry, found, folders)
        elif entry.is_symlink():
            found.links.append(entry.path)
        elif name.lower().endswith(_PICTURES):
            pictures[stem.lower()] = name
    if videos:
        _add(videos, pictures, found, folders)


def _add(
    videos: list[tuple[str, "os.DirEntry[str]"]], pictures: dict[str, str], found: Snapshot, folders: list[str]
) -> None:
    common = next((pictures[word] for word in _FOLDER_PICTURES if word in pictures), None) if pictures else None
    add = found.files.append
    for stem, entry in videos:
        try:
            status = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            continue  # gone since the folder was listed
        except OSError as error:
            found.notices.append(Notice(entry.path, f"it cannot be looked at: {error.strerror}"))
            continue
        if status.st_mode & 0o170000 != stat.S_IFREG:
            _odd(entry, status.st_mode, found, folders)
            continue
        if "sample" in stem.lower() and _SAMPLE.match(stem):
            continue
        if not stem.isascii() and not _storable(entry.path):
            found.notices.append(Notice(entry.path, "its name is not valid UTF-8; rename it"))
            continue
        picture = _picture(stem.lower(), pictures) or common if pictures else None
        mtime = status.st_mtime_ns
        add((entry.path, status.st_size, mtime if mtime < _LATEST else _LATEST, picture))


def _picture(stem: str, pictures: dict[str, str]) -> str | None:
    return pictures.get(stem) or pictures.get(f"{stem}-poster") or pictures.get(f"{stem}-thumb")


def _enter(entry: "os.DirEntry[str]", found: Snapshot, folders: list[str]) -> None:
    name = entry.name
    lowered = name.lower()
    if lowered in _IGNORED_FOLDERS:
        return
    if lowered in _DISCS:
        found.notices.append(Notice(entry.path, "a disc's folder structure; only single video files can be aired"))
    elif not name.isascii() and not _storable(name):
        found.notices.append(Notice(entry.path, "the folder's name is not valid UTF-8; rename it"))
    else:
        folders.append(entry.path)
        if ("(" in name or "[" in name) and has_bracketed_year(name):
            found.titled.append(name)


def _odd(entry: "os.DirEntry[str]", mode: int, found: Snapshot, folders: list[str]) -> None:
    """Something with a video's name that is no plain file."""
    if stat.S_ISDIR(mode):
        _enter(entry, found, folders)
    elif stat.S_ISLNK(mode):
        found.links.append(entry.path)
    else:
        found.notices.append(Notice(entry.path, "it is no regular file"))


def _follow(link: str, roots: Roots, extensions: frozenset[str], found: Snapshot) -> None:
    """A link counts as long as it stays inside the roots and does not lead back above itself."""
    real = os.path.realpath(link)
    if not any(inside(real, os.path.realpath(root)) for root in roots.paths):
        found.notices.append(Notice(link, "the link leads out of the library's folders"))
    elif inside(f"{os.path.realpath(Path(link).parent)}{os.sep}", real):
        found.notices.append(Notice(link, "the link leads back to a folder above it"))
    elif Path(real).is_dir():
        _walk(link, extensions, found)
    elif not Path(real).exists():
        found.notices.append(Notice(link, "the link leads nowhere"))
    elif link.rpartition(".")[2].lower() in extensions:
        status = Path(real).stat()
        found.files.append((link, status.st_size, min(status.st_mtime_ns, _LATEST), None))


def _storable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
