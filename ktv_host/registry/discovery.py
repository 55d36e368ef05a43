"""Finds the installed plugins and imports each alone: a broken one never stops the others."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution, EntryPoint, distribution, distributions
from types import ModuleType
from typing import NoReturn

from stevedore import ExtensionManager, NamedExtensionManager

from ktv_host.hooks import Logger
from ktv_host.registry.failure import describe, exit_is_error, traceback_of

GROUP = "ktv.plugins"


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovered:
    """One entry point. ``module`` is None when ``reason`` says why it cannot be used."""

    name: str
    distribution: str
    version: str
    module: ModuleType | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class _Claim:
    """A distribution's claim to a name."""

    point: EntryPoint
    distribution: str
    version: str

    def refused(self, reason: str) -> Discovered:
        return Discovered(name=self.point.name, distribution=self.distribution, version=self.version, reason=reason)


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
    claims: dict[str, list[_Claim]] = defaultdict(list)
    discovered: list[Discovered] = []
    for name in _distributions():
        try:
            for claim in _claims(name):
                claims[claim.point.name].append(claim)
        except Exception as error:  # noqa: BLE001  metadata that cannot be read is this distribution's fault alone
            reason = f"its entry points cannot be read: {describe(error)}"
            discovered.append(Discovered(name=name, distribution=name, version="", reason=reason))
    for rivals in claims.values():
        discovered += _load(rivals, log)
    return sorted(discovered, key=lambda plugin: (plugin.name, plugin.distribution))


def _distributions() -> list[str]:
    """Names of the distributions that mention the group."""
    return sorted({found.metadata["Name"] or "(unnamed)" for found in distributions() if _mentions_group(found)})


def _mentions_group(found: Distribution) -> bool:
    """Read as text: parsing somebody's malformed file must not end the search."""
    try:
        return GROUP in (found.read_text("entry_points.txt") or "")
    except UnicodeDecodeError:
        return False


def _claims(name: str) -> list[_Claim]:
    """The claims of a distribution as it would be imported: the first of its name on the path."""
    found = distribution(name)
    points = found.entry_points.select(group=GROUP)
    return [_Claim(point, name, found.version) for point in points]


def _load(rivals: Sequence[_Claim], log: Logger | None) -> list[Discovered]:
    if len(rivals) > 1:
        owners = " and ".join(sorted(claim.distribution for claim in rivals))
        name = rivals[0].point.name
        return [claim.refused(f"{owners} both call their plugin {name!r}; none of them is used") for claim in rivals]
    claim = rivals[0]
    try:
        with exit_is_error():
            module: object = _One(claim.point).extensions[0].plugin
    except Exception as error:  # noqa: BLE001  plugin load: an import runs anything, and its failure is its own
        if log is not None:
            log.error("plugin cannot be imported", plugin=claim.point.name, traceback=traceback_of(error))
        return [claim.refused(f"{claim.point.value} cannot be imported: {describe(error)}")]
    if not isinstance(module, ModuleType):
        return [claim.refused(f"{claim.point.value} is not a module")]
    return [Discovered(name=claim.point.name, distribution=claim.distribution, version=claim.version, module=module)]


def _give_up(_manager: ExtensionManager[object], _point: EntryPoint, error: BaseException) -> NoReturn:
    raise error
