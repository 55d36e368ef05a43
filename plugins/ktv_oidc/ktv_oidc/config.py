"""The configuration: nine variables, read once at start."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import SecretStr

from ktv_host.hooks import ConfigurationError, EnvironmentVariable

CALLBACK = "/api/v1/auth/callback"
BASIC, POST = "client_secret_basic", "client_secret_post"
SCOPES = ("openid", "email", "profile")
GROUPS = "groups"

VARIABLES = (
    EnvironmentVariable("OIDC_ISSUER", "Address of the identity provider, exactly as its discovery document has it."),
    EnvironmentVariable("OIDC_CLIENT_ID", "The client's id at the identity provider."),
    EnvironmentVariable("OIDC_CLIENT_SECRET", "The client's secret; empty for a public client."),
    EnvironmentVariable(
        "OIDC_REDIRECT_URL", f"Address of the callback, http(s)://HOST{CALLBACK}. Default: BASE_URL{CALLBACK}."
    ),
    EnvironmentVariable("OIDC_RESOURCE_ID", "Audience that the tokens have to name too."),
    EnvironmentVariable("OIDC_SCOPES", "Scopes asked for, separated by blanks. Default: openid email profile."),
    EnvironmentVariable("OIDC_GROUPS_CLAIM", "Claim, or path to it, that lists a person's groups. Default: groups."),
    EnvironmentVariable("OIDC_ADMIN_GROUP", "Group whose members are admins while they are in it."),
    EnvironmentVariable("OIDC_CLIENT_AUTH", f"{BASIC} or {POST}. Default: the first that the provider takes."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcConfig:
    """``client_secret`` None: a public client. ``client_auth`` None: what the provider takes."""

    issuer: str
    client_id: str
    client_secret: SecretStr | None = None
    redirect_url: str | None = None
    resource_id: str | None = None
    scopes: tuple[str, ...] = SCOPES
    groups_claim: str = GROUPS
    admin_group: str | None = None
    client_auth: str | None = None


def from_environment(env: Mapping[str, str]) -> OidcConfig | None:
    """None when OIDC_ISSUER and OIDC_CLIENT_ID are not set. Raises ConfigurationError, naming the variable."""
    given = {variable.name: env.get(variable.name, "").strip() for variable in VARIABLES}
    issuer, client_id = given["OIDC_ISSUER"], given["OIDC_CLIENT_ID"]
    if not issuer and not client_id:
        return None
    if not issuer or not client_id:
        missing, there = ("OIDC_CLIENT_ID", "OIDC_ISSUER") if issuer else ("OIDC_ISSUER", "OIDC_CLIENT_ID")
        raise ConfigurationError(f"{missing}: is not set, but {there} is; sign-in through OpenID Connect needs both")
    secret = given["OIDC_CLIENT_SECRET"]
    return OidcConfig(
        issuer=_address("OIDC_ISSUER", issuer),
        client_id=client_id,
        client_secret=SecretStr(secret) if secret else None,
        redirect_url=_callback(given["OIDC_REDIRECT_URL"]),
        resource_id=given["OIDC_RESOURCE_ID"] or None,
        scopes=_scopes(given["OIDC_SCOPES"]),
        groups_claim=given["OIDC_GROUPS_CLAIM"] or GROUPS,
        admin_group=given["OIDC_ADMIN_GROUP"] or None,
        client_auth=_client_auth(given["OIDC_CLIENT_AUTH"], secret),
    )


def _address(name: str, text: str) -> str:
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018  raises for what is no port
    except ValueError:
        raise ConfigurationError(f"{name}: is not an address") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise ConfigurationError(f"{name}: must be an address that begins with http:// or https://, without a user")
    if parts.query or "#" in text or "?" in text:
        raise ConfigurationError(f"{name}: must have no ? and no #")
    return text


def _callback(text: str) -> str | None:
    if not text:
        return None
    if not urlsplit(_address("OIDC_REDIRECT_URL", text)).path.endswith(CALLBACK):
        raise ConfigurationError(f"OIDC_REDIRECT_URL: must end with {CALLBACK}")
    return text


def _scopes(text: str) -> tuple[str, ...]:
    scopes = tuple(dict.fromkeys(re.split(r"[\s,]+", text.strip(", ")))) if text else SCOPES
    return scopes if "openid" in scopes else ("openid", *scopes)


def _client_auth(text: str, secret: str) -> str | None:
    if not text:
        return None
    if text not in (BASIC, POST):
        raise ConfigurationError(f"OIDC_CLIENT_AUTH: must be {BASIC} or {POST}")
    if not secret:
        raise ConfigurationError("OIDC_CLIENT_AUTH: needs OIDC_CLIENT_SECRET")
    return text
