"""Provider instances as an admin sees them: the wishes (rows, environment) and what became of them."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import BaseModel, SecretStr, ValidationError

from ktv_host.auth.secrets import SecretBox, open_fields, seal_fields, secret_fields
from ktv_host.db.library import LibraryRepository
from ktv_host.db.plugin_state import PluginStateRepository
from ktv_host.db.provider_configs import ProviderConfigRepository
from ktv_host.domain.events import EventKind
from ktv_host.domain.instance import ProviderConfig
from ktv_host.domain.media import INSTANCE_ID
from ktv_host.errors import Conflict, FieldError, Invalid, KtvError, NotFound
from ktv_host.hooks import CheckReport, Clock, Problem, ProviderType
from ktv_host.registry.catalog import Catalog
from ktv_host.registry.instances import Instances, InstanceStatus, Wish
from ktv_host.services.activity import Activity
from ktv_host.services.contexts import ContextFactory
from ktv_host.services.syncing import LibrarySync

CHECK_SECONDS = 30
SETTLE_SECONDS = 5


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
        self._environment = environment
        self._clock = clock

    async def start(self) -> None:
        """Apply every wish; opening goes on in the background."""
        for wish in (await self._wishes()).values():
            self._instances.apply(wish)

    async def refresh(self, instance_id: str) -> None:
        """Another process changed this instance: follow its row."""
        wish = (await self._wishes()).get(instance_id)
        if wish is None:
            await self._instances.remove(instance_id)
        else:
            self._instances.apply(wish)

    def types(self) -> list[ProviderType[Any]]:
        return [self._catalog.provider_types[key] for key in sorted(self._catalog.provider_types)]

    async def all(self) -> list[InstanceView]:
        rows = {row.id: row for row in await self._configs.all()}
        wishes = await self._wishes()
        counts, latest = await self._library.counts(), await self._syncing.latest()
        return [
            self._view(wish, rows.get(wish.id), counts.get(wish.id, 0), last.started_at if last else None)
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
        taken = (await self._wishes()).keys()
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
        wish = (await self._wishes()).get(instance_id)
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
        if instance_id in self._environment_wishes():
            raise Conflict(f"{instance_id} is described by the environment; unset its variables first")
        if not await self._configs.delete(instance_id):
            raise NotFound(f"there is no provider instance {instance_id}")
        await self._instances.remove(instance_id)
        await self._library.delete_instance(instance_id)
        await self._states.delete_all(instance_id)
        await self._syncing.forget(instance_id)
        await self._announce(instance_id, "was deleted", actor_id)

    async def test_config(self, provider_type: str, config: Mapping[str, Any]) -> CheckReport:
        """Try a configuration that is not saved. Raises Invalid for what the form can tell."""
        kind = self._type(provider_type)
        plain = validate_config(kind, config)
        return await self._check(kind, plain, f"{provider_type}-test")

    async def test(self, instance_id: str) -> CheckReport:
        wish = (await self._wishes()).get(instance_id)
        if wish is None:
            raise NotFound(f"there is no provider instance {instance_id}")
        kind = self._type(wish.provider_type)
        return await self._check(kind, kind.migrate(wish.config, wish.config_version), instance_id)

    async def problems(self, instance_id: str) -> list[Problem]:
        """What the last pass could not use. Raises NotFound, Unavailable."""
        return list(await self._instances.get(instance_id).problems())

    async def _check(self, kind: ProviderType[Any], plain: Mapping[str, Any], instance_id: str) -> CheckReport:
        context = self._contexts.make(instance_id, kind)
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                return await kind.check(context, kind.config_model.model_validate(plain))
        except TimeoutError:
            return CheckReport(False, f"no answer within {CHECK_SECONDS} seconds")
        except KtvError as error:
            return CheckReport(False, error.message)
        except Exception as error:  # noqa: BLE001  a plugin's bug is the report, not a 500
            context.logger.error("check failed", provider_type=kind.key, error=repr(error))
            return CheckReport(False, f"the plugin failed: {type(error).__name__}")

    async def _changed(self, instance_id: str, what: str, actor_id: str | None) -> InstanceView:
        self._instances.apply((await self._wishes())[instance_id])
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

    async def _wishes(self) -> dict[str, Wish]:
        wishes = self._environment_wishes()
        for row in await self._configs.all():
            wishes[row.id] = self._row_wish(row)
        return wishes

    def _row_wish(self, row: ProviderConfig) -> Wish:
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

    def _environment_wishes(self) -> dict[str, Wish]:
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

    def _view(
        self, wish: Wish, row: ProviderConfig | None, item_count: int, last_sync: datetime | None
    ) -> InstanceView:
        kind = self._catalog.provider_types.get(wish.provider_type)
        hidden = secret_fields(kind.config_model) if kind else frozenset(wish.config)
        status = self._status(wish)
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

    def _status(self, wish: Wish) -> InstanceStatus | None:
        try:
            return self._instances.status(wish.id)
        except NotFound:
            return None


def validate_config(kind: ProviderType[Any], config: Mapping[str, Any]) -> dict[str, Any]:
    """The plain, JSON-able configuration. Raises Invalid with field paths below ``config``."""
    try:
        model = kind.config_model.model_validate(config)
    except ValidationError as error:
        fields = [
            FieldError(".".join(("config", *map(str, problem["loc"]))), problem["msg"].removeprefix("Value error, "))
            for problem in error.errors(include_url=False, include_context=False, include_input=False)
        ]
        raise Invalid(f"the configuration of {kind.name} is not valid", fields) from None
    return _plain(model)


def _plain(model: BaseModel) -> dict[str, Any]:
    plain: dict[str, Any] = model.model_dump(mode="json")
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, SecretStr):
            plain[name] = value.get_secret_value()
    return plain


def free_id(provider_type: str, taken: Collection[str]) -> str:
    """The type's key, else ``key-2``, ``key-3`` …"""
    candidate, number = provider_type, 1
    while candidate in taken:
        number += 1
        candidate = f"{provider_type}-{number}"
    return candidate
