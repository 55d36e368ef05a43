""" "Test connection": what the folders hold, and what is wrong with them, in words. Runs in a thread."""

from ktv_host.hooks import CheckReport, ProviderConfigInvalid, ProviderUnavailable
from ktv_localfiles.roots import Roots, require_folder
from ktv_localfiles.walk import Snapshot, walk


def check_roots(roots: Roots, extensions: frozenset[str], *, follow_symlinks: bool) -> CheckReport:
    details: dict[str, str] = {}
    wrong: list[str] = []
    videos = 0
    for root in roots.paths:
        try:
            require_folder(root)
        except (ProviderUnavailable, ProviderConfigInvalid) as error:
            wrong.append(error.message)
            details[root] = error.message
            continue
        found = walk(Roots((root,)), extensions, follow_symlinks=follow_symlinks)
        videos += len(found.files)
        details[root] = _summary(found)
    if wrong:
        return CheckReport(False, "; ".join(wrong), details)
    if not videos:
        return CheckReport(True, "the folders can be read, but there is no video in them yet", details)
    return CheckReport(True, f"{_count(videos, 'video')} found", details)


def _summary(found: Snapshot) -> str:
    parts = [_count(len(found.files), "video")]
    if found.unreadable:
        parts.append(f"{_count(len(found.unreadable), 'folder')} cannot be read")
    if found.links:
        parts.append(f"{_count(len(found.links), 'link')} not followed")
    return ", ".join(parts)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
