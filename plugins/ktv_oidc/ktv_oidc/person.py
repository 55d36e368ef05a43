"""Who somebody is, from the claims about them."""

from collections.abc import Mapping, Sequence
from typing import Any

from ktv_host.hooks import ExternalIdentity
from ktv_oidc.config import OidcConfig


def person(id_token: Mapping[str, Any], userinfo: Mapping[str, Any], config: OidcConfig) -> ExternalIdentity:
    """Userinfo goes before the ID token. Address and whether it is verified are taken from the same of the two."""
    email, verified = next(
        ((claims["email"], claims.get("email_verified")) for claims in (userinfo, id_token) if _text(claims, "email")),
        (None, None),
    )
    groups = groups_of(userinfo, config.groups_claim) or groups_of(id_token, config.groups_claim)
    names = [_text(claims, claim) for claims in (userinfo, id_token) for claim in ("name", "preferred_username")]
    return ExternalIdentity(
        issuer=config.issuer,
        subject=id_token["sub"],
        email=email,
        email_verified=verified is True or verified == "true",
        name=next(filter(None, names), None),
        groups=groups,
        admin=config.admin_group in groups if config.admin_group is not None else None,
    )


def groups_of(claims: Mapping[str, Any], claim: str) -> Sequence[str]:
    """A list, one text, or an object whose keys they are. ``a.b`` is a claim of that name, else b in a."""
    value: Any = claims.get(claim)
    if value is None:
        value = claims
        for part in claim.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list | Mapping):
        return tuple(each for each in value if isinstance(each, str))
    return ()


def _text(claims: Mapping[str, Any], claim: str) -> str | None:
    value = claims.get(claim)
    return value if isinstance(value, str) and value else None
