"""Provider instances as an admin sees them: the wishes (rows, environment) and what became of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from ktv_host.auth.secrets import SecretBox, seal_fields, secret_fields
from ktv_host.db.library.item_row import readable
from ktv_host.db.library.writing import LibraryRepository
from ktv_host.db.plugin_state import PluginStateRepository
from ktv_host.db.provider_configs import ProviderConfigRepository
from ktv_host.domain.events import EventKind
from ktv_host.domain.instance import ProviderConfig
from ktv_host.domain.media import INSTANCE_ID
from ktv_host.errors import Conflict, FieldError, Invalid, NotFound
from ktv_host.hooks import CheckReport, Clock, Problem, ProviderType
from ktv_host.registry.catalog import Catalog
from ktv_host.registry.instances import Instances, InstanceStatus, Wish
from ktv_host.services.activity import Activity
from ktv_host.services.contexts import ContextFactory
from ktv_host.services.library.syncing import LibrarySync
from ktv_host.services.providers.checks import check_connection
from ktv_host.services.providers.config import validate_config
from ktv_host.services.providers.views import InstanceView, instance_view
from ktv_host.services.providers.wishes import ProviderWishes

SETTLE_SECONDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceChange:
    """What an update changes; None leaves a field as it is. An absent secret in ``config`` stays."""

    name: str | None = None
    config: Mapping[str, Any] | None = None
    enabled: bool | None = None


class ProviderInstances:
    def __init__(
        self,
        *,
        configs: ProviderConfigRepository,
        states: PluginStateRepository,
        library: LibraryRepository,
        catalog: Catalog,
        instances: Instances,
        contexts: ContextFactory,
        syncing: LibrarySync,
        activity: Activity,
        box: SecretBox,
        environment: Mapping[str, str],
        clock: Clock,
    ) -> None:
        self._configs = configs
        self._states = states
        self._library = library
        self._catalog = catalog
        self._instances = instances
        self._contexts = contexts
        self._syncing = syncing
        self._activity = activity
        self._box = box
        self._wishes = ProviderWishes(configs, catalog, box, environment)
        self._clock = clock

    async def start(self) -> None:
        """Apply every wish; opening goes on in the background."""
        for wish in (await self._wishes.all()).values():
            self._instances.apply(wish)

    async def refresh(self, instance_id: str) -> None:
        """Another process changed this instance: follow its row."""
        wish = (await self._wishes.all()).get(instance_id)
        if wish is None:
            await self._instances.remove(instance_id)
        else:
            self._instances.apply(wish)

    def types(self) -> list[ProviderType[Any]]:
        return [self._catalog.provider_types[key] for key in sorted(self._catalog.provider_types)]

    async def all(self) -> list[InstanceView]:
        rows = {row.id: row for row in await self._configs.all()}
        wishes = await self._wishes.all()
        counts, latest = await self._library.counts(), await self._syncing.latest()
        return [
            instance_view(
                wish,
                rows.get(wish.id),
                self._catalog.provider_types.get(wish.provider_type),
                self._status(wish),
                item_count=counts.get(wish.id, 0),
                last_sync=last.started_at if last else None,
            )
            for wish in sorted(wishes.values(), key=lambda w: w.id)
            for last in (latest.get(wish.id),)
        ]

    async def get(self, instance_id: str) -> InstanceView:
        for view in await self.all():
            if view.id == instance_id:
                return view
        raise NotFound(f"there is no provider instance {instance_id}")

    async def create(
        self,
        provider_type: str,
        config: Mapping[str, Any],
        *,
        instance_id: str | None = None,
        name: str | None = None,
        enabled: bool = True,
        actor_id: str | None = None,
    ) -> InstanceView:
        """Raises Conflict for a taken id, Invalid for an unknown type or a bad config."""
        kind = self._type(provider_type)
        if instance_id is not None and not INSTANCE_ID.fullmatch(instance_id):
            raise Invalid("that id cannot be used", [FieldError("id", "1 to 40 of a-z, 0-9, _ and -")])
        plain = validate_config(kind, config)
        taken = (await self._wishes.all()).keys()
        if instance_id in taken:
            raise Conflict(f"there is already a provider instance {instance_id}")
        now = self._clock()
        row = ProviderConfig(
            id=instance_id or free_id(provider_type, taken),
            provider_type=provider_type,
            name=name or kind.name,
            config=seal_fields(plain, secret_fields(kind.config_model), self._box),
            config_version=kind.config_version,
            enabled=enabled,
            created_at=now,
            updated_at=now,
        )
        await self._configs.add(row)
        return await self._changed(row.id, "was created", actor_id)

    async def update(self, instance_id: str, change: InstanceChange, actor_id: str | None = None) -> InstanceView:
        """Partial. An instance of the environment becomes a row. Raises NotFound, Invalid."""
        wish = (await self._wishes.all()).get(instance_id)
        if wish is None:
            raise NotFound(f"there is no provider instance {instance_id}")
        row = await self._configs.get(instance_id)
        now = self._clock()
        config, version = dict(wish.config), wish.config_version
        kind = self._catalog.provider_types.get(wish.provider_type)
        if kind is None:
            if change.config is not None:
                raise Invalid(
                    f"the plugin for {wish.provider_type} is not installed",
                    [FieldError("config", "cannot be checked without the plugin")],
                )
            sealed: Mapping[str, Any] = row.config if row else {}
        else:
            config, version = dict(kind.migrate(config, version)), kind.config_version
            secrets = secret_fields(kind.config_model)
            if change.config is not None:
                kept = {name: config[name] for name in secrets if name in config}
                config = validate_config(kind, {**kept, **change.config})
            sealed = seal_fields(config, secrets, self._box)
        changed = ProviderConfig(
            id=instance_id,
            provider_type=wish.provider_type,
            name=change.name or wish.name,
            config=sealed,
            config_version=version,
            enabled=wish.enabled if change.enabled is None else change.enabled,
            created_at=row.created_at if row else now,
            updated_at=now,
        )
        await (self._configs.update(changed) if row else self._configs.add(changed))
        if change.config is not None:
            await self._syncing.forget(instance_id)
        return await self._changed(instance_id, "was changed", actor_id)

    async def delete(self, instance_id: str, actor_id: str | None = None) -> None:
        """Raises NotFound; Conflict while the environment describes the instance."""
        if instance_id in self._wishes.of_environment():
            raise Conflict(f"{instance_id} is described by the environment; unset its variables first")
        if not await self._configs.delete(instance_id):
            raise NotFound(f"there is no provider instance {instance_id}")
        await self._states.delete_all(instance_id)  # a provider that closes knows by that that it will not come back
        await self._instances.remove(instance_id)
        await self._library.delete_instance(instance_id)
        await self._states.delete_all(instance_id)
        await self._contexts.discard_folder(instance_id)
        await self._syncing.forget(instance_id)
        await self._announce(instance_id, "was deleted", actor_id)

    async def test_config(self, provider_type: str, config: Mapping[str, Any]) -> CheckReport:
        """Try a configuration that is not saved. Raises Invalid for what the form can tell."""
        kind = self._type(provider_type)
        plain = validate_config(kind, config)
        return await check_connection(self._contexts, kind, plain, f"{provider_type}-test")

    async def test(self, instance_id: str) -> CheckReport:
        wish = (await self._wishes.all()).get(instance_id)
        if wish is None:
            raise NotFound(f"there is no provider instance {instance_id}")
        kind = self._type(wish.provider_type)
        plain = kind.migrate(wish.config, wish.config_version)
        return await check_connection(self._contexts, kind, plain, instance_id)

    async def problems(self, instance_id: str) -> list[Problem]:
        """What the last pass could not use. Raises NotFound, Unavailable."""
        with self._instances.using(instance_id) as provider:
            found = await provider.problems()
        return [Problem(readable(each.path), readable(each.reason)) for each in found]

    async def _changed(self, instance_id: str, what: str, actor_id: str | None) -> InstanceView:
        self._instances.apply((await self._wishes.all())[instance_id])
        await self._announce(instance_id, what, actor_id)
        await self._instances.wait_settled(instance_id, SETTLE_SECONDS)
        return await self.get(instance_id)

    async def _announce(self, instance_id: str, what: str, actor_id: str | None) -> None:
        await self._activity.record(
            EventKind.PROVIDER_CHANGED,
            f"provider instance {instance_id} {what}",
            actor_id=actor_id,
            data={"instance": instance_id},
        )

    def _type(self, key: str) -> ProviderType[Any]:
        kind = self._catalog.provider_types.get(key)
        if kind is None:
            known = ", ".join(sorted(self._catalog.provider_types)) or "none"
            raise Invalid(f"unknown provider type {key}", [FieldError("provider_type", f"installed types: {known}")])
        return kind

    def _status(self, wish: Wish) -> InstanceStatus | None:
        try:
            return self._instances.status(wish.id)
        except NotFound:
            return None


def free_id(provider_type: str, taken: Collection[str]) -> str:
    """The type's key, else ``key-2``, ``key-3`` …"""
    candidate, number = provider_type, 1
    while candidate in taken:
        number += 1
        candidate = f"{provider_type}-{number}"
    return candidate
