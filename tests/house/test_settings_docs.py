"""The settings' documentation is made from the settings: a setting nobody can find does not exist."""

import re
from pathlib import Path
from typing import Any, cast

import pytest

from ktv_host.cli.settings_docs import (
    ENV_EXAMPLE,
    SETTINGS_PAGE,
    Group,
    Variable,
    all_groups,
    env_example,
    host_groups,
    settings_page,
)
from ktv_host.registry.discovery import discover
from ktv_host.registry.plugins import load
from ktv_host.settings import Settings

# the host's, Jellyfin's and the local files'; other plugins document theirs when they move in
CONTRACT = [
    "HOST",
    "PORT",
    "DATABASE_URL",
    "DB_MAX_CONNECTIONS",
    "DB_MIN_CONNECTIONS",
    "JWT_SECRET",
    "JWT_EXPIRY_HOURS",
    "JWT_ISSUER",
    "JWT_AUDIENCE",
    "COOKIE_SECRET",
    "SECURE_COOKIE",
    "JELLYFIN_BASE_URL",
    "JELLYFIN_API_KEY",
    "JELLYFIN_USER_ID",
    "OIDC_ISSUER",
    "OIDC_CLIENT_ID",
    "OIDC_CLIENT_SECRET",
    "OIDC_REDIRECT_URL",
    "OIDC_RESOURCE_ID",
    "LOCAL_FILES_DIR",
    "TRANSCODE_DIR",
    "TRANSCODE_CLEANUP_TTL_HOURS",
    "CORS_ALLOWED_ORIGINS",
    "BASE_URL",
    "PRODUCTION",
]


@pytest.fixture(scope="module")
def groups(root: Path) -> list[Group]:
    catalog, _ = load(discover())
    return all_groups(root, catalog)


def test_env_example_is_what_the_code_says(root: Path, groups: list[Group]) -> None:
    assert (root / ENV_EXAMPLE).read_text(encoding="utf-8") == env_example(groups), "run: make golden"


def test_the_settings_page_is_what_the_code_says(root: Path, groups: list[Group]) -> None:
    assert (root / SETTINGS_PAGE).read_text(encoding="utf-8") == settings_page(groups), "run: make golden"


@pytest.mark.parametrize("name", CONTRACT)
def test_every_variable_of_the_contract_is_documented(name: str, groups: list[Group]) -> None:
    assert name in {variable.name for group in groups for variable in group.variables}


def test_every_setting_is_documented_once(groups: list[Group]) -> None:
    names = [variable.name for group in groups for variable in group.variables]
    assert sorted(names) == sorted(set(names))
    assert {name.upper() for name in Settings.model_fields} <= set(names)


def test_every_variable_says_what_it_is_in_one_line(groups: list[Group]) -> None:
    variables = [variable for group in groups for variable in group.variables]
    assert not [each.name for each in variables if not each.description or "\n" in each.description]


def test_the_defaults_in_env_example_are_the_defaults(groups: list[Group], monkeypatch: pytest.MonkeyPatch) -> None:
    lines = re.findall(r"^#([A-Z_]+)=(.*)$", env_example(groups), flags=re.MULTILINE)
    for name, value in lines:
        monkeypatch.delenv(name, raising=False)
        if name.lower() in Settings.model_fields:
            monkeypatch.setenv(name, value)
    taken_over = Settings(_env_file=None)
    for name, _ in lines:
        monkeypatch.delenv(name, raising=False)
    assert taken_over == Settings(_env_file=None)


def test_a_setting_nobody_grouped_is_in_the_last_group() -> None:
    fields = {"host": Settings.model_fields["host"], "brand_new": Settings.model_fields["port"]}
    assert [(group.title, group.variables[0].name) for group in host_groups(cast(Any, fields))] == [
        ("Server", "HOST"),
        ("Diagnosis", "BRAND_NEW"),
    ]


def test_a_bar_in_a_description_does_not_break_the_table() -> None:
    page = settings_page([Group("G", [Variable("A", "", "x | y")])])
    assert "| `A` | – | x \\| y |" in page
