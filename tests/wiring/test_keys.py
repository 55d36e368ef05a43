"""Keys: from the settings, else the host's own, kept for it alone."""

import stat
from pathlib import Path
from typing import Any

from ktv_host.settings import Settings
from ktv_host.wiring.keys import keys_of


def settings(folder: Path, **given: Any) -> Settings:
    return Settings(_env_file=None, data_dir=folder, **given)


def test_secrets_nobody_set_are_made_once_and_differ(tmp_path: Path) -> None:
    keys = keys_of(settings(tmp_path))
    assert keys_of(settings(tmp_path)) == keys
    assert len({keys.token, keys.cookie, keys_of(settings(tmp_path / "another")).token}) == 3
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir() if path.is_file()} == {0o600}


def test_secrets_that_are_set_make_no_file(tmp_path: Path) -> None:
    keys = keys_of(settings(tmp_path / "data", jwt_secret="a", jwt_secret_previous="b", cookie_secret="c"))
    assert (keys.token, keys.previous, keys.cookie) == ("a", "b", "c")
    assert not (tmp_path / "data").exists()


def test_a_secret_that_is_set_later_opens_what_the_own_one_sealed(tmp_path: Path) -> None:
    sealed = keys_of(settings(tmp_path)).at_rest.seal("hunter2")
    later = keys_of(settings(tmp_path, jwt_secret="now it is set"))
    assert later.at_rest.open(sealed) == "hunter2"
    assert keys_of(settings(tmp_path, jwt_secret="now it is set")).at_rest.renew(sealed) != sealed


def test_keys_are_not_shown(tmp_path: Path) -> None:
    keys = keys_of(settings(tmp_path))
    assert keys.token not in repr(keys)
    assert keys.cookie not in repr(keys)
