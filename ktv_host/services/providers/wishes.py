"""Wishes: which instances there should be, as the rows and the environment say."""

from collections.abc import Mapping
from dataclasses import replace

from ktv_host.auth.secrets import SecretBox, open_fields, secret_fields
from ktv_host.db.provider_configs import ProviderConfigRepository
from ktv_host.domain.instance import ProviderConfig
from ktv_host.errors import KtvError
from ktv_host.registry.catalog import Catalog
from ktv_host.registry.instances import Wish


class ProviderWishes:
    """A row goes before what the environment describes under the same id."""

    def __init__(
        self, configs: ProviderConfigRepository, catalog: Catalog, box: SecretBox, environment: Mapping[str, str]
    ) -> None:
        self._configs = configs
        self._catalog = catalog
        self._box = box
        self._environment = environment

    async def all(self) -> dict[str, Wish]:
        wishes = self.of_environment()
        for row in await self._configs.all():
            wishes[row.id] = self.of_row(row)
        return wishes

    def of_row(self, row: ProviderConfig) -> Wish:
        kind = self._catalog.provider_types.get(row.provider_type)
        config, unreadable = dict(row.config), None
        if kind is not None:
            try:
                config = open_fields(row.config, secret_fields(kind.config_model), self._box)
            except KtvError as error:
                unreadable = error.message
        wish = Wish(
            id=row.id,
            provider_type=row.provider_type,
            name=row.name,
            config=config,
            config_version=row.config_version,
            enabled=row.enabled,
            source="row",
        )
        return replace(wish, broken=unreadable) if unreadable else wish

    def of_environment(self) -> dict[str, Wish]:
        wishes = {}
        for key, kind in self._catalog.provider_types.items():
            config = kind.from_environment(self._environment)
            if config is not None:
                wishes[key] = Wish(
                    id=key,
                    provider_type=key,
                    name=kind.name,
                    config=config,
                    config_version=kind.config_version,
                    enabled=True,
                    source="environment",
                )
        return wishes
