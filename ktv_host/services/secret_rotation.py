"""Rotation of secrets at rest: what was sealed with a former key, or never, is sealed with the present one."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

import orjson

from ktv_host.auth.secrets import SecretBox, is_sealed, secret_fields
from ktv_host.db.provider_configs import ProviderConfigRepository
from ktv_host.db.sealed import SealedColumns
from ktv_host.errors import ConfigurationError, Unavailable
from ktv_host.registry.catalog import Catalog

TRIES = 5
CONFIGS, CHANNELS = "provider_configs", "channels"

IsSecret = Callable[[str, str], bool]
"""Whether the value of a name is a secret."""


class _Outcome(Enum):
    NO_SECRET = auto()
    CURRENT = auto()
    RENEWED = auto()
    UNREADABLE = auto()


@dataclass(frozen=True, slots=True)
class RotationReport:
    """Rows by what was done. ``unreadable`` ones have a secret no key opens: somebody has to enter it anew."""

    renewed: int
    current: int
    unreadable: tuple[str, ...]


class SecretRotation:
    """Row by row, each in one statement: it can be broken off and run again, also beside a server that runs."""

    def __init__(
        self, columns: SealedColumns, configs: ProviderConfigRepository, box: SecretBox, catalog: Catalog
    ) -> None:
        self._columns = columns
        self._configs = configs
        self._box = box
        self._catalog = catalog

    async def run(self) -> RotationReport:
        outcomes: dict[str, _Outcome] = {}
        for config in await self._configs.all():
            is_secret = self._secrets_of(config.provider_type)
            outcomes[f"provider instance {config.id}"] = await self._renew(CONFIGS, config.id, is_secret)
        for channel_id in await self._columns.ids(CHANNELS):
            # every header may be a secret
            every = await self._renew(CHANNELS, channel_id, lambda _name, _value: True)
            outcomes[f"webhook headers of channel {channel_id}"] = every
        return RotationReport(
            renewed=sum(outcome is _Outcome.RENEWED for outcome in outcomes.values()),
            current=sum(outcome is _Outcome.CURRENT for outcome in outcomes.values()),
            unreadable=tuple(name for name, outcome in outcomes.items() if outcome is _Outcome.UNREADABLE),
        )

    def _secrets_of(self, provider_type: str) -> IsSecret:
        kind = self._catalog.provider_types.get(provider_type)
        if kind is None:  # its plugin is not installed: the seal tells
            return lambda _name, value: is_sealed(value)
        names = secret_fields(kind.config_model)
        return lambda name, _value: name in names

    async def _renew(self, table: str, row_id: str, is_secret: IsSecret) -> _Outcome:
        for _ in range(TRIES):
            stored = await self._columns.get(table, row_id)
            if stored is None:
                return _Outcome.NO_SECRET
            values, outcome = self._renewed(orjson.loads(stored), is_secret)
            fresh = orjson.dumps(values).decode()
            if orjson.loads(stored) == values or await self._columns.swap(table, row_id, stored, fresh):
                return outcome
            # somebody saved the row meanwhile: look again
        raise Unavailable(f"{table} {row_id} is being changed all the time; run this again")

    def _renewed(self, values: dict[str, Any], is_secret: IsSecret) -> tuple[dict[str, Any], _Outcome]:
        outcomes = [_Outcome.NO_SECRET]
        renewed = dict(values)
        for name, value in values.items():
            if not isinstance(value, str) or not is_secret(name, value):
                continue
            try:
                renewed[name] = self._box.renew(value)
            except ConfigurationError:
                outcomes.append(_Outcome.UNREADABLE)
            else:
                outcomes.append(_Outcome.CURRENT if renewed[name] == value else _Outcome.RENEWED)
        return renewed, max(outcomes, key=lambda outcome: outcome.value)
