"""The items of the library, as the fake keeps them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

LONG_AGO = datetime(2025, 6, 1, tzinfo=UTC)
TICKS = 10_000_000


def make_id(server: str, path: str) -> str:
    """32 hex digits that are the same every time."""
    return uuid5(NAMESPACE_URL, f"{server}/{path}").hex


@dataclass(slots=True)
class Record:
    """One item. ``fields`` are those of the API that are always sent when known; ``extra`` those sent on request.

    ``parents`` are every folder above it: library, series, season. ``linked`` are a box set's members.
    """

    id: str
    type: str
    name: str
    library: str | None
    parents: tuple[str, ...] = ()
    fields: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    linked: list[str] = field(default_factory=list)
    created: datetime = LONG_AGO
    saved: datetime = LONG_AGO
    virtual: bool = False
    clip: str | None = None
    segments: list[tuple[str, float, float]] = field(default_factory=list)

    @property
    def order(self) -> tuple[datetime, str]:
        return self.created, self.name.casefold()


def ticks(seconds: float) -> int:
    return round(seconds * TICKS)


def iso(moment: datetime) -> str:
    """As .NET writes it, with seven digits."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f0Z")


def named(path: str, extra: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {"Path": path, **(extra or {})}


def later(hours: float) -> datetime:
    return LONG_AGO + timedelta(hours=hours)
