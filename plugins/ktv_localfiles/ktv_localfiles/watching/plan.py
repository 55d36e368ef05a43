"""Plan: which roots are watched, and how. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from ktv_localfiles.watching.mounts import Mount, mounts_of

Mode = Literal["auto", "events", "polling", "off"]


@dataclass(frozen=True, slots=True)
class Plan:
    """``told`` roots are watched by events of the system, ``polled`` ones are looked at again and again.

    ``absent`` roots are not there now. ``mounts`` are what the plan rests on: another disk needs another plan.
    """

    told: tuple[str, ...]
    polled: tuple[str, ...]
    absent: tuple[str, ...]
    mounts: tuple[Mount, ...]


def make_plan(
    roots: Sequence[str],
    mode: Mode,
    mounts: Sequence[Mount],
    *,
    is_there: Callable[[str], bool],
    no_events: bool = False,
) -> Plan:
    """``no_events``: they cannot be had at the moment, so everything is polled."""
    told: list[str] = []
    polled: list[str] = []
    absent: list[str] = []
    relevant: list[Mount] = []
    for root in roots:
        below = mounts_of(root, mounts)
        relevant += below
        if not is_there(root):
            absent.append(root)
        elif mode == "polling" or no_events or (mode == "auto" and not all(mount.told for mount in below)):
            polled.append(root)
        else:
            told.append(root)
    return Plan(tuple(told), tuple(polled), tuple(absent), tuple(relevant))
