"""Finds the installed plugins and imports each alone: a broken one never stops the others."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import Distribution, EntryPoint, distributions
from types import ModuleType
from typing import NoReturn

from stevedore import ExtensionManager, NamedExtensionManager

from ktv_host.hooks import Logger
from ktv_host.registry.failure import describe, exit_is_error, traceback_of

GROUP = "ktv.plugins"


@dataclass(frozen=True, slots=True)
class Discovered:
    """One entry point. ``module`` is None when ``reason`` says why it cannot be used."""

    name: str
    distribution: str
    version: str
    module: ModuleType | None = None
    reason: str | None = None


class _One(NamedExtensionManager[object]):
    """Loads the one entry point it is handed.

    stevedore's own listing comes from a cache in the user's home, keyed by the times of folders, which can be older
    than the plugin that was installed a moment ago. So it gets what ``importlib.metadata`` reads now.
    """

    def __init__(self, point: EntryPoint) -> None:
        self._point = point
        super().__init__(GROUP, [point.name], on_load_failure_callback=_give_up)

    def list_entry_points(self) -> list[EntryPoint]:
        return [self._point]


def discover(log: Logger | None = None) -> list[Discovered]:
    """Every plugin of this environment in the order of names, usable or not. ``log`` gets the tracebacks."""
    points: dict[str, list[EntryPoint]] = defaultdict(list)
    plugins: list[Discovered] = []
    for distribution in _installed():
        try:
            own = distribution.entry_points.select(group=GROUP)
        except (OSError, TypeError, ValueError) as error:  # what importlib.metadata makes of text that is none
            reason = f"its entry_points.txt cannot be read: {describe(error)}"
            plugins.append(Discovered(distribution.name, distribution.name, distribution.version, reason=reason))
            continue
        for point in own:
            points[point.name].append(point)
    plugins += (plugin for rivals in points.values() for plugin in _load(rivals, log))
    return sorted(plugins, key=lambda plugin: (plugin.name, plugin.distribution))


def _installed() -> Iterator[Distribution]:
    """Each distribution once: of two with one name the import system sees the first."""
    seen: set[str] = set()
    for distribution in distributions():
        name = re.sub(r"[-_.]+", "-", distribution.name or "").lower()  # no name: what an interrupted removal left
        if name and name not in seen:
            seen.add(name)
            yield distribution


def _load(rivals: Sequence[EntryPoint], log: Logger | None) -> list[Discovered]:
    """Of two distributions with one name stevedore would take either: nobody can tell whose is meant."""
    plugins = sorted(map(_described, rivals), key=lambda plugin: plugin.distribution)
    if len(plugins) > 1:
        owners = " and ".join(plugin.distribution for plugin in plugins)
        reason = f"{owners} both call their plugin {plugins[0].name!r}; none of them is used"
        return [replace(plugin, reason=reason) for plugin in plugins]
    point = rivals[0]
    try:
        with exit_is_error():
            module: object = _One(point).extensions[0].plugin
    except Exception as error:  # noqa: BLE001  plugin load: an import runs anything, and its failure is its own
        if log is not None:
            log.error("plugin cannot be imported", plugin=point.name, traceback=traceback_of(error))
        return [replace(plugins[0], reason=f"{point.value} cannot be imported: {describe(error)}")]
    if not isinstance(module, ModuleType):
        return [replace(plugins[0], reason=f"{point.value} is not a module")]
    return [replace(plugins[0], module=module)]


def _described(point: EntryPoint) -> Discovered:
    return Discovered(
        name=point.name,
        distribution=point.dist.name if point.dist else "",
        version=point.dist.version if point.dist else "",
    )


def _give_up(_manager: ExtensionManager[object], _point: EntryPoint, error: BaseException) -> NoReturn:
    raise error
