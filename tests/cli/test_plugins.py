"""``ktv plugins list``: a table for people, JSON for programs."""

import io
import json

from rich.console import Console
from typer.testing import CliRunner

from ktv_host.cli.plugins import app, table
from ktv_host.registry.catalog import PluginRecord

LOADED = PluginRecord(name="good", distribution="ktv-good", version="1.2", state="loaded", hooks=("register_auth",))
FAILED = PluginRecord(
    name="bad", distribution="ktv-bad", version="0.1", state="failed", reason="ValueError: [red] is no colour"
)


def test_the_table_shows_every_plugin_and_why_one_is_not_in_use() -> None:
    out = io.StringIO()
    Console(file=out, width=200).print(table((LOADED, FAILED)))
    shown = out.getvalue()
    for text in (
        "good",
        "ktv-good",
        "1.2",
        "loaded",
        "auth",
        "bad",
        "failed",
        "ValueError: [red] is no colour",
    ):
        assert text in shown


def test_json_is_a_list_of_records() -> None:
    result = CliRunner().invoke(app, ["list", "--json"])
    assert result.exit_code == 0
    fields = {"name", "distribution", "version", "state", "hooks", "reason"}
    assert all(set(record) == fields for record in json.loads(result.stdout))


def test_the_list_prints_a_table() -> None:
    result = CliRunner().invoke(app, ["list"])
    assert result.exit_code == 0
    assert "Distribution" in result.stdout
