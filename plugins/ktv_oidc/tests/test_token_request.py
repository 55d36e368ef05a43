"""The token request: how the client says who it is, and what the answers mean."""

import base64
from typing import Any

import pytest
from ktv_oidc.authorization import Started
from ktv_oidc.config import OidcConfig
from ktv_oidc.metadata import ProviderMetadata
from ktv_oidc.token_request import token_request, tokens_of
from ktv_oidc.web import Answer
from pydantic import SecretStr

from ktv_host.hooks import Unauthenticated, Unavailable

STARTED = Started(state="s", nonce="n", verifier="v" * 64, redirect_uri="https://tv.example/back")
FORM = {
    "grant_type": "authorization_code",
    "code": "c",
    "redirect_uri": "https://tv.example/back",
    "code_verifier": "v" * 64,
}
BASIC, POST = "client_secret_basic", "client_secret_post"


def metadata(*methods: str) -> ProviderMetadata:
    return ProviderMetadata(
        issuer="https://id.example",
        authorization_endpoint="https://id.example/auth",
        token_endpoint="https://id.example/token",
        jwks_uri="https://id.example/keys",
        token_auth_methods=methods,
    )


def config(**fields: Any) -> OidcConfig:
    return OidcConfig(issuer="https://id.example", client_id="k:tv", **fields)


@pytest.mark.parametrize(("methods", "chosen"), [((BASIC, POST), None), ((POST, BASIC), None), ((POST,), BASIC)])
def test_basic_is_preferred_and_its_parts_are_encoded(methods: tuple[str, ...], chosen: str | None) -> None:
    request = token_request(
        metadata(*methods), config(client_secret=SecretStr("a b:%"), client_auth=chosen), STARTED, "c"
    )
    kind, _, value = request.headers["Authorization"].partition(" ")
    assert (kind, base64.b64decode(value)) == ("Basic", b"k%3Atv:a+b%3A%25")
    assert request.form == FORM


@pytest.mark.parametrize(("methods", "chosen"), [((POST,), None), ((BASIC,), POST)])
def test_post_is_used_when_the_provider_or_the_admin_wants_it(methods: tuple[str, ...], chosen: str | None) -> None:
    request = token_request(
        metadata(*methods), config(client_secret=SecretStr("a b"), client_auth=chosen), STARTED, "c"
    )
    assert (request.headers, request.form) == ({}, {**FORM, "client_id": "k:tv", "client_secret": "a b"})


def test_a_public_client_only_names_itself() -> None:
    request = token_request(metadata(BASIC), config(), STARTED, "c")
    assert (request.headers, request.form) == ({}, {**FORM, "client_id": "k:tv"})


def test_a_provider_that_takes_no_secret_is_named() -> None:
    with pytest.raises(Unavailable, match="private_key_jwt"):
        token_request(metadata("private_key_jwt"), config(client_secret=SecretStr("x")), STARTED, "c")


def test_a_request_shows_nothing_when_it_is_printed() -> None:
    request = token_request(metadata(POST), config(client_secret=SecretStr("hush")), STARTED, "c")
    assert "hush" not in repr(request)
    assert "v" * 64 not in repr(request)


def test_both_tokens_are_read() -> None:
    tokens = tokens_of(Answer(200, {"id_token": "i", "access_token": "a"}))
    assert (tokens.id_token, tokens.access_token) == ("i", "a")
    assert "'i'" not in repr(tokens)


@pytest.mark.parametrize(
    ("answer", "error", "why"),
    [
        (Answer(400, {"error": "invalid_grant"}), Unauthenticated, "code"),
        (Answer(401, {"error": "invalid_client"}), Unavailable, "OIDC_CLIENT_SECRET"),
        (Answer(400, {"error": "unauthorized_client"}), Unavailable, "OIDC_CLIENT_ID"),
        (Answer(401, {}), Unavailable, "OIDC_CLIENT_ID"),
        (Answer(400, {"error": "invalid_request"}), Unavailable, "invalid_request"),
        (Answer(404, {}), Unavailable, "404"),
        (Answer(200, {}), Unavailable, "openid"),
        (Answer(200, {"access_token": "a"}), Unavailable, "openid"),
        (Answer(200, {"access_token": 1, "id_token": 2}), Unavailable, "openid"),
    ],
)
def test_any_other_answer_says_what_to_do(answer: Answer, error: type[Exception], why: str) -> None:
    with pytest.raises(error, match=why):
        tokens_of(answer)
