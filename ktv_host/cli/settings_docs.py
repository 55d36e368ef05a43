"""Writes .env.example and docs/reference/settings.md from the settings themselves; ``make golden`` runs it."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from ktv_host.hooks import EnvironmentVariable
from ktv_host.registry.catalog import Catalog
from ktv_host.registry.discovery import discover
from ktv_host.registry.plugins import load
from ktv_host.settings import Settings

ENV_EXAMPLE = Path(".env.example")
SETTINGS_PAGE = Path("docs/reference/settings.md")

# Headings and what stands below them; a setting nobody listed here goes to the last one.
GROUPS: dict[str, tuple[str, ...]] = {
    "Server": ("host", "port", "base_url", "data_dir", "log_level", "log_format"),
    "Database": ("database_url", "db_max_connections", "db_min_connections"),
    "Authentication": (
        "jwt_secret",
        "jwt_secret_previous",
        "jwt_expiry_hours",
        "jwt_issuer",
        "jwt_audience",
        "cookie_secret",
        "secure_cookie",
        "allow_registration",
    ),
    "Library and media": (
        "library_sync_interval_hours",
        "transcode_dir",
        "transcode_cleanup_ttl_hours",
        "cache_max_bytes",
        "artwork_cache_max_bytes",
        "accel_redirect",
        "demo",
    ),
    "Network and production": ("cors_allowed_origins", "trusted_proxies", "outbound_allow", "production"),
    "Diagnosis": (),
}

_HEAD_ENV = """\
# Every variable of K-TV, each with its default. Copy this file to .env and take the # off a line to change it.
# A variable that is set to nothing counts as unset. The environment goes before .env.
"""

_HEAD_PAGE = """\
# Settings

Every setting is an environment variable; a file `.env` in the working directory gives them too, and the environment
goes before it. A variable that is set to nothing counts as unset. A value that cannot be right stops the start with one
line that names the variable; a variable that looks like a misspelt one is warned about.

This page and `.env.example` are made from the code by `make golden`.
"""


@dataclass(frozen=True, slots=True)
class Variable:
    name: str
    default: str
    description: str


@dataclass(frozen=True, slots=True)
class Group:
    """Variables under one heading; ``note`` says who reads them when it is not the host."""

    title: str
    variables: Sequence[Variable]
    note: str = ""


def host_groups(fields: dict[str, FieldInfo]) -> list[Group]:
    """The host's own settings under their headings."""
    listed = {name for names in GROUPS.values() for name in names}
    rest = tuple(name for name in fields if name not in listed)
    *first, last = GROUPS
    layout = {title: GROUPS[title] for title in first} | {last: (*GROUPS[last], *rest)}
    return [
        Group(title, [_variable(name, fields[name]) for name in names if name in fields])
        for title, names in layout.items()
        if any(name in fields for name in names)
    ]


def plugin_group(title: str, distribution: str, variables: Iterable[EnvironmentVariable]) -> Group:
    """What a plugin reads from the environment."""
    return Group(
        title,
        [Variable(each.name, "", each.description) for each in variables],
        note=f"Read by the plugin {distribution}.",
    )


def env_example(groups: Iterable[Group]) -> str:
    lines = [_HEAD_ENV]
    for group in groups:
        lines.append(f"# --- {group.title} ---" + (f" {group.note}" if group.note else ""))
        for variable in group.variables:
            lines += [f"# {variable.description}", f"#{variable.name}={variable.default}"]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def settings_page(groups: Iterable[Group]) -> str:
    parts = [_HEAD_PAGE]
    for group in groups:
        parts += [f"## {group.title}", ""]
        if group.note:
            parts += [group.note, ""]
        parts += ["| Variable | Default | Description |", "|---|---|---|"]
        for variable in group.variables:
            default = f"`{variable.default}`" if variable.default else "–"
            parts.append(f"| `{variable.name}` | {default} | {_cell(variable.description)} |")
        parts.append("")
    return "\n".join(parts).rstrip() + "\n"


def _variable(name: str, info: FieldInfo) -> Variable:
    description = info.description or ""
    if get_origin(info.annotation) is Literal:
        description += f" One of {', '.join(map(str, get_args(info.annotation)))}."
    return Variable(name.upper(), _shown(info.get_default(call_default_factory=False)), description)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple | list):
        return ",".join(map(str, value))
    return str(value)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def all_groups(root: Path, catalog: Catalog) -> list[Group]:
    """The host's settings and what the plugins of this repository read; others that are installed are left out."""
    ours = {path.parent.name for path in root.glob("plugins/*/pyproject.toml")}
    readers: list[tuple[type, str, Sequence[EnvironmentVariable]]] = []
    readers += [(type(each), each.name, each.environment) for each in catalog.provider_types.values()]
    readers += [(type(each), each.name, each.environment) for each in catalog.auth_backends.values()]
    groups = host_groups(Settings.model_fields)
    for kind, name, variables in readers:
        package = kind.__module__.split(".")[0]
        if package in ours and variables:
            groups.append(plugin_group(name, package.replace("_", "-"), variables))
    return groups


def main(root: Path) -> None:
    """Write both files below ``root``."""
    catalog, _ = load(discover())
    groups = all_groups(root, catalog)
    (root / ENV_EXAMPLE).write_text(env_example(groups), encoding="utf-8")
    (root / SETTINGS_PAGE).write_text(settings_page(groups), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path())
