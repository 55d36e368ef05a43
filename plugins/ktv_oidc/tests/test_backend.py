"""The flow at a real OpenID provider: who gets in, and who does not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from ktv_oidc.backend import Oidc

from ktv_host.hooks import ExternalIdentity, PluginContext, Unauthenticated, Unavailable
from ktv_host.testing import Contexts, FakeClock


@dataclass
class Flow:
    """A configured backend, a context, and somebody with a browser."""

    backend: Oidc
    ctx: PluginContext
    browse: Any

    async def start(self, login: str = "ann") -> tuple[dict[str, str], dict[str, Any]]:
        """What comes back to the callback, and the state that was kept."""
        sign_in = await self.backend.begin(self.ctx, "http://tv.test/api/v1/auth/callback")
        return await self.browse(sign_in.redirect_url, login), dict(sign_in.state)

    async def finish(self, params: Mapping[str, str], state: Mapping[str, Any]) -> ExternalIdentity:
        return await self.backend.complete(self.ctx, params, state)

    async def sign_in(self, login: str = "ann") -> ExternalIdentity:
        return await self.finish(*await self.start(login))


@pytest.fixture
def flow(contexts: Contexts, browse: Any) -> Callable[..., Any]:
    async def make(environment: Mapping[str, str]) -> Flow:
        backend = Oidc()
        assert backend.configured(environment)
        return Flow(backend, await contexts.make(), browse)

    return make


@pytest.fixture
async def basic(flow: Any, provider: Any) -> Flow:
    made: Flow = await flow(provider.environment())
    return made


async def test_who_signs_in_is_known_with_address_name_and_groups(flow: Any, provider: Any) -> None:
    scopes = await flow(provider.environment(OIDC_SCOPES="openid email profile groups"))
    assert await scopes.sign_in() == ExternalIdentity(
        issuer=provider.issuer,
        subject="ann",
        email="ann@test.example",
        email_verified=True,
        name="Ann",
        groups=("tv", "ktv-admins"),
    )


async def test_an_address_nobody_verified_is_said_to_be_that(basic: Flow) -> None:
    identity = await basic.sign_in("eve")
    assert (identity.email, identity.email_verified) == ("bob@test.example", False)


async def test_somebody_without_an_address_has_none(basic: Flow) -> None:
    assert (await basic.sign_in("nil")).email is None


@pytest.mark.parametrize(("login", "admin"), [("ann", True), ("bob", False), ("eve", False)])
async def test_the_admin_group_makes_admins(flow: Any, provider: Any, login: str, admin: bool) -> None:
    more = {"OIDC_ADMIN_GROUP": "ktv-admins", "OIDC_SCOPES": "openid email groups"}
    assert (await (await flow(provider.environment(**more))).sign_in(login)).admin is admin


@pytest.mark.parametrize(
    ("client", "more"),
    [
        ("post", {"OIDC_CLIENT_AUTH": "client_secret_post"}),
        ("basic", {"OIDC_CLIENT_AUTH": "client_secret_basic"}),
        ("public", {}),
        ("elliptic", {}),
        ("edwards", {}),
    ],
)
async def test_every_kind_of_client_gets_in(flow: Any, provider: Any, client: str, more: dict[str, str]) -> None:
    assert (await (await flow(provider.environment(client, **more))).sign_in()).subject == "ann"


async def test_the_request_asks_with_s256_and_shows_no_verifier(basic: Flow) -> None:
    sign_in = await basic.backend.begin(basic.ctx, "http://tv.test/api/v1/auth/callback")
    asked = parse_qs(urlsplit(sign_in.redirect_url).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["code_challenge"] != [sign_in.state["verifier"]]
    assert sign_in.state["verifier"] not in sign_in.redirect_url


@pytest.mark.parametrize("part", ["state", "nonce", "verifier"])
async def test_another_state_nonce_or_verifier_is_refused(basic: Flow, part: str) -> None:
    params, state = await basic.start()
    wrong = state[part][:-1] + ("A" if state[part][-1] != "A" else "B")
    with pytest.raises(Unauthenticated):
        await basic.finish(params, {**state, part: wrong})


async def test_a_code_is_good_once(basic: Flow) -> None:
    params, state = await basic.start()
    await basic.finish(params, state)
    with pytest.raises(Unauthenticated, match="code"):
        await basic.finish(params, state)


async def test_the_answer_has_to_name_its_issuer_when_the_provider_promised_it(basic: Flow) -> None:
    params, state = await basic.start()
    assert "iss" in params
    for issuer in ({}, {"iss": "https://evil.example"}):
        answer = {name: value for name, value in params.items() if name != "iss"} | issuer
        with pytest.raises(Unauthenticated, match="another identity provider"):
            await basic.finish(answer, state)


async def test_a_resource_that_is_not_in_the_audience_is_refused(flow: Any, provider: Any) -> None:
    with pytest.raises(Unauthenticated, match="OIDC_RESOURCE_ID"):
        await (await flow(provider.environment(OIDC_RESOURCE_ID="https://tv.example"))).sign_in()
    assert await (await flow(provider.environment(OIDC_RESOURCE_ID="basic"))).sign_in()


async def test_a_client_the_provider_does_not_know_is_for_the_admin(flow: Any, provider: Any) -> None:
    with pytest.raises(Unavailable, match="OIDC_CLIENT_SECRET"):
        await (await flow({**provider.environment(), "OIDC_CLIENT_SECRET": "another one"})).sign_in()


@pytest.mark.parametrize("slip", ["{}/", "{}/realms/tv"])
async def test_an_issuer_that_is_not_spelt_as_the_provider_does_is_explained(
    flow: Any, provider: Any, slip: str
) -> None:
    environment = {**provider.environment(), "OIDC_ISSUER": slip.format(provider.issuer)}
    with pytest.raises(Unavailable, match="OIDC_ISSUER"):
        await (await flow(environment)).sign_in()


async def test_a_provider_that_goes_down_in_between_is_unavailable(flow: Any, own_provider: Any) -> None:
    signing = await flow(own_provider.environment())
    params, state = await signing.start()
    own_provider.stop()
    with pytest.raises(Unavailable, match=f"127.0.0.1:{own_provider.port} does not answer"):
        await signing.finish(params, state)


async def test_rotated_keys_are_asked_for_but_not_more_than_once_a_minute(
    flow: Any, own_provider: Any, fake_clock: FakeClock
) -> None:
    signing = await flow(own_provider.environment())
    await signing.sign_in()
    own_provider.stop()
    own_provider.start()
    with pytest.raises(Unauthenticated, match="key"):
        await signing.sign_in()
    fake_clock.advance(60)
    assert (await signing.sign_in()).subject == "ann"


@pytest.mark.parametrize(("seconds", "holds"), [(-59, True), (-62, False), (3600 + 50, True), (3600 + 70, False)])
async def test_clocks_may_differ_by_a_minute(basic: Flow, fake_clock: FakeClock, seconds: float, holds: bool) -> None:
    params, state = await basic.start()
    fake_clock.advance(seconds)
    if holds:
        assert await basic.finish(params, state)
    else:
        with pytest.raises(Unauthenticated, match=r"iat|exp"):
            await basic.finish(params, state)


async def test_no_secret_is_told_to_anybody(flow: Any, provider: Any, contexts: Contexts) -> None:
    environment = {**provider.environment(), "OIDC_CLIENT_SECRET": "a secret that is wrong"}
    signing = await flow(environment)
    params, state = await signing.start()
    with pytest.raises(Unavailable) as refused:
        await signing.finish(params, state)
    told = f"{contexts.log.text} {refused.value} {refused.value.__cause__!r} {vars(signing.backend)!r}"
    secrets = [environment["OIDC_CLIENT_SECRET"], params["code"], state["verifier"]]
    assert not [secret for secret in secrets if secret in told]
