"""The auth backend: the authorization code flow with PKCE, one step after the other."""

from collections.abc import Mapping
from typing import Any, ClassVar

from ktv_host.hooks import AuthBackend, ExternalIdentity, PluginContext, SignIn, Unauthenticated, Unavailable
from ktv_oidc.authorization import Started, authorization_url, code_of
from ktv_oidc.config import VARIABLES, OidcConfig, from_environment
from ktv_oidc.id_token import check_id_token, check_resource, check_times
from ktv_oidc.keys import SigningKeys
from ktv_oidc.metadata import Discovery, ProviderMetadata
from ktv_oidc.person import person
from ktv_oidc.token_request import Tokens, token_request, tokens_of
from ktv_oidc.web import ask

JWT_PARTS = 3


class RelyingParty:
    """One client at one issuer, with what it remembers of it."""

    def __init__(self, config: OidcConfig) -> None:
        self._config = config
        self._discovery = Discovery(config.issuer)
        self._keys = SigningKeys()

    async def begin(self, ctx: PluginContext, callback_url: str) -> SignIn:
        metadata = await self._discovery.metadata(ctx)
        started = Started.new(self._config.redirect_url or callback_url)
        return SignIn(authorization_url(metadata, self._config, started), started.saved())

    async def complete(
        self, ctx: PluginContext, params: Mapping[str, str], state: Mapping[str, Any]
    ) -> ExternalIdentity:
        config, started = self._config, Started.restored(state)
        metadata = await self._discovery.metadata(ctx)
        code = code_of(params, started, metadata)
        request = token_request(metadata, config, started, code)
        tokens = tokens_of(
            await ask(ctx.http, "POST", metadata.token_endpoint, headers=request.headers, form=request.form)
        )
        claims = await self._keys.claims(ctx, metadata.jwks_uri, tokens.id_token)
        check_id_token(
            claims,
            issuer=config.issuer,
            client_id=config.client_id,
            nonce=started.nonce,
            resource_id=config.resource_id,
            now=ctx.clock(),
        )
        if config.resource_id is not None:
            check_resource(config.resource_id, claims, await self._access_claims(ctx, metadata, tokens))
        return person(claims, await self._userinfo(ctx, metadata, tokens, claims["sub"]), config)

    async def _access_claims(self, ctx: PluginContext, metadata: ProviderMetadata, tokens: Tokens) -> Mapping[str, Any]:
        """Of an access token that is a JWT of this provider; most are nothing one can read."""
        if tokens.access_token.count(".") != JWT_PARTS - 1:
            return {}
        try:
            claims = await self._keys.claims(ctx, metadata.jwks_uri, tokens.access_token)
            check_times(claims, issuer=self._config.issuer, now=ctx.clock())
        except Unauthenticated:
            return {}
        return claims

    async def _userinfo(
        self, ctx: PluginContext, metadata: ProviderMetadata, tokens: Tokens, subject: str
    ) -> Mapping[str, Any]:
        """Has to be about the person of the ID token. Raises Unauthenticated, Unavailable."""
        if metadata.userinfo_endpoint is None:
            return {}
        bearer = {"Authorization": f"Bearer {tokens.access_token}"}
        answer = await ask(ctx.http, "GET", metadata.userinfo_endpoint, headers=bearer)
        if not answer.ok or not answer.body:
            raise Unavailable(f"the identity provider does not say who this is (userinfo answers {answer.status})")
        if answer.body.get("sub") != subject:
            raise Unauthenticated("the identity provider's userinfo is about somebody else")
        return answer.body


class Oidc(AuthBackend):
    key: ClassVar[str] = "oidc"
    name: ClassVar[str] = "OpenID Connect"
    environment = VARIABLES

    def __init__(self) -> None:
        self._party: RelyingParty | None = None

    def configured(self, env: Mapping[str, str]) -> bool:
        config = from_environment(env)
        self._party = RelyingParty(config) if config is not None else None
        return config is not None

    async def begin(self, ctx: PluginContext, callback_url: str) -> SignIn:
        return await self._configured_party().begin(ctx, callback_url)

    async def complete(
        self, ctx: PluginContext, params: Mapping[str, str], state: Mapping[str, Any]
    ) -> ExternalIdentity:
        return await self._configured_party().complete(ctx, params, state)

    def _configured_party(self) -> RelyingParty:
        if self._party is None:
            raise Unavailable("OpenID Connect is not configured")
        return self._party
