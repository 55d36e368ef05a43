"""Snapshot: what a walk found."""

from dataclasses import dataclass, field

Seen = tuple[str, int, int, str | None]  # path, size, mtime_ns, stamp of the sidecars that govern it


@dataclass(frozen=True, slots=True)
class Notice:
    """Something in the folders that cannot be used, and why."""

    path: str
    reason: str


@dataclass(slots=True)
class Snapshot:
    """What a walk found, ``files`` in the order of their paths.

    ``unreadable`` folders hide what they hold; ``empty`` ones hold nothing at all, as a disk's mount point does while
    the disk is away; ``titled`` are the names of folders that carry a year.
    """

    files: list[Seen] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    empty: set[str] = field(default_factory=set)
    titled: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
