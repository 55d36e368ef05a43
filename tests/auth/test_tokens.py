"""Access tokens."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ktv_host.auth.tokens import TokenSigner
from ktv_host.errors import Unauthenticated

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ALPHABET = "ABCxyz0189-_."
SIGNER = TokenSigner(secret="s" * 32, issuer="ktv", audience="tv")


def test_a_token_says_whose_it_is_until_when() -> None:
    claims = SIGNER.verify(SIGNER.issue("anna", 3, NOW), NOW)
    assert (claims.user_id, claims.epoch, claims.expires_at) == ("anna", 3, NOW + timedelta(hours=24))


def test_every_token_has_an_id_of_its_own() -> None:
    ids = {SIGNER.verify(SIGNER.issue("anna", 0, NOW), NOW).jti for _ in range(50)}
    assert len(ids) == 50


@pytest.mark.parametrize(
    "other",
    [
        TokenSigner(secret="t" * 32, issuer="ktv", audience="tv"),
        TokenSigner(secret="s" * 32, issuer="other", audience="tv"),
        TokenSigner(secret="s" * 32, issuer="ktv", audience="radio"),
        TokenSigner(secret="s" * 32),
    ],
    ids=["secret", "issuer", "audience", "no claims"],
)
def test_a_token_of_another_signer_does_not_hold(other: TokenSigner) -> None:
    with pytest.raises(Unauthenticated):
        SIGNER.verify(other.issue("anna", 0, NOW), NOW)


def test_a_token_without_a_signature_does_not_hold() -> None:
    claims = {"sub": "anna", "jti": "1", "iat": NOW.timestamp(), "exp": NOW.timestamp() + 60}
    with pytest.raises(Unauthenticated):
        SIGNER.verify(jwt.encode(claims, "", algorithm="none"), NOW)


def test_a_token_of_the_previous_secret_still_holds() -> None:
    old = TokenSigner(secret="o" * 32)
    new = TokenSigner(secret="n" * 32, previous="o" * 32)
    assert new.verify(old.issue("anna", 0, NOW), NOW).user_id == "anna"


def test_clocks_may_differ_by_half_a_minute() -> None:
    token = SIGNER.issue("anna", 0, NOW)
    assert SIGNER.verify(token, NOW - timedelta(seconds=20)).user_id == "anna"
    assert SIGNER.verify(token, NOW + timedelta(hours=24, seconds=20)).user_id == "anna"
    for moment in (NOW - timedelta(minutes=5), NOW + timedelta(hours=24, minutes=5)):
        with pytest.raises(Unauthenticated):
            SIGNER.verify(token, moment)


@given(st.data())
def test_a_token_with_another_character_anywhere_does_not_hold(data: st.DataObject) -> None:
    token = SIGNER.issue("anna", 3, NOW)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from(ALPHABET).filter(lambda c: c != token[place]))
    forged = token[:place] + other + token[place + 1 :]
    assume(place != len(token) - 1)  # its last bits mean nothing: 256 are not a multiple of six
    with pytest.raises(Unauthenticated):
        SIGNER.verify(forged, NOW)


@given(st.text())
def test_no_text_is_a_token_by_luck(text: str) -> None:
    with pytest.raises(Unauthenticated):
        SIGNER.verify(text, NOW)


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": "tomorrow"},
        {"iat": None},
        {"exp": 10**30},
        {"sub": None},
        {"jti": None},
        {"epoch": "three"},
        {"exp": None},
    ],
)
def test_a_signed_token_with_unfit_claims_does_not_hold(claims: dict[str, object]) -> None:
    payload = {"sub": "anna", "jti": "1", "iat": int(NOW.timestamp()), "exp": int(NOW.timestamp()) + 60, **claims}
    signer = TokenSigner(secret="s" * 32)
    token = jwt.encode({k: v for k, v in payload.items() if v is not None}, "s" * 32, algorithm="HS256")
    with pytest.raises(Unauthenticated):
        signer.verify(token, NOW)


def test_a_token_that_was_read_before_still_expires() -> None:
    token = SIGNER.issue("anna", 0, NOW)
    assert SIGNER.verify(token, NOW) == SIGNER.verify(token, NOW + timedelta(hours=1))
    with pytest.raises(Unauthenticated):
        SIGNER.verify(token, NOW + timedelta(hours=25))


def test_neither_secret_is_shown() -> None:
    assert "secret-one" not in repr(TokenSigner(secret="secret-one" * 4, previous="secret-two" * 4))
    assert "secret-two" not in repr(TokenSigner(secret="secret-one" * 4, previous="secret-two" * 4))
