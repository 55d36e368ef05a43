"""The removal guard: when a library that suddenly shrank may be believed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

SHARE = 0.2
LEAST = 50
WAIT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A complete pass missed this many items; it waits for a second one."""

    since: datetime
    missing: int


def suspicious(present: int, missing: int) -> bool:
    """More than a fifth and at least fifty items vanished at once."""
    return missing >= LEAST and missing > SHARE * present


def may_remove(
    *, present: int, missing: int, certain: bool, accepted: bool, doubt: Doubt | None, now: datetime
) -> bool:
    """``certain``: the provider vouches for it; ``accepted``: a person does; ``doubt``: an earlier pass said so too."""
    if certain or accepted or not suspicious(present, missing):
        return True
    return doubt is not None and now - doubt.since >= WAIT
