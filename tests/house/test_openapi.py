"""The API is the product: every change of it shows in the difference of one file."""

import json
import os
from pathlib import Path

from typer.testing import CliRunner

from ktv_host.cli.main import app


def test_the_api_is_the_one_that_was_agreed(root: Path) -> None:
    """``make golden`` refreshes the file; the difference belongs into the changelog."""
    shown = CliRunner().invoke(app, ["openapi"], catch_exceptions=False)
    golden = root / "tests" / "golden" / "openapi.json"
    if os.environ.get("KTV_UPDATE_GOLDEN") == "1":
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(shown.stdout, encoding="utf-8")
    assert json.loads(shown.stdout) == json.loads(golden.read_text(encoding="utf-8")), "run: make golden"
