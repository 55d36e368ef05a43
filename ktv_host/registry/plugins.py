"""Calls each plugin's hooks once, alone, and makes the catalog of what they return."""

import inspect
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from types import MappingProxyType, ModuleType
from typing import Any

import pluggy

from ktv_host.hooks import AuthBackend, Exporter, Logger, Notifier, ProviderType, specs
from ktv_host.hooks.markers import PROJECT
from ktv_host.registry.catalog import Catalog, PluginRecord
from ktv_host.registry.checks import fault_of
from ktv_host.registry.discovery import Discovered
from ktv_host.registry.failure import describe, exit_is_error, traceback_of

FAMILIES: Mapping[str, type] = MappingProxyType(
    {
        "register_providers": ProviderType,
        "register_auth": AuthBackend,
        "register_exporters": Exporter,
        "register_notifiers": Notifier,
    }
)


@dataclass(frozen=True, slots=True)
class _Offer:
    """What one plugin brings: objects by hook."""

    plugin: Discovered
    hooks: tuple[str, ...] = ()
    objects: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    reason: str | None = None


class _Fault(Exception):
    """A plugin broke a rule; the text is the reason shown."""


def load(
    discovered: Sequence[Discovered],
    *,
    log: Logger | None = None,
    trace: Logger | None = None,
    reserved: Collection[str] = (),
) -> tuple[Catalog, tuple[PluginRecord, ...]]:
    """The catalog and one record per plugin, in the order given.

    A plugin is taken whole or not at all. ``reserved`` are exporter keys the host's own URLs use. ``log`` gets the
    tracebacks of failures, ``trace`` (KTV_TRACE_HOOKS) every call.
    """
    offers = [_offer(plugin, reserved, log, trace) for plugin in discovered]
    rivals = _rivals(offers)
    offers = [replace(offer, reason=offer.reason or rivals.get(id(offer))) for offer in offers]
    return _catalog([offer for offer in offers if offer.reason is None]), tuple(_record(offer) for offer in offers)


def _offer(plugin: Discovered, reserved: Collection[str], log: Logger | None, trace: Logger | None) -> _Offer:
    if plugin.module is None:
        return _Offer(plugin, reason=plugin.reason)
    manager = pluggy.PluginManager(PROJECT)  # one each: no plugin sees another, and the blame is exact
    manager.add_hookspecs(specs)
    hooks: tuple[str, ...] = ()
    objects: dict[str, Sequence[Any]] = {}
    step = "registration"
    try:
        hooks = _register(manager, plugin.module)
        for step in hooks:
            objects[step] = _call(manager, step, reserved)
    except Exception as error:  # noqa: BLE001  hook call: a hook runs anything, and its failure is its own
        reason = str(error) if isinstance(error, _Fault) else f"{step} raised {describe(error)}"
        if log is not None:
            log.error("plugin refused", plugin=plugin.name, reason=reason, traceback=traceback_of(error))
        return _Offer(plugin, hooks, reason=reason)
    if trace is not None:
        for hook, items in objects.items():
            trace.info("hook called", plugin=plugin.name, hook=hook, returned=[item.key for item in items])
    return _Offer(plugin, hooks, objects)


def _register(manager: pluggy.PluginManager, module: ModuleType) -> tuple[str, ...]:
    """Names of the hooks a module implements. Raises _Fault, PluginValidationError."""
    manager.register(module)
    callers = manager.get_hookcallers(module) or []
    for caller in callers:
        if not caller.has_spec():
            near = get_close_matches(caller.name, FAMILIES, n=1)
            meant = f" (did you mean {near[0]}?)" if near else ""
            raise _Fault(f"there is no hook {caller.name}{meant}")
        for implementation in caller.get_hookimpls():
            function = implementation.function
            if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
                raise _Fault(f"{caller.name} is async; hooks are plain functions that only register objects")
    if not callers:
        raise _Fault(f"{module.__name__} implements no hook; is @hookimpl missing?")
    return tuple(sorted(caller.name for caller in callers))


def _call(manager: pluggy.PluginManager, hook: str, reserved: Collection[str]) -> Sequence[Any]:
    with exit_is_error():
        returned = getattr(manager.hook, hook)()
    if not returned:
        raise _Fault(f"{hook} returned None, not a list")
    items: list[Any] = []
    for part in returned:
        if inspect.iscoroutine(part):
            part.close()
            raise _Fault(f"{hook} returned a coroutine; hooks are plain functions that only register objects")
        if not isinstance(part, list | tuple):
            raise _Fault(f"{hook} returned {type(part).__name__}, not a list")
        items += part
    for item in items:
        if fault := fault_of(item, FAMILIES[hook]):
            raise _Fault(f"{hook}: {fault}")
        if hook == "register_exporters" and item.key in reserved:
            raise _Fault(f"{hook}: the key {item.key!r} belongs to the host's own API")
    twice = [key for key, count in Counter(item.key for item in items).items() if count > 1]
    if twice:
        raise _Fault(f"{hook} returned the key {twice[0]!r} twice")
    return tuple(items)


def _rivals(offers: Sequence[_Offer]) -> Mapping[int, str]:
    """Reasons for plugins that share a key: nobody can tell whose is meant, so none of them is used."""
    owners: dict[tuple[str, str], list[_Offer]] = defaultdict(list)
    for offer in offers:
        for hook, items in offer.objects.items():
            for item in items:
                owners[hook, item.key].append(offer)
    reasons: dict[int, str] = {}
    for (hook, key), claimants in sorted(owners.items()):
        if len(claimants) > 1:
            names = " and ".join(f"{o.plugin.name} ({o.plugin.distribution})" for o in claimants)
            for offer in claimants:
                reasons.setdefault(id(offer), f"{hook}: the key {key!r} is claimed by {names}; none of them is used")
    return reasons


def _catalog(offers: Sequence[_Offer]) -> Catalog:
    def of(hook: str) -> Mapping[str, Any]:
        items = [item for offer in offers for item in offer.objects.get(hook, ())]
        return MappingProxyType({item.key: item for item in sorted(items, key=lambda item: str(item.key))})

    return Catalog(
        provider_types=of("register_providers"),
        auth_backends=of("register_auth"),
        exporters=of("register_exporters"),
        notifiers=of("register_notifiers"),
    )


def _record(offer: _Offer) -> PluginRecord:
    return PluginRecord(
        name=offer.plugin.name,
        distribution=offer.plugin.distribution,
        version=offer.plugin.version,
        state="failed" if offer.reason else "loaded",
        hooks=offer.hooks,
        reason=offer.reason,
    )
