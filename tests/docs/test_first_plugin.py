"""The tutorial's package is the one on the page, and it builds, installs, loads and passes its tests."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs" / "tutorials"
PACKAGE = DOCS / "first-plugin"
FILES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*") if path.suffix in (".py", ".toml"))
KTV = "from ktv_host.cli.main import main; main()"
SHOWN = re.compile(r"^`([\w./-]+)`\n\n```\w+\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def shown() -> dict[str, str]:
    """Files as the page shows them."""
    return dict(SHOWN.findall((DOCS / "first-plugin.md").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, outside the repository."""
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info", ".*")
    return Path(shutil.copytree(PACKAGE, tmp_path_factory.mktemp("tutorial") / "first-plugin", ignore=ignored))


@pytest.fixture(scope="module")
def python(copy: Path) -> str:
    """An environment that sees this one, with the tutorial's wheel installed."""
    folder = copy.parent / "environment"
    venv.create(folder, with_pip=False, symlinks=True)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    (packages / "host.pth").write_text(f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n")
    interpreter = str(folder / "bin" / "python")
    build = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    wheel = run(sys.executable, "-c", build, str(copy.parent), cwd=copy).split()[-1]
    pip = [sys.executable, "-m", "pip", "--python", interpreter, "--disable-pip-version-check", "--quiet"]
    run(*pip, "install", "--no-deps", "--no-index", str(copy.parent / wheel), cwd=copy)
    return interpreter


def run(*command: str, cwd: Path) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "KTV", "CSV_"))}
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, env=clean)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("name", FILES)
def test_the_page_shows_the_file_as_it_is(name: str, shown: dict[str, str]) -> None:
    assert shown[name] == (PACKAGE / name).read_text(encoding="utf-8")


def test_the_page_shows_no_file_that_is_not_there(shown: dict[str, str]) -> None:
    assert sorted(shown) == FILES


def test_the_plugin_installs_and_is_loaded(python: str, copy: Path) -> None:
    records = json.loads(run(python, "-c", KTV, "plugins", "list", "--json", cwd=copy))
    (record,) = (record for record in records if record["name"] == "csvlist")
    assert (record["distribution"], record["state"], record["hooks"]) == (
        "ktv-csvlist",
        "loaded",
        ["register_providers"],
    )


def test_its_tests_pass_against_what_was_installed(python: str, copy: Path) -> None:
    shutil.rmtree(copy / "ktv_csvlist")
    output = run(python, "-W", "error", "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=copy)
    assert re.search(r"\d\d passed", output)
