"""Which changes in the folders can matter to the library. Pure."""

from ktv_localfiles.scanning.ignore import IGNORE_FILES, MARKERS, is_ignored_folder
from ktv_localfiles.scanning.roots import Roots
from ktv_localfiles.sidecars.beside import NFO, PICTURES

_NOISE = frozenset({
    "part", "partial", "crdownload", "download", "tmp", "temp", "!qb", "!ut", "bc!", "aria2", "filepart", "nzb",
    "torrent", "par2", "rar", "zip", "7z", "sfv", "md5", "srt", "sub", "idx", "ass", "ssa", "sup", "vtt", "smi", "txt",
    "log", "url", "lnk", "db", "ini", "xml", "json", "bif", "mp3", "flac", "lrc", "pdf", "html", "htm", "exe",
})  # fmt: skip


def matters(path: str, roots: Roots, extensions: frozenset[str]) -> bool:
    """Whether something that appeared, changed or went at this path may change an item. Folders have no extension."""
    root = roots.of(path)
    if root is None:
        return path in roots.paths
    parts = path[len(root) + 1 :].split("/")
    if any(part.startswith(".") or is_ignored_folder(part) for part in parts[:-1]):
        return False
    name = parts[-1]
    if name in IGNORE_FILES or name in MARKERS:
        return True
    if name.startswith(".") or is_ignored_folder(name):
        return False
    extension = name.rpartition(".")[2].lower()
    return extension in extensions or extension == NFO or extension in PICTURES or extension not in _NOISE
