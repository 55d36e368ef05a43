"""The folders of an instance, and where a path stands in them.

All but ``require`` and ``open_file`` only calculates with paths.
"""

import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path, PurePath

from ktv_host.hooks import Collection, MediaGone, ProviderConfigInvalid, ProviderUnavailable
from ktv_localfiles.naming.release import fold


@dataclass(frozen=True, slots=True)
class Roots:
    """``paths`` are absolute, normal and not inside one another."""

    paths: tuple[str, ...]

    def of(self, path: str) -> str | None:
        """The root a path lies below."""
        return next((root for root in self.paths if path.startswith(root + os.sep)), None)

    def split(self, path: str) -> tuple[str, str]:
        """(root, path relative to it). Raises MediaGone for a path of a root that is no longer configured."""
        root = self.of(path)
        if root is None:
            raise MediaGone("its folder is no longer part of this library")
        return root, path[len(root) + 1 :]

    def shown(self, path: str) -> str:
        """The path as a person sees it: relative to its root, below the root's name where there are several."""
        root = self.of(path)
        if root is None:
            return path
        relative = path[len(root) + 1 :]
        return relative if len(self.paths) == 1 else f"{_name(root)}{os.sep}{relative}"

    def shelves(self, path: str) -> tuple[str, ...]:
        """The ids of the collections a file belongs to."""
        root, relative = self.split(path)
        top, below, _ = relative.partition(os.sep)
        own = (collection_id(root),) if len(self.paths) > 1 else ()
        return (*own, collection_id(f"{root}{os.sep}{top}")) if below else own

    def collections(self, paths: Iterable[str]) -> list[Collection]:
        """The collections these files make: top-level folders, and the roots themselves where there are several."""
        tops: set[tuple[str, str]] = set()
        for path in paths:
            root = self.of(path)
            if root is not None:
                top, below, _ = path[len(root) + 1 :].partition(os.sep)
                tops.add((root, top if below else ""))
        own = [Collection(collection_id(root), _name(root), "folder") for root in self.paths]
        shelves = sorted((top, root) for root, top in tops if top)
        names = [top for top, _ in shelves]
        return (own if len(self.paths) > 1 else []) + [
            Collection(
                collection_id(f"{root}{os.sep}{top}"),
                top if names.count(top) == 1 else f"{top} ({_name(root)})",
                "folder",
            )
            for top, root in shelves
        ]

    def require(self) -> None:
        """Raises ProviderUnavailable when a root is not there (an unmounted disk), ProviderConfigInvalid for a file."""
        for root in self.paths:
            require_folder(root)

    def open_file(self, path: str) -> str:
        """The real path of a file, checked: it exists, is a file, and no link leads out of the roots."""
        real = os.path.realpath(path)
        try:
            mode = Path(real).stat().st_mode
        except OSError as error:
            self.require()
            raise MediaGone(f"the file cannot be reached: {error.strerror}") from None
        if not stat.S_ISREG(mode):
            raise MediaGone("it is no regular file")
        if not any(inside(real, os.path.realpath(root)) for root in self.paths):
            raise MediaGone("a link leads out of the library's folders")
        return real


@cache
def collection_id(path: str) -> str:
    """An opaque, stable id for a folder."""
    return blake2b(os.fsencode(path), digest_size=10).hexdigest()


@cache
def set_id(name: str) -> str:
    """The id of a box set."""
    return blake2b(f"set\0{fold(name) or name}".encode(errors="surrogateescape"), digest_size=10).hexdigest()


def printable(path: str) -> str:
    """A path as a person can be told it: bytes that are no UTF-8 are written as ``\\xe9``."""
    return os.fsencode(path).decode(errors="backslashreplace")


def inside(path: str, root: str) -> bool:
    return path.startswith(root + os.sep)


def require_folder(root: str) -> None:
    try:
        with os.scandir(root):
            return
    except NotADirectoryError:
        raise ProviderConfigInvalid(f"{root} is a file, not a folder") from None
    except FileNotFoundError:
        raise ProviderUnavailable(f"the folder {root} is not there; is its disk mounted?") from None
    except OSError as error:
        raise ProviderUnavailable(f"the folder {root} cannot be read: {error.strerror}") from None


def nested(paths: Sequence[str]) -> tuple[str, str] | None:
    """Two paths of which the first is inside or the same as the second."""
    pairs = ((one, other) for i, one in enumerate(paths) for j, other in enumerate(paths) if i != j)
    return next(((one, other) for one, other in pairs if one == other or inside(one, other)), None)


def _name(root: str) -> str:
    return PurePath(root).name
