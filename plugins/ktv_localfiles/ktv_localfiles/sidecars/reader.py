"""Reading sidecars from the disk, for the videos of one pass. Runs in a thread."""

import os
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from ktv_localfiles.naming.extras import extra_of_name
from ktv_localfiles.naming.folders import read_folders
from ktv_localfiles.scanning.roots import Roots
from ktv_localfiles.sidecars.beside import NFO, PICTURES, Beside, Governing, folded, governing, picture
from ktv_localfiles.sidecars.kodi import read_elements
from ktv_localfiles.sidecars.nfo import Nfo, governed
from ktv_localfiles.sidecars.xml import MOST_BYTES, UnreadableNfo, read_roots

_FOLDERS_KEPT, _SHOWS_KEPT = 64, 16


@dataclass(frozen=True, slots=True)
class Sidecars:
    """What lies beside one video: ``faults`` are (path, reason) of .nfo files that cannot be read."""

    nfo: Nfo | None = None
    artwork: str | None = None
    faults: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class SidecarReader:
    """Remembers the last folders and series, so that each is read once for all their videos."""

    roots: Roots
    _folders: OrderedDict[str, Beside] = field(default_factory=OrderedDict)
    _nfos: OrderedDict[str, Nfo | str | None] = field(default_factory=OrderedDict)

    def read(self, path: str) -> Sidecars:
        root, relative = self.roots.split(path)
        folder, name = os.path.split(path)
        stem = name.rpartition(".")[0]
        beside = self._upwards(folder, root)
        folders = PurePath(relative).parts[:-1]
        place = read_folders(PurePath(root).name, folders)
        chosen = governing(stem, beside, extra=extra_of_name(stem) is not None or bool(place.extras))
        faults: dict[str, str] = {}
        nfo = self._governed(folder, chosen, faults)
        season = place.season if nfo is None or nfo.season is None else nfo.season
        return Sidecars(nfo, picture(stem, beside, season), tuple(faults.items()))

    def _governed(self, folder: str, chosen: Governing, faults: dict[str, str]) -> Nfo | None:
        def read(relative: str | None) -> Nfo | None:
            if relative is None:
                return None
            path = os.path.normpath(PurePath(folder) / relative)
            found = self._nfo(path, keep=relative != chosen.own)
            if isinstance(found, str):
                faults[path] = found
                return None
            return found

        return governed(read(chosen.own), read(chosen.season), read(chosen.show))

    def _nfo(self, path: str, *, keep: bool) -> Nfo | str | None:
        if path not in self._nfos:
            found = read_nfo(path)
            if not keep:
                return found
            self._nfos[path] = found
            if len(self._nfos) > _SHOWS_KEPT:
                self._nfos.popitem(last=False)
        return self._nfos[path]

    def _upwards(self, folder: str, root: str) -> list[Beside]:
        found = [self._beside(folder)]
        while folder != root and len(folder) > len(root):
            folder = folder.rpartition(os.sep)[0]
            found.append(self._beside(folder))
        return found

    def _beside(self, folder: str) -> Beside:
        if folder in self._folders:
            self._folders.move_to_end(folder)
            return self._folders[folder]
        self._folders[folder] = found = list_beside(folder)
        if len(self._folders) > _FOLDERS_KEPT:
            self._folders.popitem(last=False)
        return found


def list_beside(folder: str) -> Beside:
    """The sidecars of a folder; nothing when it cannot be read, which the walk has noticed already."""
    nfos: dict[str, str] = {}
    pictures: dict[str, str] = {}
    try:
        with os.scandir(folder) as listing:
            names = [entry.name for entry in listing if entry.is_file(follow_symlinks=False)]
    except OSError:
        return Beside()
    for name in sorted(names):
        stem, dot, extension = name.rpartition(".")
        if not dot or name[0] == ".":
            continue
        kind = extension.lower()
        if kind == NFO:
            nfos.setdefault(folded(stem), name)
        elif kind in PICTURES:
            pictures.setdefault(folded(stem), name)
    return Beside(nfos, pictures)


def read_nfo(path: str) -> Nfo | str | None:
    """What an .nfo file says; None when it is none of Kodi's; a text says why it cannot be read."""
    try:
        if not Path(path).is_file():  # a pipe would wait for ever
            return "it is no regular file"
        with Path(path).open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        return read_elements(read_roots(content))
    except OSError as error:
        return f"it cannot be read: {error.strerror}"
    except UnreadableNfo as error:
        return str(error)
