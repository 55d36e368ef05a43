"""The claims of an ID token, one by one."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ktv_oidc.id_token import check_id_token, check_resource

from ktv_host.hooks import Unauthenticated

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
AT = int(NOW.timestamp())
CLAIMS: dict[str, Any] = {
    "iss": "https://id.example",
    "aud": "ktv",
    "sub": "ann",
    "nonce": "the-nonce",
    "iat": AT,
    "exp": AT + 300,
}


def check(claims: dict[str, Any], resource_id: str | None = None) -> None:
    check_id_token(
        claims, issuer="https://id.example", client_id="ktv", nonce="the-nonce", resource_id=resource_id, now=NOW
    )


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"aud": ["ktv"]},
        {"azp": "ktv"},
        {"aud": ["ktv", "project"], "azp": "ktv"},
        {"iat": AT + 60, "nbf": AT + 60},
        {"exp": AT - 59},
        {"exp": AT + 0.5, "iat": AT - 0.5},
        {"sub": "s" * 255},
    ],
)
def test_what_is_right_is_taken(changed: dict[str, Any]) -> None:
    check({**CLAIMS, **changed})


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        *(("iss", value) for value in ("https://id.example/", "https://evil.example", None, ["https://id.example"])),
        *(("aud", value) for value in ("other", [], ["other"], None, 7, "ktv2", {"ktv": 1})),
        *(("azp", value) for value in ("other", ["ktv"], "")),
        *(("sub", value) for value in ("", None, 7, "s" * 256, "a\0b")),
        *(("nonce", value) for value in ("another", "", None, 7, "THE-NONCE")),
        *(("exp", value) for value in (AT - 60, None, "soon", True, float("nan"))),
        *(("iat", value) for value in (AT + 61, None, "now")),
        ("nbf", AT + 61),
    ],
)
def test_what_is_not_is_refused_by_name(claim: str, value: Any) -> None:
    with pytest.raises(Unauthenticated, match=claim):
        check({**CLAIMS, claim: value})


@pytest.mark.parametrize("claim", ["iss", "aud", "sub", "nonce", "exp", "iat"])
def test_what_is_missing_is_refused_by_name(claim: str) -> None:
    with pytest.raises(Unauthenticated, match=claim):
        check({name: value for name, value in CLAIMS.items() if name != claim})


def test_a_token_for_several_says_who_asked_unless_we_know_them_all() -> None:
    shared = {**CLAIMS, "aud": ["ktv", "tv"]}
    with pytest.raises(Unauthenticated, match="azp"):
        check(shared)
    check(shared, resource_id="tv")


def test_a_resource_is_in_one_of_the_tokens() -> None:
    check_resource(None, {})
    check_resource("tv", {"aud": ["ktv", "tv"]}, {})
    check_resource("tv", {"aud": "ktv"}, {"aud": "tv"})
    with pytest.raises(Unauthenticated, match="OIDC_RESOURCE_ID"):
        check_resource("tv", {"aud": "ktv"}, {"aud": ["tv2"]}, {})


@given(
    st.dictionaries(
        st.sampled_from([*CLAIMS, "nbf", "azp"]),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text() | st.none()),
    )
)
def test_whatever_the_claims_are_they_hold_or_are_refused(changed: dict[str, Any]) -> None:
    claims = {**CLAIMS, **changed}
    try:
        check(claims)
    except Unauthenticated:
        return
    assert (claims["iss"], claims["nonce"]) == (CLAIMS["iss"], CLAIMS["nonce"])
    assert claims["exp"] > AT - 60
