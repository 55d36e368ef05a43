"""The picture cache: a folder with a budget. A file's name says what is in it, so nothing in it expires."""

import hashlib
import os
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

TOUCH_SECS = 3600.0
FILL = 0.9  # what a sweep leaves of the budget
LITTER_SECS = 600.0
SUFFIXES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/avif": ".avif",
}
TYPES = {suffix: media_type for media_type, suffix in SUFFIXES.items()}


@dataclass(frozen=True, slots=True)
class KeptPicture:
    path: Path
    media_type: str


class PictureCache:
    """Its methods block: call them in a thread."""

    def __init__(self, folder: Path, *, budget: int) -> None:
        self._folder = folder
        self._budget = budget

    def find(self, name: str) -> KeptPicture | None:
        """What was kept under a name; its modification time is when it was last used."""
        stem = self._stem(name)
        for suffix, media_type in TYPES.items():
            path = stem.with_suffix(suffix)
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > TOUCH_SECS:
                    os.utime(path)
                return KeptPicture(path, media_type)
        return None

    def keep(self, name: str, media_type: str, data: bytes) -> KeptPicture:
        """Written beside and moved: nobody reads half a picture."""
        path = self._stem(name).with_suffix(SUFFIXES[media_type])
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{secrets.token_hex(8)}")
        draft.write_bytes(data)
        draft.replace(path)
        return KeptPicture(path, media_type)

    def sweep(self) -> int:
        """Remove what was not used for longest until the budget holds; answers how many files went."""
        files = []
        for path in self._folder.glob("??/*"):
            with suppress(OSError):
                status = path.stat()
                if path.name.startswith(".") and time.time() - status.st_mtime < LITTER_SECS:
                    continue
                files.append((0.0 if path.name.startswith(".") else status.st_mtime, status.st_size, path))
        excess = sum(size for _, size, _ in files) - self._budget
        litter = any(used == 0.0 for used, _, _ in files)
        if excess <= 0 and not litter:
            return 0
        goal, removed = excess + self._budget * (1 - FILL) if excess > 0 else 0, 0
        for used, size, path in sorted(files):
            if used > 0.0 and goal <= 0:
                break
            path.unlink(missing_ok=True)
            goal -= size
            removed += 1
        return removed

    def _stem(self, name: str) -> Path:
        digest = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()
        return self._folder / digest[:2] / digest
