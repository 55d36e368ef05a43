"""Signatures: only what the provider's own asymmetric keys signed."""

import base64
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry
from ktv_oidc.signature import KEY_TYPES, UnknownKey, parse_keys, verified_claims

from ktv_host.hooks import Unauthenticated

RSA = RSAKey.generate_key(2048)
OTHER = RSAKey.generate_key(2048)
SIGNERS: dict[str, Any] = {
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), RSA),
    "ES256": ECKey.generate_key("P-256"),
    "ES384": ECKey.generate_key("P-384"),
    "ES512": ECKey.generate_key("P-521"),
    "EdDSA": OKPKey.generate_key("Ed25519"),
    "Ed25519": OKPKey.generate_key("Ed25519"),
}
CLAIMS = {"sub": "ann"}


class Lenient(JWSRegistry):
    """Signs with anything, without warnings."""

    def get_alg(self, name: str) -> Any:
        return self.algorithms[name]


def signed(key: Any, alg: str = "RS256", **header: Any) -> str:
    return jwt.encode({"alg": alg, **header}, CLAIMS, key, registry=Lenient(strict_check_header=False))


def public(key: Any, **more: Any) -> dict[str, Any]:
    return {**key.as_dict(private=False), **more}


def raw(header: Any, sign: Callable[[bytes], bytes] = lambda signed: b"x") -> str:
    """A token that no library would make."""
    head, body = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, CLAIMS))
    signature = base64.urlsafe_b64encode(sign(head + b"." + body)).rstrip(b"=")
    return b".".join((head, body, signature)).decode()


@pytest.mark.parametrize("alg", list(SIGNERS))
def test_every_algorithm_of_the_list_verifies(alg: str) -> None:
    keys = parse_keys({"keys": [public(SIGNERS[alg], kid="k1", use="sig")]})
    assert verified_claims(signed(SIGNERS[alg], alg, kid="k1"), keys) == CLAIMS


def test_the_list_is_all_there_is() -> None:
    assert set(KEY_TYPES) == set(SIGNERS)


def test_among_several_keys_the_named_one_counts() -> None:
    keys = parse_keys({"keys": [public(OTHER, kid="old"), public(RSA, kid="new")]})
    assert verified_claims(signed(RSA, kid="new"), keys) == CLAIMS
    with pytest.raises(Unauthenticated, match="bad_signature"):
        verified_claims(signed(RSA, kid="old"), keys)


def test_a_token_that_names_no_key_is_tried_with_each() -> None:
    keys = parse_keys({"keys": [public(OTHER), public(RSA)]})
    assert verified_claims(signed(RSA), keys) == CLAIMS


@pytest.mark.parametrize("header", [{"kid": "new"}, {}])
def test_a_key_nobody_knows_may_be_a_new_one(header: dict[str, str]) -> None:
    with pytest.raises(UnknownKey):
        verified_claims(signed(RSA, **header), parse_keys({"keys": [public(OTHER, kid="old")]}))


def test_no_algorithm_is_no_signature() -> None:
    for alg in ("none", "None", "NONE", "", None, ["RS256"]):
        with pytest.raises(Unauthenticated, match="algorithm"):
            verified_claims(raw({"alg": alg}, lambda signed: b""), parse_keys({"keys": [public(RSA)]}))


@pytest.mark.parametrize("secret", [RSA.as_pem(private=False), b"client secret of some length, at least 32"])
def test_a_shared_secret_is_refused_even_when_it_is_the_public_key(secret: bytes) -> None:
    token = raw({"alg": "HS256", "kid": "k1"}, lambda signed: hmac.digest(secret, signed, "sha256"))
    keys = parse_keys({"keys": [public(RSA, kid="k1"), {"kty": "oct", "k": "c2VjcmV0", "kid": "k1"}]})
    with pytest.raises(Unauthenticated, match="algorithm"):
        verified_claims(token, keys)


def test_a_key_is_for_its_own_algorithm_only() -> None:
    keys = parse_keys({"keys": [public(RSA, kid="k1", alg="PS256")]})
    with pytest.raises(UnknownKey):
        verified_claims(signed(RSA, kid="k1"), keys)


def test_an_unknown_header_is_ignored_and_a_critical_one_is_not() -> None:
    keys = parse_keys({"keys": [public(RSA, kid="k1")]})
    assert verified_claims(signed(RSA, x_vendor="1"), keys) == CLAIMS
    header = {"alg": "RS256", "kid": keys[0].kid, "crit": ["x_vendor"], "x_vendor": "1"}
    token = raw(header, lambda signed: RSA.private_key.sign(signed, PKCS1v15(), SHA256()))
    with pytest.raises(Unauthenticated, match="does not hold"):
        verified_claims(token, keys)


@pytest.mark.parametrize(
    "key",
    [
        {"kty": "oct", "k": "c2VjcmV0"},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kty": "RSA"},
        {"kty": "AKP", "pub": "x"},
        public(RSA, use="enc"),
        public(RSA, key_ops=["encrypt"]),
        {"kty": "RSA", "e": "AQAB", "n": base64.urlsafe_b64encode(b"\xff" * 128).decode()},
        "no key",
        None,
    ],
)
def test_a_key_that_is_no_use_is_left_out(key: Any) -> None:
    assert len(parse_keys({"keys": [key, public(RSA)]})) == 1


@pytest.mark.parametrize("document", [{}, {"keys": {}}, {"keys": "x"}, {"keys": []}])
def test_a_set_without_keys_has_none(document: dict[str, Any]) -> None:
    assert parse_keys(document) == ()


@given(st.integers(min_value=0), st.sampled_from("ABab01-_."))
def test_a_changed_token_does_not_hold(place: int, character: str) -> None:
    token = signed(RSA, kid="k1")
    place %= len(token) - 1  # the bits of the last character do not all count
    if token[place] != character:
        with pytest.raises((Unauthenticated, UnknownKey)):
            verified_claims(
                token[:place] + character + token[place + 1 :], parse_keys({"keys": [public(RSA, kid="k1")]})
            )


@given(
    st.text() | st.builds(raw, st.dictionaries(st.sampled_from(["alg", "kid", "crit", "b64"]), st.none() | st.text()))
)
def test_nonsense_is_refused(token: str) -> None:
    with pytest.raises((Unauthenticated, UnknownKey)):
        verified_claims(token, parse_keys({"keys": [public(RSA, kid="k1")]}))
