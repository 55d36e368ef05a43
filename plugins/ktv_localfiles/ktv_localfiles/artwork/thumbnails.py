"""Thumbnails: frames of videos, made when they are first asked for and kept on disk."""

import asyncio
import os
from hashlib import blake2b
from pathlib import Path
from secrets import token_hex

from ktv_host.hooks import WorkerCrashed, Workers
from ktv_localfiles.artwork.frame import grab_frame
from ktv_localfiles.index import File

MEDIA_TYPE = "image/jpeg"
BUDGET_BYTES = 256 << 20  # about ten thousand of them
_PATIENCE_SECS = 30.0
_SWEEP_EVERY = 200  # new thumbnails


class Thumbnails:
    """One at a time is made; who asks for the same one meanwhile waits for it.

    An empty file says that no picture could be had: it is not tried again until the video changes.
    """

    def __init__(self, folder: Path, workers: Workers, *, budget: int = BUDGET_BYTES) -> None:
        self._folder = folder
        self._workers = workers
        self._budget = budget
        self._turn = asyncio.Lock()
        self._made = 0

    async def of(self, key: str, file: File) -> Path | None:
        """The picture of a video, or None when there is none to be had."""
        target = self._folder / f"{key}-{_version(file)}.jpg"
        size = await asyncio.to_thread(_touched, target)
        if size is None:
            async with self._turn:
                size = await asyncio.to_thread(_touched, target)
                if size is None:
                    size = await self._make(file.path, target)
        return target if size else None

    async def _make(self, path: str, target: Path) -> int:
        try:
            async with asyncio.timeout(_PATIENCE_SECS):
                picture = await self._workers.run(grab_frame, path)
        except (WorkerCrashed, TimeoutError):
            picture = None
        await asyncio.to_thread(_write, target, picture or b"")
        self._made += 1
        if self._made % _SWEEP_EVERY == 0:
            await asyncio.to_thread(sweep, self._folder, self._budget)
        return len(picture or b"")


def sweep(folder: Path, budget: int) -> None:
    """Delete what was not asked for the longest until the rest fits."""
    files = []
    for path in folder.glob("*.jpg"):
        try:
            status = path.stat()
        except OSError:
            continue
        files.append((status.st_mtime_ns, status.st_size, path))
    total = sum(size for _, size, _ in files)
    for _, size, path in sorted(files):
        if total <= budget:
            return
        path.unlink(missing_ok=True)
        total -= size


def _version(file: File) -> str:
    return blake2b(f"{file.size}.{file.mtime_ns}".encode(), digest_size=6).hexdigest()


def _touched(target: Path) -> int | None:
    """The size of a thumbnail that is there, marked as used now."""
    try:
        os.utime(target)
        return target.stat().st_size
    except FileNotFoundError:
        return None


def _write(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(f".{token_hex(6)}.part")  # an instance that is swapped out may write the same
    unfinished.write_bytes(content)
    unfinished.replace(target)
