"""The variables: what they mean, and what is said of those that cannot be right."""

import pytest
from ktv_oidc.config import OidcConfig, from_environment
from pydantic import SecretStr

from ktv_host.hooks import ConfigurationError

LEAST = {"OIDC_ISSUER": "https://id.example/realms/tv", "OIDC_CLIENT_ID": "ktv"}


def test_issuer_and_client_are_enough() -> None:
    assert from_environment(LEAST) == OidcConfig(issuer="https://id.example/realms/tv", client_id="ktv")


def test_every_variable_counts() -> None:
    more = {
        "OIDC_CLIENT_SECRET": "hush",
        "OIDC_REDIRECT_URL": "https://tv.example/ktv/api/v1/auth/callback",
        "OIDC_RESOURCE_ID": "tv",
        "OIDC_SCOPES": "openid, email groups",
        "OIDC_GROUPS_CLAIM": "realm_access.roles",
        "OIDC_ADMIN_GROUP": "admins",
        "OIDC_CLIENT_AUTH": "client_secret_post",
    }
    assert from_environment({**LEAST, **more}) == OidcConfig(
        issuer="https://id.example/realms/tv",
        client_id="ktv",
        client_secret=SecretStr("hush"),
        redirect_url="https://tv.example/ktv/api/v1/auth/callback",
        resource_id="tv",
        scopes=("openid", "email", "groups"),
        groups_claim="realm_access.roles",
        admin_group="admins",
        client_auth="client_secret_post",
    )


def test_the_secret_is_not_shown() -> None:
    assert "hush" not in repr(from_environment({**LEAST, "OIDC_CLIENT_SECRET": "hush"}))


def test_openid_is_always_asked_for() -> None:
    config = from_environment({**LEAST, "OIDC_SCOPES": "email"})
    assert config is not None
    assert config.scopes == ("openid", "email")


@pytest.mark.parametrize("env", [{}, {"OIDC_SCOPES": "openid"}, {"OIDC_ISSUER": " ", "OIDC_CLIENT_ID": ""}])
def test_without_issuer_and_client_it_is_off(env: dict[str, str]) -> None:
    assert from_environment(env) is None


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"OIDC_CLIENT_ID": ""}, "OIDC_CLIENT_ID"),
        ({"OIDC_ISSUER": ""}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": "id.example"}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": "ftp://id.example"}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": "https://user@id.example"}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": "https://id.example?x=1"}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": "https://id.example:port"}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": "https://[id.example"}, "OIDC_ISSUER"),
        ({"OIDC_REDIRECT_URL": "https://tv.example/callback"}, "OIDC_REDIRECT_URL"),
        ({"OIDC_REDIRECT_URL": "/api/v1/auth/callback"}, "OIDC_REDIRECT_URL"),
        ({"OIDC_CLIENT_AUTH": "basic", "OIDC_CLIENT_SECRET": "x"}, "OIDC_CLIENT_AUTH"),
        ({"OIDC_CLIENT_AUTH": "client_secret_post"}, "OIDC_CLIENT_SECRET"),
    ],
)
def test_what_cannot_be_right_is_named(changed: dict[str, str], named: str) -> None:
    with pytest.raises(ConfigurationError, match=named) as refused:
        from_environment({**LEAST, **changed})
    assert "\n" not in str(refused.value)
