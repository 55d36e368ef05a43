"""The token request: the code and its verifier for an ID token and an access token."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote_plus

from ktv_host.hooks import Unauthenticated, Unavailable
from ktv_oidc.authorization import Started
from ktv_oidc.config import BASIC, POST, OidcConfig
from ktv_oidc.metadata import ProviderMetadata
from ktv_oidc.web import Answer


@dataclass(frozen=True, slots=True)
class TokenRequest:
    headers: Mapping[str, str] = field(repr=False)
    form: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tokens:
    id_token: str = field(repr=False)
    access_token: str = field(repr=False)


def token_request(metadata: ProviderMetadata, config: OidcConfig, started: Started, code: str) -> TokenRequest:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": started.redirect_uri,
        "code_verifier": started.verifier,
    }
    if config.client_secret is None:
        return TokenRequest({}, {**form, "client_id": config.client_id})
    secret = config.client_secret.get_secret_value()
    if auth_method(metadata, config) == POST:
        return TokenRequest({}, {**form, "client_id": config.client_id, "client_secret": secret})
    # RFC 6749 section 2.3.1: both are form-encoded before they are joined
    pair = f"{quote_plus(config.client_id)}:{quote_plus(secret)}"
    return TokenRequest({"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}, form)


def auth_method(metadata: ProviderMetadata, config: OidcConfig) -> str:
    """Raises Unavailable when the provider takes no secret of ours."""
    if config.client_auth is not None:
        return config.client_auth
    for method in (BASIC, POST):
        if method in metadata.token_auth_methods:
            return method
    raise Unavailable(
        f"the identity provider takes neither {BASIC} nor {POST}, but {', '.join(metadata.token_auth_methods)}"
    )


def tokens_of(answer: Answer) -> Tokens:
    """Raises Unauthenticated for a code that does not hold, Unavailable when the set-up is wrong."""
    if not answer.ok:
        error = str(answer.body.get("error", answer.status))
        if error == "invalid_grant":
            raise Unauthenticated("the identity provider does not take this code (any more); start again")
        if error in ("invalid_client", "unauthorized_client") or answer.status == 401:
            raise Unavailable(
                "the identity provider does not accept OIDC_CLIENT_ID or OIDC_CLIENT_SECRET; an admin has to check them"
            )
        raise Unavailable(f"the identity provider gives no token ({error[:80]})")
    id_token, access_token = answer.body.get("id_token"), answer.body.get("access_token")
    if not isinstance(id_token, str) or not isinstance(access_token, str):
        raise Unavailable("the identity provider gives no ID token; OIDC_SCOPES needs openid")
    return Tokens(id_token, access_token)
