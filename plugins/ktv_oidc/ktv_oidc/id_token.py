"""What an ID token has to say (OpenID Connect Core, 3.1.3.7). The signature is checked before."""

import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from joserfc.errors import ClaimError
from joserfc.jwt import JWTClaimsRegistry

from ktv_host.hooks import Unauthenticated

LEEWAY = 60  # seconds the clocks may differ
LONGEST_SUBJECT = 255


def check_id_token(
    claims: Mapping[str, Any], *, issuer: str, client_id: str, nonce: str, resource_id: str | None, now: datetime
) -> None:
    """Raises Unauthenticated, naming the claim."""
    check_times(claims, issuer=issuer, now=now)
    audiences = audiences_of(claims)
    authorized = claims.get("azp")
    if client_id not in audiences:
        raise _refused("aud", "it is for another client")
    if authorized not in (None, client_id):
        raise _refused("azp", "it was asked for by another client")
    if authorized is None and not audiences <= {client_id, resource_id}:
        raise _refused("azp", "it is for several, and does not say who asked")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or "\0" in subject:
        raise _refused("sub", "it names nobody")
    given = claims.get("nonce")
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), nonce.encode()):
        raise _refused("nonce", "it belongs to another sign-in")


def check_times(claims: Mapping[str, Any], *, issuer: str, now: datetime) -> None:
    """Issuer and time of any token of the provider. Raises Unauthenticated."""
    registry = JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=LEEWAY,
        iss={"essential": True, "value": issuer},
        exp={"essential": True},
        iat={"essential": True, "allow_blank": True},
    )
    try:
        registry.validate(dict(claims))
    except ClaimError as error:
        raise _refused(getattr(error, "claim", "") or "claims", error.error) from None


def check_resource(resource_id: str | None, *tokens: Mapping[str, Any]) -> None:
    """Whether one of the tokens is for the resource too. Raises Unauthenticated."""
    if resource_id is not None and not any(resource_id in audiences_of(claims) for claims in tokens):
        raise _refused("aud", "OIDC_RESOURCE_ID is not in it")


def audiences_of(claims: Mapping[str, Any]) -> frozenset[str]:
    value = claims.get("aud")
    listed = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return frozenset(each for each in listed if isinstance(each, str))


def _refused(claim: str, why: str) -> Unauthenticated:
    return Unauthenticated(f"the identity provider's token does not hold ({claim}): {why}")
