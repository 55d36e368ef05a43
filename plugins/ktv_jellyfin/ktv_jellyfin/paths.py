"""Path mappings: where a path of the server's is on this machine. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_WINDOWS = re.compile(r"[A-Za-z]:[\\/]|\\\\|//")


@dataclass(frozen=True, slots=True)
class Mapping:
    """Files below ``server`` (as Jellyfin names it) are below ``local`` here."""

    server: str
    local: str


def is_absolute(path: str) -> bool:
    """Whether a server of any system would call it absolute: ``/media``, ``D:\\Media``, ``\\\\nas\\media``."""
    return path.startswith("/") or _WINDOWS.match(path) is not None


def local_path(path: str, mappings: Sequence[Mapping]) -> str | None:
    """The path on this machine, by the longest mapping that fits. None when no mapping does.

    Paths of Windows are compared without regard to case and to the kind of slash.
    """
    best: tuple[int, str] | None = None
    for mapping in mappings:
        rest = _below(path, mapping.server)
        if rest is not None and (best is None or len(mapping.server) > best[0]):
            best = len(mapping.server), "/".join([mapping.local.rstrip("/"), *rest])
    return None if best is None else best[1]


def _below(path: str, prefix: str) -> list[str] | None:
    """The parts of ``path`` below ``prefix``. A part that leads up leads nowhere."""
    windows = _WINDOWS.match(prefix) is not None
    if windows != (_WINDOWS.match(path) is not None):
        return None
    parts, start = _parts(path, windows), _parts(prefix, windows)
    head = parts[: len(start)]
    alike = [part.lower() for part in head] == [part.lower() for part in start] if windows else head == start
    rest = parts[len(start) :]
    if not alike or not rest or any(part in (".", "..") or "\0" in part for part in rest):
        return None
    return rest


def _parts(path: str, windows: bool) -> list[str]:
    return [part for part in (re.split(r"[\\/]", path) if windows else path.split("/")) if part]
