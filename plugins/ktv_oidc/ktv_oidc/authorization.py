"""The authorization request and its answer (RFC 6749, 7636, 9207; OpenID Connect Core)."""

import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from authlib.common.security import generate_token
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from ktv_host.hooks import Unauthenticated, Unavailable
from ktv_oidc.config import OidcConfig
from ktv_oidc.metadata import ProviderMetadata

TRY_AGAIN = ("server_error", "temporarily_unavailable")
SPEAKABLE = re.compile(r"[^ -~]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """What has to come back, and what proves at the token endpoint that it was us who asked."""

    state: str
    nonce: str
    verifier: str
    redirect_uri: str

    @classmethod
    def new(cls, redirect_uri: str) -> Self:
        return cls(
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=generate_token(64),
            redirect_uri=redirect_uri,
        )

    @classmethod
    def restored(cls, state: Mapping[str, Any]) -> Self:
        """Raises Unauthenticated for what ``saved`` did not make."""
        values = {name: state.get(name) for name in ("state", "nonce", "verifier", "redirect_uri")}
        if not all(isinstance(value, str) and value for value in values.values()):
            raise Unauthenticated("there is no sign-in under way; start again")
        return cls(**{name: str(value) for name, value in values.items()})

    def saved(self) -> dict[str, str]:
        return asdict(self)


def authorization_url(metadata: ProviderMetadata, config: OidcConfig, started: Started) -> str:
    parameters = {
        "response_type": "code",
        "client_id": config.client_id,
        "redirect_uri": started.redirect_uri,
        "scope": " ".join(config.scopes),
        "state": started.state,
        "nonce": started.nonce,
        "code_challenge": create_s256_code_challenge(started.verifier),
        "code_challenge_method": "S256",
    }
    return str(add_params_to_uri(metadata.authorization_endpoint, list(parameters.items())))


def code_of(params: Mapping[str, str], started: Started, metadata: ProviderMetadata) -> str:
    """The code in the answer. Raises Unauthenticated for an answer that is not ours, or a refusal; Unavailable."""
    if not hmac.compare_digest(params.get("state", "").encode(), started.state.encode()):
        raise Unauthenticated("this answer belongs to another sign-in; start again")
    issuer = params.get("iss")
    if issuer != metadata.issuer and (issuer is not None or metadata.iss_parameter):
        raise Unauthenticated("this answer comes from another identity provider; start again")
    error = params.get("error")
    if error in TRY_AGAIN:
        raise Unavailable(f"the identity provider cannot sign anybody in now ({error})")
    if error == "access_denied":
        raise Unauthenticated("the sign-in was cancelled or refused at the identity provider")
    if error is not None:
        raise Unauthenticated(f"the identity provider refuses: {_words(error, params.get('error_description', ''))}")
    code = params.get("code")
    if not code:
        raise Unauthenticated("the answer of the identity provider has no code; start again")
    return code


def _words(error: str, description: str) -> str:
    return SPEAKABLE.sub("", f"{error} ({description})" if description else error)[:200]
