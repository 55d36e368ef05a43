"""The ktv command: quick to start, and one line for what a person can mend."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ktv_host.cli.main import SUB_COMMANDS, app

HEAVY = ("quart", "hypercorn", "sqlalchemy", "databases", "av", "numpy", "stevedore", "aiohttp", "pydantic_settings")


@pytest.fixture
def runner() -> CliRunner:
    return CliRunner()


def test_help_lists_every_sub_command(runner: CliRunner) -> None:
    shown = runner.invoke(app, ["--help"])
    assert shown.exit_code == 0
    assert not [name for name in SUB_COMMANDS if name not in shown.output]


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys\n"
        "from ktv_host.cli.main import app\n"
        "app(['--help'], standalone_mode=False)\n"
        f"print('loaded:', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert shown.stdout.splitlines()[-1] == "loaded: []"


def test_a_misspelt_command_is_answered_with_the_right_one(runner: CliRunner) -> None:
    shown = runner.invoke(app, ["sreve"])
    assert shown.exit_code == 2
    assert "Did you mean 'serve'" in shown.output


def test_a_sub_command_shows_its_own_help(runner: CliRunner) -> None:
    shown = runner.invoke(app, ["demo", "--help"])
    assert shown.exit_code == 0
    assert "FOLDER" in shown.output.upper()


def test_the_version_is_the_distributions(runner: CliRunner) -> None:
    shown = runner.invoke(app, ["--version"])
    assert shown.output.startswith("ktv ")


@pytest.mark.parametrize("name", sorted(SUB_COMMANDS))
def test_every_sub_command_can_be_loaded(runner: CliRunner, name: str) -> None:
    shown = runner.invoke(app, [name, "--help"], catch_exceptions=False)
    assert shown.exit_code == 0


def test_a_bad_setting_is_one_line_and_exit_code_1() -> None:
    script = "from ktv_host.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", script, "demo"], capture_output=True, text=True, check=False, env={"PORT": "many"}
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("ktv: PORT:")


def test_a_bad_variable_of_a_plugin_is_one_line_too(tmp_path: Path) -> None:
    script = "from ktv_host.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", script, "serve"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={"OIDC_ISSUER": "id.example", "OIDC_CLIENT_ID": "ktv", "DEMO": "false"},
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("ktv: OIDC_ISSUER:")
