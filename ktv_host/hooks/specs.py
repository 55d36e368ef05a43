"""The four hooks. Each registers objects, is synchronous and does no I/O; it is called once, at start."""

from collections.abc import Sequence
from typing import Any

from ktv_host.hooks.auth import AuthBackend
from ktv_host.hooks.exporters import Exporter
from ktv_host.hooks.markers import hookspec
from ktv_host.hooks.notifiers import Notifier
from ktv_host.hooks.providers import ProviderType


@hookspec
def register_providers() -> Sequence[ProviderType[Any]]:
    """Return the provider types this distribution brings. A key must be unique among all plugins."""
    raise NotImplementedError


@hookspec
def register_auth() -> Sequence[AuthBackend]:
    """Return the auth backends this distribution brings."""
    raise NotImplementedError


@hookspec
def register_exporters() -> Sequence[Exporter]:
    """Return the exporters this distribution brings; the host mounts their documents at ``/api/v1/{key}/{path}``."""
    raise NotImplementedError


@hookspec
def register_notifiers() -> Sequence[Notifier]:
    """Return the notifiers this distribution brings."""
    raise NotImplementedError
