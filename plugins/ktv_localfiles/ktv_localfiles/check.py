""" "Test connection": what the folders hold, and what is wrong with them, in words. Runs in a thread."""

from ktv_host.hooks import CheckReport, ProviderConfigInvalid, ProviderUnavailable
from ktv_localfiles.scanning.roots import Roots
from ktv_localfiles.scanning.snapshot import Snapshot
from ktv_localfiles.scanning.walk import WalkRules, walk

_ENOUGH = 20_000  # nobody waits for the exact number of a slow disk


def check_roots(roots: Roots, rules: WalkRules) -> CheckReport:
    details: dict[str, str] = {}
    wrong: list[str] = []
    videos = 0
    for root in roots.paths:
        try:
            found = walk(Roots((root,)), rules, at_most=_ENOUGH)
        except (ProviderUnavailable, ProviderConfigInvalid) as error:
            wrong.append(error.message)
            details[root] = error.message
            continue
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
    if number == 1:
        return f"1 {thing}"
    return f"{number:,} {thing}s" if number < _ENOUGH else f"more than {_ENOUGH:,} {thing}s"
