"""Settings from the environment."""

import pytest

from ktv_host.errors import ConfigurationError
from ktv_host.settings import load_settings, near_misses

VARIABLES = (
    "PORT",
    "PRODUCTION",
    "JWT_SECRET",
    "JWT_SECRET_PREVIOUS",
    "COOKIE_SECRET",
    "BASE_URL",
    "DATABASE_URL",
    "ALLOW_REGISTRATION",
)
STRONG = "kQ2xLp9_G7f-Zt0aVbW3eRy5uIo8hNmSdCj1TzXwPqY4BvKgMnUsEiAoHrJlFcD6"


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(str(tmp_path))


def test_defaults_suit_one_small_machine() -> None:
    settings = load_settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 3000)
    assert settings.public_url == "http://localhost:3000"
    assert settings.registration_open


def test_an_empty_variable_is_an_unset_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "")
    assert load_settings().port == 3000


def test_a_malformed_variable_is_named_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "eighty")
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert caught.value.message.startswith("PORT: ")
    assert "\n" not in caught.value.message


def test_production_refuses_weak_secrets_in_one_line_that_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRODUCTION", "true")
    monkeypatch.setenv("JWT_SECRET", "x" * 32)
    monkeypatch.setenv("JWT_SECRET_PREVIOUS", "short")
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    message = caught.value.message
    for part in ("JWT_SECRET repeats itself", "COOKIE_SECRET is missing", "JWT_SECRET_PREVIOUS has 5", "token_urlsafe"):
        assert part in message
    assert "\n" not in message
    assert "short" not in message
    assert "xxx" not in message


def test_one_secret_is_not_used_for_two_things_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRODUCTION", "true")
    monkeypatch.setenv("JWT_SECRET", STRONG)
    monkeypatch.setenv("COOKIE_SECRET", STRONG)
    with pytest.raises(ConfigurationError, match="the same"):
        load_settings()


def test_production_takes_strong_secrets_and_closes_registration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRODUCTION", "true")
    monkeypatch.setenv("JWT_SECRET", STRONG)
    monkeypatch.setenv("COOKIE_SECRET", STRONG[::-1])
    assert not load_settings().registration_open


def test_lists_are_comma_separated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORS_ALLOWED_ORIGINS", "https://a.test, https://b.test,")
    assert load_settings().cors_allowed_origins == ("https://a.test", "https://b.test")


def test_the_public_address_has_no_slash_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BASE_URL", "https://tv.test/ktv/")
    assert load_settings().public_url == "https://tv.test/ktv"


def test_a_misspelt_variable_is_noticed_and_foreign_ones_are_not() -> None:
    known = ["DATABASE_URL", "JWT_SECRET", "PORT"]
    assert near_misses({"DATABSE_URL": "x"}, known) == []
    assert near_misses({"JWT_SECRETS": "x", "PATH": "x", "JWT_SECRET": "y"}, known) == [("JWT_SECRETS", "JWT_SECRET")]
