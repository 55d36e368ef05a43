"""An instance as an admin sees it: the wish, what became of it, and no secrets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ktv_host.auth.secrets import secret_fields
from ktv_host.domain.instance import ProviderConfig
from ktv_host.hooks import ProviderType
from ktv_host.registry.instances import InstanceStatus, Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceView:
    """An instance for the admin. ``config`` has no secrets; ``secrets_set`` names those that are stored."""

    id: str
    provider_type: str
    name: str
    config: Mapping[str, Any]
    secrets_set: tuple[str, ...]
    enabled: bool
    source: str
    state: str
    last_error: str | None
    retry_at: datetime | None
    item_count: int
    last_sync: datetime | None
    created_at: datetime | None
    updated_at: datetime | None


def instance_view(
    wish: Wish,
    row: ProviderConfig | None,
    kind: ProviderType[Any] | None,
    status: InstanceStatus | None,
    *,
    item_count: int,
    last_sync: datetime | None,
) -> InstanceView:
    """``kind`` is None when the plugin is gone: then nothing of the configuration is shown."""
    hidden = secret_fields(kind.config_model) if kind else frozenset(wish.config)
    return InstanceView(
        id=wish.id,
        provider_type=wish.provider_type,
        name=wish.name,
        config={k: v for k, v in wish.config.items() if k not in hidden},
        secrets_set=tuple(sorted(k for k in hidden if kind and wish.config.get(k))),
        enabled=wish.enabled,
        source=wish.source,
        state=status.state if status else "OPENING",
        last_error=status.reason if status else None,
        retry_at=status.retry_at if status else None,
        item_count=item_count,
        last_sync=last_sync,
        created_at=row.created_at if row else None,
        updated_at=row.updated_at if row else None,
    )
