"""The catalog: everything plugins brought, frozen at start."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ktv_host.hooks import AuthBackend, Exporter, Notifier, ProviderType


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """Typed objects by key. At run time the host looks here and never calls a hook."""

    provider_types: Mapping[str, ProviderType[Any]] = field(default_factory=dict)
    auth_backends: Mapping[str, AuthBackend] = field(default_factory=dict)
    exporters: Mapping[str, Exporter] = field(default_factory=dict)
    notifiers: Mapping[str, Notifier] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginRecord:
    """What became of one plugin. A failed one brings nothing to the catalog; ``reason`` says why, for a person."""

    name: str
    distribution: str
    version: str
    state: Literal["loaded", "failed"]
    hooks: tuple[str, ...] = ()
    reason: str | None = None
