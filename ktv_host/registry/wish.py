"""Values of instances: what is wished, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

Source = Literal["row", "environment"]


class InstanceState(StrEnum):
    DISABLED = "DISABLED"  # switched off by a person
    MISSING = "MISSING"  # its plugin is not installed
    OPENING = "OPENING"
    READY = "READY"
    RETRYING = "RETRYING"  # upstream does not answer; tried again by itself
    FAILED = "FAILED"  # a person has to act


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an instance shall be. ``config`` is plain; ``broken`` says why it could not even be read."""

    id: str
    provider_type: str
    name: str
    config: Mapping[str, Any]
    config_version: int
    enabled: bool = True
    source: Source = "row"
    broken: str | None = None

    def opens_like(self, other: "Wish") -> bool:
        """Whether only labels differ, so that what is open may stay."""
        return replace(self, name=other.name, source=other.source) == other


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceStatus:
    """``since`` is when the state began; ``reason`` is for a person and holds no secrets of the configuration."""

    id: str
    provider_type: str
    name: str
    state: InstanceState
    since: datetime
    reason: str | None = None
    retry_at: datetime | None = None
    source: Source = "row"
