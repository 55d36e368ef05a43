"""What the house tests look at: the sources, parsed once, and every file that is or may be committed."""

import ast
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Module:
    path: str  # from the root, with slashes
    lines: list[str]
    tree: ast.Module

    def line(self, number: int) -> str:
        return self.lines[number - 1]


def _parse(paths: Iterable[Path]) -> list[Module]:
    modules = []
    for path in sorted(paths):
        text = path.read_text(encoding="utf-8")
        modules.append(Module(path.relative_to(ROOT).as_posix(), text.splitlines(), ast.parse(text, str(path))))
    return modules


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def host_modules() -> list[Module]:
    return _parse((ROOT / "ktv_host").rglob("*.py"))


@pytest.fixture(scope="session")
def plugin_modules() -> list[Module]:
    """Sources of the plugins in this repository, without their tests."""
    return _parse(path for path in (ROOT / "plugins").glob("*/*/**/*.py") if path.parts[len(ROOT.parts) + 2] != "tests")


@pytest.fixture(scope="session")
def test_modules() -> list[Module]:
    return _parse([*(ROOT / "tests").rglob("*.py"), *(ROOT / "plugins").glob("*/tests/**/*.py")])


@pytest.fixture(scope="session")
def source_modules(host_modules: list[Module], plugin_modules: list[Module]) -> list[Module]:
    return host_modules + plugin_modules


@pytest.fixture(scope="session")
def committed_files(root: Path) -> list[Path]:
    """Files git tracks or would track."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    )
    return [root / name for name in sorted(set(listing.stdout.split("\0"))) if name and (root / name).is_file()]
