"""The discovery document: the issuer to the letter, endpoints no less protected than it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ktv_oidc.metadata import ProviderMetadata, discovery_url, parse_metadata

from ktv_host.hooks import Unavailable

ISSUER = "https://id.example/realms/tv"
DOCUMENT: dict[str, Any] = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/auth",
    "token_endpoint": "https://tokens.example/token",
    "jwks_uri": f"{ISSUER}/keys",
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


def test_a_short_document_is_enough() -> None:
    assert parse_metadata(DOCUMENT, ISSUER) == ProviderMetadata(
        issuer=ISSUER,
        authorization_endpoint=f"{ISSUER}/auth",
        token_endpoint="https://tokens.example/token",
        jwks_uri=f"{ISSUER}/keys",
    )


def test_what_else_is_used_is_read() -> None:
    more = {
        "userinfo_endpoint": f"{ISSUER}/me",
        "token_endpoint_auth_methods_supported": ["private_key_jwt", "client_secret_post", 7],
        "authorization_response_iss_parameter_supported": True,
    }
    metadata = parse_metadata({**DOCUMENT, **more}, ISSUER)
    assert metadata.userinfo_endpoint == f"{ISSUER}/me"
    assert metadata.token_auth_methods == ("private_key_jwt", "client_secret_post")
    assert metadata.iss_parameter


@pytest.mark.parametrize("named", [ISSUER + "/", ISSUER.upper(), "https://evil.example", None, [ISSUER]])
def test_another_issuer_is_refused_and_both_are_told(named: Any) -> None:
    with pytest.raises(Unavailable) as refused:
        parse_metadata({**DOCUMENT, "issuer": named}, ISSUER)
    assert repr(named) in str(refused.value)
    assert repr(ISSUER) in str(refused.value)


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"])
@pytest.mark.parametrize(
    "value", ["http://id.example/x", "javascript:alert(1)", "/token", "https://", "https://[x", "https://x/#y", 7]
)
def test_an_endpoint_that_cannot_be_trusted_is_named(name: str, value: Any) -> None:
    with pytest.raises(Unavailable, match=name):
        parse_metadata({**DOCUMENT, name: value}, ISSUER)


def test_an_issuer_without_tls_may_have_endpoints_without() -> None:
    plain = {name: value.replace("https:", "http:") for name, value in DOCUMENT.items()}
    assert parse_metadata(plain, plain["issuer"]).token_endpoint == "http://tokens.example/token"


@pytest.mark.parametrize("issuer", ["https://id.example", "https://id.example/"])
def test_the_document_is_below_the_issuer_with_or_without_its_slash(issuer: str) -> None:
    assert discovery_url(issuer) == "https://id.example/.well-known/openid-configuration"


@given(st.dictionaries(st.sampled_from([*DOCUMENT, "userinfo_endpoint"]), JSON))
def test_no_document_does_anything_but_parse_or_be_refused(document: dict[str, Any]) -> None:
    try:
        metadata = parse_metadata({**DOCUMENT, **document}, ISSUER)
    except Unavailable:
        return
    assert metadata.issuer == ISSUER
    assert metadata.token_endpoint.startswith("https://")
