"""The authorization request and its answer."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from ktv_oidc.authorization import Started, authorization_url, code_of
from ktv_oidc.config import OidcConfig
from ktv_oidc.metadata import ProviderMetadata

from ktv_host.hooks import Unauthenticated, Unavailable

CONFIG = OidcConfig(issuer="https://id.example", client_id="ktv")
STARTED = Started(state="the-state", nonce="the-nonce", verifier="v" * 64, redirect_uri="https://tv.example/back")


def metadata(**fields: Any) -> ProviderMetadata:
    known = {
        "issuer": "https://id.example",
        "authorization_endpoint": "https://id.example/auth?tenant=a b",
        "token_endpoint": "https://id.example/token",
        "jwks_uri": "https://id.example/keys",
    }
    return ProviderMetadata(**{**known, **fields})


def test_the_request_has_all_that_the_flow_needs() -> None:
    asked = parse_qs(urlsplit(authorization_url(metadata(), CONFIG, STARTED)).query)
    assert asked == {
        "tenant": ["a b"],
        "response_type": ["code"],
        "client_id": ["ktv"],
        "redirect_uri": ["https://tv.example/back"],
        "scope": ["openid email profile"],
        "state": ["the-state"],
        "nonce": ["the-nonce"],
        "code_challenge": [create_s256_code_challenge("v" * 64)],
        "code_challenge_method": ["S256"],
    }


def test_no_two_sign_ins_are_alike() -> None:
    first, second = Started.new("https://tv.example"), Started.new("https://tv.example")
    assert not set(first.saved().values()) & set(second.saved().values()) - {"https://tv.example"}
    assert min(len(first.state), len(first.nonce), len(first.verifier)) >= 43


def test_what_was_saved_is_restored() -> None:
    assert Started.restored(STARTED.saved()) == STARTED


@pytest.mark.parametrize("changed", [{"state": None}, {"nonce": ""}, {"verifier": 7}, {"redirect_uri": ["x"]}])
def test_a_state_of_somebody_elses_making_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated):
        Started.restored({**STARTED.saved(), **changed})


@pytest.mark.parametrize(
    ("params", "promised"),
    [
        ({}, False),
        ({"iss": "https://id.example"}, True),
        ({"session_state": "x"}, False),
    ],
)
def test_the_code_of_our_own_answer_is_taken(params: dict[str, str], promised: bool) -> None:
    answer = {"state": "the-state", "code": "c", **params}
    assert code_of(answer, STARTED, metadata(iss_parameter=promised)) == "c"


@pytest.mark.parametrize(
    ("params", "why"),
    [
        ({"code": "c"}, "another sign-in"),
        ({"state": "", "code": "c"}, "another sign-in"),
        ({"state": "the-stat\u00e9", "code": "c"}, "another sign-in"),
        ({"state": "other", "error": "access_denied"}, "another sign-in"),
        ({"state": "the-state", "code": "c", "iss": "https://evil.example"}, "another identity provider"),
        ({"state": "the-state"}, "no code"),
        ({"state": "the-state", "code": ""}, "no code"),
        ({"state": "the-state", "error": "access_denied"}, "cancelled"),
        ({"state": "the-state", "error": "invalid_scope", "error_description": "no groups\n"}, r"scope \(no groups\)"),
    ],
)
def test_any_other_answer_is_refused_with_the_reason(params: dict[str, str], why: str) -> None:
    with pytest.raises(Unauthenticated, match=why):
        code_of(params, STARTED, metadata())


def test_an_issuer_that_was_promised_has_to_be_there() -> None:
    with pytest.raises(Unauthenticated, match="another identity provider"):
        code_of({"state": "the-state", "code": "c"}, STARTED, metadata(iss_parameter=True))


@pytest.mark.parametrize("error", ["server_error", "temporarily_unavailable"])
def test_a_provider_in_trouble_is_unavailable(error: str) -> None:
    with pytest.raises(Unavailable, match=error):
        code_of({"state": "the-state", "error": error}, STARTED, metadata())
