"""Real wheels, really installed: what ``ktv plugins list`` says of good and broken third-party plugins."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

BUILD = """
import os, sys
from hatchling.build import build_wheel
for folder in sys.argv[2:]:
    os.chdir(folder)
    build_wheel(sys.argv[1])
"""

PROVIDER = """
from ktv_host.hooks import Capabilities, CheckReport, Page, Provider, ProviderType, MediaGone, hookimpl
from pydantic import BaseModel

class Config(BaseModel):
    folder: str = "."

class Nothing(Provider):
    async def scan(self, cursor=None, since=None):
        return Page()
    async def source(self, key):
        raise MediaGone(key)
    async def close(self):
        pass

class Kind(ProviderType):
    key, name, config_model, capabilities = "KEY", "Third party", Config, Capabilities()
    async def open(self, ctx, config):
        return Nothing()
    async def check(self, ctx, config):
        return CheckReport(True, "fine")

@hookimpl
def register_providers():
    return [Kind()]
"""

SOURCES = {
    "good": PROVIDER.replace("KEY", "third_party"),
    "fails-on-import": "import module_that_is_not_there",
    "exits": "import sys; sys.exit('no licence')",
    "asserts": "assert False, 'not on this machine'",
    "unknown-hook": "from ktv_host.hooks import hookimpl\n@hookimpl\ndef register_provider(): return []",
    "async-hook": "from ktv_host.hooks import hookimpl\n@hookimpl\nasync def register_providers(): return []",
    "same-key-one": PROVIDER.replace("KEY", "shared_key"),
    "same-key-two": PROVIDER.replace("KEY", "shared_key"),
    "no-module": "value = 1",
    "talks": "print('{hello')\n" + PROVIDER.replace("KEY", "talkative"),
}


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtual environment that sees everything this one has, and plugins of its own."""

    folder: Path

    @property
    def python(self) -> str:
        return str(self.folder / "bin" / "python")

    @property
    def packages(self) -> Path:
        return Path(sysconfig.get_path("purelib", vars={"base": str(self.folder), "platbase": str(self.folder)}))

    def pip(self, *arguments: str) -> None:
        common = ["--disable-pip-version-check", "--quiet"]
        self._run([sys.executable, "-m", "pip", "--python", self.python, *common, *arguments])

    def install(self, *wheels: Path) -> None:
        self.pip("install", "--no-deps", "--no-index", "--no-compile", *map(str, wheels))

    def plugins(self, **environ: str) -> dict[str, list[dict[str, Any]]]:
        """Records by plugin name, as JSON on stdout."""
        code = "from ktv_host.cli.main import main; main()"
        records = json.loads(self._run([self.python, "-c", code, "plugins", "list", "--json"], environ).stdout)
        return {name: [r for r in records if r["name"] == name] for name in {r["name"] for r in records}}

    def _run(self, command: list[str], environ: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("KTV_")}
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=self.folder, env={**inherited, **(environ or {})}
        )
        assert done.returncode == 0, done.stderr
        return done


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A wheel per source; ``twin-one`` and ``twin-two`` both call their plugin ``twin``."""
    folder = tmp_path_factory.mktemp("wheels")
    projects = {name: _project(folder / name, name, name, source) for name, source in SOURCES.items()}
    for twin in ("twin-one", "twin-two"):
        projects[twin] = _project(folder / twin, twin, "twin", PROVIDER.replace("KEY", twin.replace("-", "_")))
    out = folder / "out"
    out.mkdir()
    subprocess.run([sys.executable, "-c", BUILD, str(out), *map(str, projects.values())], check=True)
    return {name: next(out.glob(f"ktv_test_{name.replace('-', '_')}-*.whl")) for name in projects}


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    made = Environment(tmp_path_factory.mktemp("environment"))
    venv.create(made.folder, with_pip=False, symlinks=True)
    here = sysconfig.get_path("purelib")
    (made.packages / "host.pth").write_text(f"import site; site.addsitedir({here!r})\n")
    return made


@pytest.fixture(scope="module")
def listed(environment: Environment, wheels: Mapping[str, Path]) -> dict[str, list[dict[str, Any]]]:
    """What is listed with all of them installed."""
    environment.install(*wheels.values())
    return environment.plugins()


def test_a_good_plugin_is_loaded(listed: dict[str, list[dict[str, Any]]]) -> None:
    assert listed["good"] == [
        {
            "name": "good",
            "distribution": "ktv-test-good",
            "version": "1.2.3",
            "state": "loaded",
            "hooks": ["register_providers"],
            "reason": None,
        }
    ]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("fails-on-import", "No module named 'module_that_is_not_there'"),
        ("exits", "it called sys.exit('no licence')"),
        ("asserts", "AssertionError: not on this machine"),
        ("unknown-hook", "there is no hook register_provider (did you mean register_providers?)"),
        ("async-hook", "register_providers is async"),
        ("same-key-one", "same-key-one (ktv-test-same-key-one) and same-key-two (ktv-test-same-key-two)"),
        ("same-key-two", "same-key-one (ktv-test-same-key-one) and same-key-two (ktv-test-same-key-two)"),
        ("no-module", "ktv_test_no_module.plugin:value is not a module"),
    ],
)
def test_a_broken_plugin_is_listed_with_its_reason(
    listed: dict[str, list[dict[str, Any]]], name: str, reason: str
) -> None:
    (record,) = listed[name]
    assert record["state"] == "failed"
    assert reason in record["reason"]


def test_one_name_of_two_distributions_is_refused_for_both(listed: dict[str, list[dict[str, Any]]]) -> None:
    assert [(record["distribution"], record["state"]) for record in listed["twin"]] == [
        ("ktv-test-twin-one", "failed"),
        ("ktv-test-twin-two", "failed"),
    ]
    for record in listed["twin"]:
        assert "ktv-test-twin-one and ktv-test-twin-two both call their plugin 'twin'" in record["reason"]


def test_what_a_plugin_prints_does_not_spoil_the_list(listed: dict[str, list[dict[str, Any]]]) -> None:
    assert listed["talks"][0]["state"] == "loaded"


def test_uninstalling_one_of_two_rivals_leaves_the_other_good(
    listed: dict[str, list[dict[str, Any]]], environment: Environment, wheels: Mapping[str, Path]
) -> None:
    environment.pip("uninstall", "--yes", "ktv-test-same-key-two", "ktv-test-twin-two", "ktv-test-good")
    after = environment.plugins()
    assert after["same-key-one"][0]["state"] == "loaded"
    assert [record["state"] for record in after["twin"]] == ["loaded"]
    assert "good" not in after
    environment.install(wheels["good"])
    assert environment.plugins()["good"] == listed["good"]


@pytest.mark.parametrize("text", [b"[ktv.plugins]\nnothing\n", b"\xff\xfe[ktv.plugins]\n"])
def test_a_distribution_whose_entry_points_cannot_be_read_is_listed_and_stops_nobody(
    listed: dict[str, list[dict[str, Any]]], environment: Environment, tmp_path: Path, text: bytes
) -> None:
    metadata = tmp_path / "spoilt-3.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: spoilt\nVersion: 3.0\n")
    (metadata / "entry_points.txt").write_bytes(text)
    after = environment.plugins(PYTHONPATH=str(tmp_path))
    (spoilt,) = after.pop("spoilt")
    assert (spoilt["distribution"], spoilt["version"], spoilt["state"]) == ("spoilt", "3.0", "failed")
    assert "entry_points.txt cannot be read" in spoilt["reason"]
    assert after["talks"] == listed["talks"]


def test_discovery_leaves_no_cache_that_could_grow_old(tmp_path: Path) -> None:
    code = "from ktv_host.registry.discovery import discover; discover()"
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "XDG_CACHE_HOME": str(tmp_path)})
    assert not list(tmp_path.iterdir())


def test_calls_of_hooks_are_traced_on_demand(listed: dict[str, list[dict[str, Any]]], environment: Environment) -> None:
    code = "from ktv_host.cli.plugins import app; app()"
    done = subprocess.run(
        [environment.python, "-c", code, "list", "--json"],
        capture_output=True,
        text=True,
        check=True,
        cwd=environment.folder,
        env={**os.environ, "KTV_TRACE_HOOKS": "1"},
    )
    assert "hook called" in done.stderr
    assert "talkative" in done.stderr
    json.loads(done.stdout)


def _project(folder: Path, name: str, entry_point: str, source: str) -> Path:
    module = f"ktv_test_{name.replace('-', '_')}"
    (folder / module).mkdir(parents=True)
    (folder / module / "__init__.py").write_text("")
    (folder / module / "plugin.py").write_text(source)
    (folder / "pyproject.toml").write_text(
        dedent(
            f"""
            [build-system]
            requires = ["hatchling"]
            build-backend = "hatchling.build"

            [project]
            name = "ktv-test-{name}"
            version = "1.2.3"
            dependencies = ["ktv-host"]

            [project.entry-points."ktv.plugins"]
            {entry_point} = "{module}.plugin{":value" if name == "no-module" else ""}"
            """
        )
    )
    return folder
