"""The segment cache: a folder that several processes and machines may share. Content-addressed, so nothing expires."""

import errno
import fcntl
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

TTL_SECS = 600.0  # after its last use, for what is cheap to make again
_YOUNG_SECS = 120.0  # a playlist may still name it
_TOUCH_SECS = 60.0
_LITTER_SECS = 300.0
_KEEP = ".keep"
_FULL = {errno.ENOSPC, errno.EDQUOT}

Opener = Callable[[Path], BinaryIO]


@dataclass(frozen=True, slots=True)
class SegmentKey:
    plan: str
    k: int
    cut_ms: int | None = None

    @property
    def name(self) -> str:
        return f"{self.k}" if self.cut_ms is None else f"{self.k}-{self.cut_ms}"


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep left and what it removed."""

    files: int
    size: int
    removed: int
    freed: int


@dataclass(slots=True)
class _File:
    path: Path
    size: int
    used: float
    kept: bool


def _open_new(path: Path) -> BinaryIO:
    return path.open("xb")


class SegmentCache:
    """``cache/{plan[:2]}/{plan}/{k}.ts``. A file's modification time is when it was last used."""

    def __init__(
        self, root: Path, *, budget: int, clock: Callable[[], float] = time.time, opener: Opener = _open_new
    ) -> None:
        self._root = root
        self._budget = budget
        self._clock = clock
        self._opener = opener

    def path(self, key: SegmentKey) -> Path:
        return self._folder(key.plan) / f"{key.name}.ts"

    def find(self, key: SegmentKey) -> Path | None:
        """The segment's file, marked as used."""
        path = self.path(key)
        try:
            used = path.stat().st_mtime
            now = self._clock()
            if now - used > _TOUCH_SECS:
                os.utime(path, (now, now))
        except OSError:
            return None
        return path

    def store(self, key: SegmentKey, data: bytes, *, keep: bool = False) -> Path | None:
        """Write a segment; None when the disk is full even after a sweep: then serve it from memory.

        ``keep`` is for what is dear to make: its plan stays until the budget is needed.
        """
        for attempt in range(2):
            try:
                return self._write(key, data, keep=keep)
            except FileNotFoundError:
                continue  # a sweep took the empty folder away
            except OSError as error:
                if error.errno not in _FULL or attempt:
                    return None
                self.sweep(emergency=True)
        return None

    def _write(self, key: SegmentKey, data: bytes, *, keep: bool) -> Path:
        path = self.path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        if keep:
            (path.parent / _KEEP).touch()
        draft = path.with_name(f"{key.name}.{secrets.token_hex(4)}.tmp")
        try:
            with self._opener(draft) as file:
                file.write(data)
            now = self._clock()
            os.utime(draft, (now, now))
            draft.replace(path)
        except OSError:
            draft.unlink(missing_ok=True)
            raise
        return path

    @contextmanager
    def lock(self, key: SegmentKey) -> Iterator[bool]:
        """Is it ours to make the segment? Another process that makes it holds the lock. Freed when a process dies."""
        path = self._folder(key.plan) / f"{key.name}.lock"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o644)
        except OSError:
            yield True  # without a lock two may make the same segment, which only costs time
            return
        try:
            ours = _take(descriptor)
            yield ours
            if ours:
                path.unlink(missing_ok=True)
        finally:
            os.close(descriptor)

    def sweep(self, *, emergency: bool = False) -> Swept | None:
        """Remove what is old, then the least recently used above the budget. None when another process is at it.

        In an emergency (disk full) a fifth of what there is goes, young files too.
        """
        self._root.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._root / ".gc", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o644)
        try:
            return self._sweep(emergency=emergency) if _take(descriptor) else None
        finally:
            os.close(descriptor)

    def _sweep(self, *, emergency: bool) -> Swept:
        now = self._clock()
        files = list(self._files(now))
        total = sum(file.size for file in files)
        limit = min(self._budget, total * 4 // 5) if emergency else self._budget
        youngest = _YOUNG_SECS if emergency else TTL_SECS
        size, removed = total, 0
        for file in sorted(files, key=lambda file: file.used):
            age = now - file.used
            old = not file.kept and age > TTL_SECS
            if old or (size > limit and age > youngest):
                file.path.unlink(missing_ok=True)
                size -= file.size
                removed += 1
        self._remove_empty_folders(now)
        return Swept(len(files) - removed, size, removed, total - size)

    def _files(self, now: float) -> Iterator[_File]:
        """Segments; litter of crashed processes is removed on the way."""
        for folder in self._root.glob("??/*/"):
            kept = (folder / _KEEP).exists()
            for path in folder.iterdir():
                try:
                    state = path.stat()
                except FileNotFoundError:
                    continue
                if path.suffix == ".ts":
                    yield _File(path, state.st_size, state.st_mtime, kept)
                elif path.suffix in {".tmp", ".lock"} and now - state.st_mtime > _LITTER_SECS:
                    path.unlink(missing_ok=True)

    def _remove_empty_folders(self, now: float) -> None:
        for folder in self._root.glob("??/*/"):
            left = [path for path in folder.iterdir() if path.name != _KEEP]
            if not left and now - folder.stat().st_mtime > _LITTER_SECS:
                (folder / _KEEP).unlink(missing_ok=True)
                _remove_folder(folder)

    def _folder(self, plan: str) -> Path:
        return self._root / plan[:2] / plan


def _take(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _remove_folder(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        return  # somebody wrote a segment just now
