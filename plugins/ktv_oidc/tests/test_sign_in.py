"""The whole way: K-TV, a browser, a real OpenID provider, and back to a token."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from ktv_oidc.backend import Oidc

from ktv_host.testing import FakeClock, running_app

LOGIN, CALLBACK = "/api/v1/auth/login/oidc", "/api/v1/auth/callback"


class Visitor:
    """Somebody with a browser that keeps cookies, here and at the provider."""

    def __init__(self, client: Any, browse: Any) -> None:
        self.client = client
        self._browse = browse

    async def authorize(self, login: str = "ann", return_to: str | None = None) -> dict[str, str]:
        """The parameters the provider sends the browser back with."""
        answer = await self.client.get(LOGIN, query_string={"return_to": return_to} if return_to else None)
        assert answer.status_code == 303, await answer.get_data()
        params: dict[str, str] = await self._browse(answer.headers["Location"], login)
        return params

    async def come_back(self, params: dict[str, str]) -> Any:
        return await self.client.get(f"{CALLBACK}?{urlencode(params)}")

    async def sign_in(self, login: str = "ann") -> Any:
        return await self.come_back(await self.authorize(login))


@pytest.fixture
def signing_in(tmp_path: Path, fake_clock: FakeClock, browse: Any) -> Callable[..., Any]:
    """Runs K-TV with the plugin; makes visitors."""

    async def run(environment: dict[str, str], **settings: Any) -> AsyncIterator[Callable[[], Visitor]]:
        async with running_app(tmp_path, [Oidc()], environment, clock=fake_clock, **settings) as app:
            yield lambda: Visitor(app.test_client(), browse)

    return run


@pytest.fixture
async def visitor(signing_in: Any, provider: Any) -> AsyncIterator[Callable[[], Visitor]]:
    async for visitors in signing_in(provider.environment()):
        yield visitors


@pytest.fixture
async def at_own_provider(signing_in: Any, own_provider: Any) -> AsyncIterator[Callable[[], Visitor]]:
    async for visitors in signing_in(own_provider.environment()):
        yield visitors


async def account(visitor: Visitor, answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, await answer.get_data()
    token = (await answer.get_json())["access_token"]
    me = await visitor.client.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {token}"})
    shown: dict[str, Any] = await me.get_json()
    return shown


async def test_a_person_signs_in_and_is_the_same_the_next_time(visitor: Callable[[], Visitor]) -> None:
    first, second = visitor(), visitor()
    mine = await account(first, await first.sign_in())
    assert (mine["email"], mine["role"]) == ("ann@test.example", "admin")
    assert await account(second, await second.sign_in()) == mine
    assert (await account(second, await second.sign_in("bob")))["role"] == "user"


async def test_a_web_app_gets_its_token_for_a_code(visitor: Callable[[], Visitor]) -> None:
    app = visitor()
    answer = await app.come_back(await app.authorize(return_to="http://localhost:5173/in?check=7"))
    address = urlsplit(answer.headers["Location"])
    assert f"{address.netloc}{address.path}?{address.query}" == "localhost:5173/in?check=7"
    (code,) = parse_qs(address.fragment)["sign_in_code"]
    exchanged = await app.client.post("/api/v1/auth/exchange", json={"code": code})
    assert (await account(app, exchanged))["email"] == "ann@test.example"


async def test_another_state_is_refused(visitor: Callable[[], Visitor]) -> None:
    someone = visitor()
    params = await someone.authorize()
    assert (await someone.come_back({**params, "state": "made-up"})).status_code == 401


async def test_an_answer_to_another_browser_is_refused(visitor: Callable[[], Visitor]) -> None:
    mine, theirs = visitor(), visitor()
    params = await mine.authorize()
    await theirs.authorize("bob")
    assert (await theirs.come_back(params)).status_code == 401
    assert (await visitor().come_back(params)).status_code == 401


async def test_a_replayed_callback_is_refused(visitor: Callable[[], Visitor]) -> None:
    someone = visitor()
    params = await someone.authorize()
    assert (await someone.come_back(params)).status_code == 200
    assert (await someone.come_back(params)).status_code == 401


async def test_an_expired_cookie_is_refused(visitor: Callable[[], Visitor], fake_clock: FakeClock) -> None:
    someone = visitor()
    params = await someone.authorize()
    fake_clock.advance(301)
    assert (await someone.come_back(params)).status_code == 401


async def test_an_address_nobody_verified_does_not_open_an_account(visitor: Callable[[], Visitor]) -> None:
    bob, eve = visitor(), visitor()
    await account(bob, await bob.sign_in("bob"))
    answer = await eve.sign_in("eve")
    assert answer.status_code == 403
    assert "verified" in (await answer.get_json())["message"]


async def test_a_verified_address_opens_its_account_and_puts_out_whoever_registered_it(
    visitor: Callable[[], Visitor],
) -> None:
    local = visitor()
    known = {"email": "bob@test.example", "password": "correct horse"}
    assert (await local.client.post("/api/v1/auth/register", json=known)).status_code == 201
    before = await account(local, await local.client.post("/api/v1/auth/login", json=known))
    assert await account(local, await local.sign_in("bob")) == before
    assert (await local.client.post("/api/v1/auth/login", json=known)).status_code == 401


async def test_a_disabled_account_is_refused(visitor: Callable[[], Visitor]) -> None:
    admin, bob = visitor(), visitor()
    token = (await (await admin.sign_in("ann")).get_json())["access_token"]
    user = await account(bob, await bob.sign_in("bob"))
    disabled = await admin.client.put(
        f"/api/v1/admin/users/{user['id']}", json={"disabled": True}, headers={"Authorization": f"Bearer {token}"}
    )
    assert disabled.status_code == 200, await disabled.get_data()
    answer = await bob.sign_in("bob")
    assert answer.status_code == 403
    assert "disabled" in (await answer.get_json())["message"]


async def test_closed_registration_says_so(signing_in: Any, provider: Any) -> None:
    async for visitor in signing_in(provider.environment(), allow_registration=False):
        first, second = visitor(), visitor()
        assert (await account(first, await first.sign_in()))["role"] == "admin"
        answer = await second.sign_in("bob")
        assert answer.status_code == 403
        assert "registration is closed" in (await answer.get_json())["message"]


async def test_the_admin_group_decides_at_each_sign_in(signing_in: Any, provider: Any) -> None:
    more = {"OIDC_ADMIN_GROUP": "tv", "OIDC_SCOPES": "openid email groups"}
    async for visitor in signing_in(provider.environment(**more)):
        await visitor().sign_in("ann")
        bob = visitor()
        assert (await account(bob, await bob.sign_in("bob")))["role"] == "admin"
    async for visitor in signing_in(provider.environment(**{**more, "OIDC_ADMIN_GROUP": "ktv-admins"})):
        bob = visitor()
        assert (await account(bob, await bob.sign_in("bob")))["role"] == "user"


async def test_a_provider_that_is_down_is_503_with_words(
    at_own_provider: Callable[[], Visitor], own_provider: Any
) -> None:
    someone = at_own_provider()
    params = await someone.authorize()
    own_provider.stop()
    answer = await someone.come_back(params)
    assert answer.status_code == 503
    assert f"{own_provider.port} does not answer" in (await answer.get_json())["message"]


async def test_rotated_keys_let_people_in(
    at_own_provider: Callable[[], Visitor], own_provider: Any, fake_clock: FakeClock
) -> None:
    someone = at_own_provider()
    await account(someone, await someone.sign_in())
    own_provider.stop()
    own_provider.start()
    fake_clock.advance(60)
    assert (await someone.sign_in()).status_code == 200


async def test_the_backend_is_in_the_configuration(visitor: Callable[[], Visitor]) -> None:
    config = await (await visitor().client.get("/api/v1/config")).get_json()
    assert config["auth_backends"] == ["oidc"]


async def test_without_its_variables_there_is_nothing(signing_in: Any) -> None:
    async for visitor in signing_in({}):
        for path in (LOGIN, CALLBACK):
            assert (await visitor().client.get(path)).status_code == 404
