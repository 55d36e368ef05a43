"""Provider metadata: what the discovery document says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from ktv_host.hooks import PluginContext, Unavailable
from ktv_oidc.config import BASIC
from ktv_oidc.web import ask

PATH = "/.well-known/openid-configuration"
FRESH = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderMetadata:
    """``iss_parameter``: every answer names its issuer (RFC 9207)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    token_auth_methods: tuple[str, ...] = (BASIC,)
    iss_parameter: bool = False


class Discovery:
    """The metadata of one issuer, asked for again after an hour."""

    def __init__(self, issuer: str) -> None:
        self._issuer = issuer
        self._found: tuple[ProviderMetadata, datetime] | None = None

    async def metadata(self, ctx: PluginContext) -> ProviderMetadata:
        """Raises Unavailable, also when the document cannot be used; then it says what to change."""
        now = ctx.clock()
        if self._found is None or now - self._found[1] >= FRESH:
            answer = await ask(ctx.http, "GET", discovery_url(self._issuer))
            if not answer.ok:
                raise Unavailable(
                    f"{discovery_url(self._issuer)} answers {answer.status}; is OIDC_ISSUER the issuer's address?"
                )
            self._found = parse_metadata(answer.body, self._issuer), now
        return self._found[0]


def discovery_url(issuer: str) -> str:
    return issuer.rstrip("/") + PATH


def parse_metadata(document: Mapping[str, Any], issuer: str) -> ProviderMetadata:
    """Raises Unavailable with what is wrong. The issuer is compared to the letter."""
    named = document.get("issuer")
    if named != issuer:
        raise Unavailable(f"the issuer calls itself {named!r}; OIDC_ISSUER has to be that, not {issuer!r}")
    userinfo = document.get("userinfo_endpoint")
    return ProviderMetadata(
        issuer=issuer,
        authorization_endpoint=_endpoint(document, "authorization_endpoint", issuer),
        token_endpoint=_endpoint(document, "token_endpoint", issuer),
        jwks_uri=_endpoint(document, "jwks_uri", issuer),
        userinfo_endpoint=_endpoint(document, "userinfo_endpoint", issuer) if userinfo is not None else None,
        token_auth_methods=_names(document.get("token_endpoint_auth_methods_supported")) or (BASIC,),
        iss_parameter=document.get("authorization_response_iss_parameter_supported") is True,
    )


def _endpoint(document: Mapping[str, Any], name: str, issuer: str) -> str:
    """Never less protected than the issuer itself."""
    value = document.get(name)
    schemes = ("https",) if issuer.startswith("https:") else ("http", "https")
    try:
        parts = urlsplit(value) if isinstance(value, str) else urlsplit("")
        usable = parts.scheme in schemes and bool(parts.hostname) and not parts.fragment and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise Unavailable(f"the identity provider's discovery document has no usable {name}")
    return str(value)


def _names(value: Any) -> tuple[str, ...]:
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()
