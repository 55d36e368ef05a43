"""CHANGELOG.md keeps the form of Keep a Changelog."""

import re
import tomllib
from pathlib import Path

import pytest

KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


@pytest.fixture(scope="module")
def changelog(root: Path) -> str:
    return (root / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_first_section_is_unreleased(changelog: str) -> None:
    assert re.findall(r"^## (.*)$", changelog, flags=re.MULTILINE)[0] == "[Unreleased]"


def test_a_release_has_a_version_and_a_date(changelog: str) -> None:
    releases = re.findall(r"^## (.*)$", changelog, flags=re.MULTILINE)[1:]
    assert not [each for each in releases if not re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", each)]


def test_changes_are_sorted_by_kind(changelog: str) -> None:
    assert set(re.findall(r"^### (.*)$", changelog, flags=re.MULTILINE)) <= KINDS


def test_a_released_version_is_not_newer_than_the_project(changelog: str, root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    newest = re.findall(r"^## \[(\d+)\.(\d+)\.(\d+)\]", changelog, flags=re.MULTILINE)[:1]
    assert all(tuple(map(int, each)) <= tuple(map(int, project.split("."))) for each in newest)
