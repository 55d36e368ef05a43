"""Versions: files of one folder that are one video in several resolutions, ``Film - 1080p``, ``Film - 4K``. Pure."""

import re
from collections.abc import Iterable, Sequence

from ktv_localfiles.naming.names import parse_name
from ktv_localfiles.naming.release import without_tags

_LABEL = re.compile(r"(?<![^\W_])(?:(?:480|576|720|1080|1440|2160|4320)[pi]|[48]k|uhd)(?![^\W_])", re.IGNORECASE)
_HINTS = ("0p", "0i", "6p", "6i", "4k", "8k", "uhd")
_EDGES = " ._-[("
_NUMBER = re.compile(r"(?<![^\W_])(?:cd|dis[ck]|dvd|part|pt)?\d{1,3}(?![^\W_])", re.IGNORECASE)
# Full HD is what most players show as it is; more has to be made smaller for most of them.
_BEST = ("1080p", "1080i", "720p", "720i", "", "576p", "576i", "480p", "480i", "1440p", "2160p", "4k", "uhd")


def other_versions(stems: Sequence[str]) -> frozenset[str]:
    """The stems of a folder's videos that another one of them stands for.

    Only what is the same up to the resolution counts: parts, editions and numbered clips all stay. It runs for every
    folder of every pass, so it looks closer only where a name may have a resolution in it.
    """
    text = "\n".join(stems).lower()
    if not any(hint in text for hint in _HINTS):
        return frozenset()
    groups: dict[str, dict[str, list[str]]] = {}
    for stem in stems:
        found = _LABEL.search(stem)
        begin = (stem[: found.start()] if found else stem).rstrip(_EDGES)
        groups.setdefault(begin, {}).setdefault(found.group().lower() if found else "", []).append(stem)
    return frozenset(stem for begin, labels in groups.items() if begin for stem in _others(labels))


def _others(labels: dict[str, list[str]]) -> Iterable[str]:
    if len(labels) < 2 or any(len(stems) > 1 for stems in labels.values()):
        return ()
    ranked = sorted(labels, key=lambda label: _BEST.index(label) if label in _BEST else len(_BEST))
    first, *others = (labels[label][0] for label in ranked)
    same = parse_name(first)
    if _numbered(first) or any(_numbered(other) or parse_name(other) != same for other in others):
        return ()
    return others


def _numbered(stem: str) -> bool:
    """Whether a number counts something behind the resolution: a part, a clip."""
    found = _LABEL.search(stem)
    return found is not None and _NUMBER.search(without_tags(stem[found.end() :])) is not None
