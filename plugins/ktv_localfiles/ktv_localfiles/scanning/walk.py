"""Looking at folders: which videos are there, their size and time. Runs in a thread; opens no media."""

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from ktv_localfiles.naming.release import has_bracketed_year
from ktv_localfiles.naming.versions import other_versions
from ktv_localfiles.scanning.ignore import (
    IGNORE_FILES,
    MARKERS,
    Patterns,
    compile_patterns,
    is_extra,
    is_ignored_folder,
    is_sample,
    read_ignore_file,
)
from ktv_localfiles.scanning.roots import Roots, inside, require_folder
from ktv_localfiles.scanning.snapshot import Notice, Snapshot
from ktv_localfiles.sidecars.beside import NFO, PICTURES
from ktv_localfiles.sidecars.stamps import Stamps

Entry: TypeAlias = "os.DirEntry[str]"

_DISCS = frozenset({"video_ts", "bdmv"})
_DISC_FILE = "video_ts.ifo"
_DISC_IMAGE = ".iso"
_LATEST = (1 << 63) - 1  # what a database's integer holds
_SIDECARS = frozenset({NFO, *PICTURES})


@dataclass(frozen=True, slots=True)
class WalkRules:
    """What counts as a video, and what is passed over. ``extras``: whether extras of films and series count."""

    extensions: frozenset[str]
    follow_symlinks: bool = False
    ignore: tuple[str, ...] = ()
    extras: bool = True


def walk(roots: Roots, rules: WalkRules, *, at_most: int | None = None) -> Snapshot:
    """All videos below the roots, or about ``at_most``. Raises ProviderUnavailable when a root is not there."""
    found = Snapshot()
    for root in roots.paths:
        require_folder(root)
        _Walk(root, rules, found).run(at_most)
    if rules.follow_symlinks:
        links, found.links = found.links, []
        for link in links:
            _follow(link, roots, rules, found)  # a link inside a linked folder goes no further
    else:
        _notice_links(rules, found)
    found.files.sort()
    return found


@dataclass(slots=True)
class _Folder:
    """A folder to look at: the stamp of the sidecars above it, and the patterns that hold in it."""

    path: str
    stamp: str | None
    patterns: tuple[Patterns, ...]


@dataclass(slots=True)
class _Listing:
    """The entries of one folder by what they are; videos and sidecars with their stems."""

    videos: list[tuple[str, Entry]] = field(default_factory=list)
    sidecars: list[tuple[str, Entry]] = field(default_factory=list)
    folders: list[Entry] = field(default_factory=list)
    signs: list[Entry] = field(default_factory=list)


class _Walk:
    """One root, or one linked folder."""

    def __init__(self, top: str, rules: WalkRules, found: Snapshot) -> None:
        own = compile_patterns(top, rules.ignore)
        self._top = top
        self._rules = rules
        self._found = found
        self._waiting = [_Folder(top, None, (own,) if own else ())]

    def run(self, at_most: int | None = None) -> None:
        found = self._found
        while self._waiting and (at_most is None or len(found.files) < at_most):
            folder = self._waiting.pop()
            try:
                with os.scandir(folder.path) as listing:
                    entries = list(listing)
            except OSError as error:
                found.unreadable.append(folder.path)
                found.notices.append(Notice(folder.path, f"the folder cannot be read: {error.strerror}"))
                continue
            if entries:
                self._look(folder, entries)
            else:
                found.empty.add(folder.path)

    def _look(self, folder: _Folder, entries: list[Entry]) -> None:
        listing = self._sorted(folder, entries)
        patterns = self._patterns(folder, listing.signs) if listing.signs else folder.patterns
        if patterns is None:
            return
        videos, folders = listing.videos, listing.folders
        if patterns or not self._rules.extras:
            videos = [each for each in videos if not self._is_ignored(each[1], patterns, is_folder=False)]
            folders = [entry for entry in folders if not self._is_ignored(entry, patterns, is_folder=True)]
        if len(videos) > 1 and (others := other_versions([stem for stem, _ in videos])):
            videos = [each for each in videos if each[0] not in others]
        stamps = Stamps(listing.sidecars, folder.stamp) if listing.sidecars else None
        stamp = folder.stamp if stamps is None else stamps.common
        if videos:
            folders += self._add(videos, stamps, stamp)
        for entry in folders:
            self._enter(entry, stamp, patterns)

    def _sorted(self, folder: _Folder, entries: list[Entry]) -> _Listing:
        """This and ``_add`` are the hot loops of an unchanged rescan: they stay bare."""
        extensions = self._rules.extensions
        listing = _Listing()
        videos, sidecars, folders = listing.videos, listing.sidecars, listing.folders
        for entry in entries:
            name = entry.name
            if name[0] == ".":
                if name in IGNORE_FILES or name in MARKERS:
                    listing.signs.append(entry)
                continue
            stem, dot, extension = name.rpartition(".")
            if dot and (kind := extension.lower()) in extensions:
                videos.append((stem, entry))
            elif entry.is_dir(follow_symlinks=False):
                folders.append(entry)
            elif entry.is_symlink():
                self._found.links.append(entry.path)
            elif dot and kind in _SIDECARS:
                sidecars.append((stem, entry))
            elif name in MARKERS:
                listing.signs.append(entry)
            elif (lowered := name.lower()) == _DISC_FILE or lowered.endswith(_DISC_IMAGE):
                self._notice_disc(folder.path if lowered == _DISC_FILE else entry.path)
        return listing

    def _add(self, videos: list[tuple[str, Entry]], stamps: Stamps | None, common: str | None) -> list[Entry]:
        """Note the videos of a folder; answers what only had a video's name and is a folder."""
        found, add = self._found, self._found.files.append
        folders = []
        for stem, entry in videos:
            try:
                status = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue  # gone since the folder was listed
            except OSError as error:
                found.notices.append(Notice(entry.path, f"it cannot be looked at: {error.strerror}"))
                continue
            mode = status.st_mode
            if mode & 0o170000 != stat.S_IFREG:
                if stat.S_ISDIR(mode):
                    folders.append(entry)
                elif stat.S_ISLNK(mode):
                    found.links.append(entry.path)
                else:
                    found.notices.append(Notice(entry.path, "it is no regular file"))
                continue
            if is_sample(stem):
                continue
            if not stem.isascii() and not _storable(entry.path):
                found.notices.append(Notice(entry.path, "its name is not valid UTF-8; rename it"))
                continue
            mtime = status.st_mtime_ns
            stamp = common if stamps is None else stamps.of(stem)
            add((entry.path, status.st_size, mtime if mtime < _LATEST else _LATEST, stamp))
        return folders

    def _enter(self, entry: Entry, stamp: str | None, patterns: tuple[Patterns, ...]) -> None:
        name, found = entry.name, self._found
        if is_ignored_folder(name):
            return
        if name.lower() in _DISCS:
            self._notice_disc(entry.path)
        elif not name.isascii() and not _storable(name):
            found.notices.append(Notice(entry.path, "the folder's name is not valid UTF-8; rename it"))
        else:
            self._waiting.append(_Folder(entry.path, stamp, patterns))
            if ("(" in name or "[" in name) and has_bracketed_year(name):
                found.titled.append(name)

    def _is_ignored(self, entry: Entry, patterns: tuple[Patterns, ...], *, is_folder: bool) -> bool:
        if any(each.match(entry.path, is_folder=is_folder) for each in patterns):
            return True
        if self._rules.extras:
            return False
        name = entry.name if is_folder else entry.name.rpartition(".")[0]
        at_top = entry.path == f"{self._top}{os.sep}{entry.name}"  # Trailers at the top of a root are no film's
        return not (is_folder and at_top) and is_extra(name, is_folder=is_folder)

    def _patterns(self, folder: _Folder, signs: list[Entry]) -> tuple[Patterns, ...] | None:
        """What holds in a folder with ignore files; None: nothing of it counts."""
        patterns = folder.patterns
        for sign in signs:
            if not sign.is_file(follow_symlinks=False):
                continue
            if sign.name in MARKERS:
                return None
            try:
                read = read_ignore_file(sign.path)
            except (OSError, ValueError) as error:
                self._found.notices.append(Notice(sign.path, f"it cannot be used: {error}"))
                continue
            if read is True:
                return None
            if isinstance(read, Patterns):
                patterns = (*patterns, read)
        return patterns

    def _notice_disc(self, path: str) -> None:
        self._found.notices.append(Notice(path, "a disc; only single video files can be aired"))


def _notice_links(rules: WalkRules, found: Snapshot) -> None:
    """One notice for all links that would count if links were followed."""
    passed = sorted(link for link in found.links if _extension(link) in rules.extensions or Path(link).is_dir())
    if passed:
        rest = f", and {len(passed) - 1} more" if len(passed) > 1 else ""
        found.notices.append(Notice(passed[0], f"a link{rest}; links are passed over unless they are to be followed"))


def _extension(path: str) -> str:
    return path.rpartition(".")[2].lower()


def _follow(link: str, roots: Roots, rules: WalkRules, found: Snapshot) -> None:
    """A link counts as long as it stays inside the roots and does not lead back above itself."""
    real = os.path.realpath(link)
    if not any(inside(real, os.path.realpath(root)) for root in roots.paths):
        found.notices.append(Notice(link, "the link leads out of the library's folders"))
    elif inside(f"{os.path.realpath(Path(link).parent)}{os.sep}", real):
        found.notices.append(Notice(link, "the link leads back to a folder above it"))
    elif Path(real).is_dir():
        _Walk(link, rules, found).run()
    elif not Path(real).exists():
        found.notices.append(Notice(link, "the link leads nowhere"))
    elif _extension(link) in rules.extensions:
        status = Path(real).stat()
        found.files.append((link, status.st_size, min(status.st_mtime_ns, _LATEST), None))


def _storable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
