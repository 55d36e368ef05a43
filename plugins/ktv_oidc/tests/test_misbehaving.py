"""A provider that does not behave: each way to go wrong, which no real one can be made to go."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer as Server
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from ktv_oidc.backend import Oidc
from ktv_oidc.web import LARGEST

from ktv_host.hooks import ExternalIdentity, Unauthenticated, Unavailable
from ktv_host.testing import Contexts, FakeClock

KEY = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})
CALLBACK = "http://tv.test/api/v1/auth/callback"
Handler = Callable[[web.Request], Any]


class Liar:
    """Answers as the protocol asks, but for what a test changes."""

    def __init__(self) -> None:
        self.issuer = ""
        self.claims: dict[str, Any] = {}
        self.access_token: Any = "opaque"
        self.userinfo: dict[str, Any] = {"sub": "ann", "email": "ann@tv.example"}
        self.instead: dict[str, Handler] = {}
        self.asked: list[str] = []
        self.sign: Callable[[dict[str, Any]], str] = lambda claims: jwt.encode(
            {"alg": "RS256", "kid": "k1"}, claims, KEY
        )

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        if request.path in self.instead:
            answer: web.StreamResponse = await self.instead[request.path](request)
            return answer
        return web.json_response(getattr(self, f"_{request.path.rsplit('/', 1)[-1].replace('-', '_')}")())

    def token(self, **changed: Any) -> str:
        now = int(time.time())
        usual = {"iss": self.issuer, "aud": "ktv", "sub": "ann", "iat": now, "exp": now + 300}
        return self.sign({**usual, **self.claims, **changed})

    def _openid_configuration(self) -> Mapping[str, Any]:
        paths = {"authorization_endpoint": "auth", "token_endpoint": "token", "jwks_uri": "jwks"}
        endpoints = {name: f"{self.issuer}/{path}" for name, path in paths.items()}
        return {"issuer": self.issuer, **endpoints, "userinfo_endpoint": f"{self.issuer}/me"}

    def _token(self) -> Mapping[str, Any]:
        return {"id_token": self.token(), "access_token": self.access_token, "token_type": "Bearer"}

    def _jwks(self) -> Mapping[str, Any]:
        return {"keys": [KEY.as_dict(private=False)]}

    def _me(self) -> Mapping[str, Any]:
        return self.userinfo


@pytest.fixture
async def liar() -> AsyncIterator[Liar]:
    provider = Liar()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", provider.answer)
    async with Server(app, host="127.0.0.1") as server:
        provider.issuer = str(server.make_url("")).rstrip("/")
        yield provider


@pytest.fixture
def sign_in(liar: Liar, contexts: Contexts) -> Callable[..., Any]:
    backend = Oidc()

    async def run(**more: str) -> ExternalIdentity:
        environment = {"OIDC_ISSUER": liar.issuer, "OIDC_CLIENT_ID": "ktv", **more}
        if not liar.asked or more:
            backend.configured(environment)
        ctx = await contexts.make()
        started = await backend.begin(ctx, CALLBACK)
        liar.claims.setdefault("nonce", started.state["nonce"])
        return await backend.complete(ctx, {"code": "c", "state": started.state["state"]}, started.state)

    return run


def says(status: int, text: str | bytes = b"", **headers: str) -> Handler:
    async def handler(request: web.Request) -> web.Response:
        body = text.encode() if isinstance(text, str) else text
        return web.Response(status=status, body=body, headers=headers)

    return handler


async def test_when_it_behaves_people_get_in(sign_in: Any) -> None:
    assert (await sign_in()).email == "ann@tv.example"


async def test_userinfo_about_somebody_else_is_refused(sign_in: Any, liar: Liar) -> None:
    liar.userinfo = {"sub": "bob", "email": "boss@tv.example", "email_verified": True}
    with pytest.raises(Unauthenticated, match="somebody else"):
        await sign_in()


@pytest.mark.parametrize("answer", [says(401), says(200, "<html>"), says(200, "[]"), says(200, b"\xff")])
async def test_userinfo_that_says_nothing_is_unavailable(sign_in: Any, liar: Liar, answer: Handler) -> None:
    liar.instead["/me"] = answer
    with pytest.raises(Unavailable, match="userinfo"):
        await sign_in()


@pytest.mark.parametrize(
    "claims", [{"nonce": "another"}, {"aud": "other"}, {"iss": "http://evil.example"}, {"exp": 1}, {"azp": "other"}]
)
async def test_an_id_token_that_is_not_for_this_sign_in_is_refused(
    sign_in: Any, liar: Liar, claims: dict[str, Any]
) -> None:
    liar.claims = claims
    with pytest.raises(Unauthenticated, match="does not hold"):
        await sign_in()


async def test_an_id_token_signed_with_the_public_secret_is_refused(sign_in: Any, liar: Liar) -> None:
    secret = OctKey.import_key("the secret of the client, which is shared")
    liar.sign = lambda claims: jwt.encode({"alg": "HS256", "kid": "k1"}, claims, secret)
    with pytest.raises(Unauthenticated, match="algorithm"):
        await sign_in(OIDC_CLIENT_SECRET="the secret of the client, which is shared")


async def test_an_access_token_that_is_for_the_resource_is_enough(sign_in: Any, liar: Liar) -> None:
    liar.access_token = liar.token(aud=["tv", "account"])
    assert (await sign_in(OIDC_RESOURCE_ID="tv")).subject == "ann"


@pytest.mark.parametrize(
    "changed", [{"aud": "other"}, {"aud": "tv", "exp": 1}, {"aud": "tv", "iss": "http://x.example"}]
)
async def test_an_access_token_that_is_not_is_refused(sign_in: Any, liar: Liar, changed: dict[str, Any]) -> None:
    liar.access_token = liar.token(**changed)
    with pytest.raises(Unauthenticated, match="OIDC_RESOURCE_ID"):
        await sign_in(OIDC_RESOURCE_ID="tv")


@pytest.mark.parametrize("access_token", ["a.b.c", "opaque", "x" * 5000])
async def test_an_access_token_nobody_can_read_is_for_nobody(sign_in: Any, liar: Liar, access_token: str) -> None:
    liar.access_token = access_token
    with pytest.raises(Unauthenticated, match="OIDC_RESOURCE_ID"):
        await sign_in(OIDC_RESOURCE_ID="tv")


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/jwks", "/me"])
@pytest.mark.parametrize(
    "answer",
    [
        says(500),
        says(429),
        says(302, Location="http://169.254.169.254/latest"),
        says(404),
        says(200, b" " * (LARGEST + 1)),
        says(200, "[" * 100_000),
    ],
    ids=["broken", "busy", "redirect", "missing", "endless", "deep"],
)
async def test_trouble_at_any_step_is_unavailable_with_words(
    sign_in: Any, liar: Liar, path: str, answer: Handler
) -> None:
    liar.instead[path] = answer
    with pytest.raises(Unavailable, match="issuer|identity provider"):  # noqa: RUF043  either will do
        await sign_in()
    assert "/latest" not in liar.asked


async def test_a_connection_that_breaks_off_is_unavailable(sign_in: Any, liar: Liar) -> None:
    async def hang_up(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        await asyncio.sleep(0)
        return web.Response()

    liar.instead["/token"] = hang_up
    with pytest.raises(Unavailable, match="does not answer"):
        await sign_in()


async def test_what_was_asked_is_remembered_for_an_hour(sign_in: Any, liar: Liar, fake_clock: FakeClock) -> None:
    await sign_in()
    liar.claims.clear()
    await sign_in()
    assert liar.asked.count("/jwks") == liar.asked.count("/.well-known/openid-configuration") == 1
    fake_clock.advance(3600)
    with pytest.raises(Unauthenticated, match="exp"):
        await sign_in()
    assert liar.asked.count("/jwks") == liar.asked.count("/.well-known/openid-configuration") == 2


async def test_tokens_with_made_up_keys_do_not_make_us_ask_more_than_once_a_minute(
    sign_in: Any, liar: Liar, fake_clock: FakeClock
) -> None:
    await sign_in()
    liar.sign = lambda claims: jwt.encode({"alg": "RS256", "kid": "made-up"}, claims, KEY)
    for _ in range(3):
        with pytest.raises(Unauthenticated, match="key"):
            await sign_in()
    assert liar.asked.count("/jwks") == 1
    fake_clock.advance(60)
    for _ in range(3):
        with pytest.raises(Unauthenticated, match="key"):
            await sign_in()
    assert liar.asked.count("/jwks") == 2
