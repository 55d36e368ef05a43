"""The removal guard: when a library that suddenly shrank may be believed."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

SHARE = 0.2
LEAST = 50
WAIT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A pass missed these items since then; a second one has to say so too."""

    since: datetime
    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """``gone`` items leave the library; what is in ``doubt`` stays until a later pass."""

    gone: frozenset[str]
    doubt: Doubt | None = None


def suspicious(present: int, missing: int) -> bool:
    """More than a fifth and at least fifty items vanished at once."""
    return missing >= LEAST and missing > SHARE * present


def judge(*, present: int, missing: AbstractSet[str], believed: bool, doubt: Doubt | None, now: datetime) -> Verdict:
    """What to do about items a pass no longer shows.

    ``believed``: the provider is certain, or a person is. A suspicious number waits; what was already in doubt ten
    minutes ago has waited.
    """
    if believed or not suspicious(present, len(missing)):
        return Verdict(frozenset(missing))
    if doubt is None:
        return Verdict(frozenset(), Doubt(now, frozenset(missing)))
    if now - doubt.since < WAIT:
        return Verdict(frozenset(), doubt)
    confirmed = missing & doubt.keys
    rest = frozenset(missing - doubt.keys)
    if suspicious(present - len(confirmed), len(rest)):
        return Verdict(frozenset(confirmed), Doubt(now, rest))
    return Verdict(frozenset(missing))
