"""``ktv db rotate-secrets`` at the command line."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from ktv_host.auth.secrets import SecretBox
from ktv_host.cli.database import app
from ktv_host.db.engine.database import open_database
from ktv_host.db.engine.migrate import migrate_host
from ktv_host.db.provider_configs import ProviderConfigRepository
from ktv_host.domain.instance import ProviderConfig

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    address = f"sqlite:{tmp_path / 'ktv.db'}"
    monkeypatch.chdir(tmp_path)
    for name, value in {"DATABASE_URL": address, "DATA_DIR": str(tmp_path / "data"), "JWT_SECRET": "new"}.items():
        monkeypatch.setenv(name, value)
    asyncio.run(migrate_host(address))
    asyncio.run(_store(address, SecretBox("old").seal("hunter2")))
    return address


def rotate() -> Result:
    return CliRunner().invoke(app, ["rotate-secrets"])


def test_the_former_secret_is_not_needed_afterwards(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JWT_SECRET_PREVIOUS", "old")
    done = rotate()
    assert (done.exit_code, done.output) == (0, "1 sealed anew, 0 up to date already\n")
    assert SecretBox("new").open(asyncio.run(_stored(url))) == "hunter2"
    assert rotate().output == "0 sealed anew, 1 up to date already\n"


def test_what_no_key_opens_is_named_and_the_exit_code_says_so(url: str) -> None:
    before = asyncio.run(_stored(url))
    done = rotate()
    assert done.exit_code == 1
    assert "provider instance library" in done.output
    assert asyncio.run(_stored(url)) == before


async def _store(url: str, sealed: str) -> None:
    async with open_database(url) as database:
        await ProviderConfigRepository(database).add(
            ProviderConfig(
                id="library",
                provider_type="a plugin that is not installed",
                name="Library",
                config={"key": sealed},
                config_version=1,
                enabled=True,
                created_at=NOW,
                updated_at=NOW,
            )
        )


async def _stored(url: str) -> str:
    async with open_database(url) as database:
        (row,) = await ProviderConfigRepository(database).all()
        return str(row.config["key"])
