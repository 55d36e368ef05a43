"""Secrets at rest and the host's own."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import BaseModel, SecretStr

from ktv_host.auth.secrets import SecretBox, is_sealed, kept_secret, open_fields, own_secret, seal_fields, secret_fields
from ktv_host.errors import ConfigurationError


class Config(BaseModel):
    url: str
    token: SecretStr
    other: SecretStr | None = None


def test_secret_fields_are_found_also_when_optional() -> None:
    assert secret_fields(Config) == {"token", "other"}


def test_only_secrets_are_sealed_and_they_open_again() -> None:
    box = SecretBox("key")
    sealed = seal_fields({"url": "http://x", "token": "hunter2", "other": None}, secret_fields(Config), box)
    assert sealed["url"] == "http://x"
    assert "hunter2" not in sealed["token"]
    assert open_fields(sealed, secret_fields(Config), box) == {"url": "http://x", "token": "hunter2", "other": None}


def test_the_previous_key_still_opens_and_a_foreign_one_does_not() -> None:
    sealed = SecretBox("old").seal("hunter2")
    assert SecretBox("new", "old").open(sealed) == "hunter2"
    with pytest.raises(ConfigurationError, match="JWT_SECRET"):
        SecretBox("new").open(sealed)


def test_the_own_secret_is_made_once_and_is_for_us_only(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: own_secret(tmp_path / "data", "jwt.secret"), range(16)))
    assert len(made) == 1
    assert len(made.pop()) >= 48
    (kept,) = (tmp_path / "data").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_secret_that_was_never_made_is_none(tmp_path: Path) -> None:
    assert kept_secret(tmp_path, "jwt.secret") == ""
    assert not list(tmp_path.iterdir())
    made = own_secret(tmp_path, "jwt.secret")
    assert kept_secret(tmp_path, "jwt.secret") == made


def test_a_seal_is_renewed_once() -> None:
    sealed = SecretBox("old").seal("hunter2")
    box = SecretBox("new", "old")
    renewed = box.renew(sealed)
    assert renewed != sealed
    assert box.renew(renewed) == renewed
    assert SecretBox("new").open(renewed) == "hunter2"
    assert SecretBox("new").open(SecretBox("new").renew("never sealed")) == "never sealed"
    with pytest.raises(ConfigurationError):
        SecretBox("new").renew(sealed)


def test_sealing_once_leaves_what_is_sealed() -> None:
    box = SecretBox("new")
    foreign = SecretBox("lost").seal("hunter2")
    assert box.seal_once(foreign) == foreign
    assert is_sealed(box.seal_once("plain"))
    assert box.open(box.seal_once("plain")) == "plain"
