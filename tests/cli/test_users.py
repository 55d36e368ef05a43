"""``ktv users``: accounts at the command line."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ktv_host.cli.users import app
from ktv_host.errors import Conflict, NotFound

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:{tmp_path / 'ktv.db'}")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))

    def call(*words: str) -> str:
        done = CliRunner().invoke(app, list(words))
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == 0, done.output
        return done.output

    return call


def rows(listed: str) -> dict[str, list[str]]:
    return {line.split("\t")[0]: line.split("\t")[1:3] for line in listed.splitlines()}


def test_accounts_are_made_changed_and_deleted(run: Run) -> None:
    run("create", "Root@TV.local", "--admin", "--password", "correct horse")
    run("create", "ann@tv.local", "--password", "correct horse")
    assert rows(run("list")) == {"root@tv.local": ["admin", "active"], "ann@tv.local": ["user", "active"]}
    run("disable", "ann@tv.local")
    run("role", "ANN@tv.local", "admin")
    assert rows(run("list", "ann")) == {"ann@tv.local": ["admin", "disabled"]}
    run("enable", "ann@tv.local")
    run("role", "root@tv.local", "user")
    assert rows(run("list")) == {"root@tv.local": ["user", "active"], "ann@tv.local": ["admin", "active"]}
    run("delete", "root@tv.local", "--yes")
    assert rows(run("list")) == {"ann@tv.local": ["admin", "active"]}


def test_a_reset_password_is_shown_once_when_it_was_made_here(run: Run) -> None:
    run("create", "root@tv.local", "--admin", "--password", "correct horse")
    assert "shown once" in run("reset-password", "root@tv.local")
    shown = run("reset-password", "root@tv.local", "--password", "battery staple")
    assert "battery" not in shown


def test_what_cannot_be_done_is_said(run: Run) -> None:
    run("create", "root@tv.local", "--admin", "--password", "correct horse")
    with pytest.raises(Conflict, match="last admin"):
        run("disable", "root@tv.local")
    with pytest.raises(NotFound, match=r"nobody@tv\.local"):
        run("reset-password", "nobody@tv.local")


def test_a_deletion_is_asked_about(run: Run, tmp_path: Any) -> None:
    run("create", "root@tv.local", "--admin", "--password", "correct horse")
    done = CliRunner().invoke(app, ["delete", "root@tv.local"], input="n\n")
    assert done.exit_code == 1
    assert "root@tv.local" in run("list")
