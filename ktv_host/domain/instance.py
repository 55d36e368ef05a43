"""Provider configurations: the wish for a provider instance, as it is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderConfig:
    """``config`` is JSON; what is secret in it is already encrypted."""

    id: str
    provider_type: str
    name: str
    config: Mapping[str, Any]
    config_version: int
    enabled: bool
    created_at: datetime
    updated_at: datetime
