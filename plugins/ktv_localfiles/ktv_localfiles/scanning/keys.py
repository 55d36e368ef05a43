"""Item keys: opaque, legal, and kept when a file is renamed. Pure."""

import unicodedata
from collections.abc import Collection, Container, Iterable, Mapping
from hashlib import blake2b

Triple = tuple[int, int, str]  # size, mtime_ns, hash of the first 64 KiB: what a renamed file keeps


def new_key(instance_id: str, path: str, used: Container[str]) -> str:
    """A key nobody has. It depends on what is known here only, so a lost index gives the same keys again."""
    number = 0
    while True:
        seed = f"{instance_id}\0{path}\0{number}".encode()
        key = blake2b(seed, digest_size=15).hexdigest()
        if key not in used:
            return key
        number += 1


def match_moved(arrived: Mapping[str, Triple], departed: Mapping[str, Triple]) -> dict[str, str]:
    """New path → old path, for every file that only changed its name.

    Among copies that all moved, the one that kept its file name is taken first; each old path is used once.
    """
    by_triple: dict[Triple, list[str]] = {}
    for path in sorted(departed):
        by_triple.setdefault(departed[path], []).append(path)
    moved: dict[str, str] = {}
    for same_name in (True, False):
        for path in sorted(arrived):
            candidates = by_triple.get(arrived[path], [])
            old = _choose(path, candidates, same_name=same_name) if path not in moved else None
            if old is not None:
                moved[path] = old
                candidates.remove(old)
    return moved


def _choose(path: str, candidates: Collection[str], *, same_name: bool) -> str | None:
    name = path.rpartition("/")[2]
    return next((old for old in candidates if not same_name or old.rpartition("/")[2] == name), None)


def respellings(arrived: Iterable[str], departed: Iterable[str]) -> dict[str, str]:
    """Old path → new path of files whose name is only written differently: macOS stores é as two characters."""
    left = {unicodedata.normalize("NFC", path): path for path in departed if not path.isascii()}
    if not left:
        return {}
    written = ((unicodedata.normalize("NFC", path), path) for path in arrived if not path.isascii())
    return {left[spelling]: path for spelling, path in written if spelling in left}
