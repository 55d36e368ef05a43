"""Signatures of tokens: asymmetric algorithms only, whatever the token says of itself."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, Key, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from ktv_host.hooks import Unauthenticated

KEY_TYPES: Mapping[str, type[Key]] = {
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), RSAKey),
    **dict.fromkeys(("ES256", "ES384", "ES512"), ECKey),
    **dict.fromkeys(("EdDSA", "Ed25519"), OKPKey),
}
LEAST_RSA_BYTES = 256


class UnknownKey(Exception):
    """None of the keys is the one the token was signed with; there may be new ones."""


class _Algorithms(JWSRegistry):
    """The list above. Header parameters nobody knows are ignored, as RFC 7515 asks; those in ``crit`` are not."""

    max_header_length = 4096

    def __init__(self) -> None:
        super().__init__(algorithms=tuple(KEY_TYPES), strict_check_header=False)

    def get_alg(self, name: str) -> Any:
        if name not in KEY_TYPES:
            raise _refused("its algorithm is not one of " + ", ".join(KEY_TYPES))
        return self.algorithms[name]


def parse_keys(document: Mapping[str, Any]) -> tuple[Key, ...]:
    """The keys of a JWK set that can verify a signature here; all others are left out."""
    listed = document.get("keys")
    found = []
    for data in listed if isinstance(listed, list) else ():
        if isinstance(data, dict) and _usable(data):
            try:
                found.append(JWKRegistry.import_key(data))
            except (JoseError, ValueError, TypeError, KeyError):
                continue
    return tuple(found)


def verified_claims(token: str, keys: Sequence[Key]) -> Mapping[str, Any]:
    """What the token says, when one of the keys signed it. Raises UnknownKey, Unauthenticated."""
    registry = _Algorithms()
    try:
        header = jws.extract_compact(token.encode(), None, registry).headers()
        algorithm, kid = str(header.get("alg")), header.get("kid")
        registry.get_alg(algorithm)
        candidates = [
            key
            for key in keys
            if isinstance(key, KEY_TYPES[algorithm])
            and (kid is None or key.kid == kid)
            and key.get("alg") in (None, algorithm)
        ]
        for key in candidates:
            try:
                return jwt.decode(token, key, registry=registry).claims
            except JoseError as error:
                if kid is not None:
                    raise _refused(error.error) from None
    except (JoseError, ValueError, TypeError, RecursionError):
        raise _refused("it is malformed") from None
    raise UnknownKey


def _usable(data: Mapping[str, Any]) -> bool:
    operations = data.get("key_ops")
    if data.get("use") not in (None, "sig") or (isinstance(operations, list) and "verify" not in operations):
        return False
    if data.get("kty") == "RSA":
        modulus = data.get("n")
        return isinstance(modulus, str) and len(_decoded(modulus).lstrip(b"\0")) >= LEAST_RSA_BYTES
    return data.get("kty") in ("EC", "OKP")


def _decoded(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return b""


def _refused(why: str) -> Unauthenticated:
    return Unauthenticated(f"the identity provider's token does not hold: {why}")
