"""External sign-in: there and back through a browser, with a backend that asks nobody."""

import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from quart import Quart
from quart.typing import TestClientProtocol as Browser

from ktv_host.app import create_app
from ktv_host.hooks import (
    AuthBackend,
    ExternalIdentity,
    PluginContext,
    SignIn,
    Unauthenticated,
    Unavailable,
)
from ktv_host.registry.catalog import Catalog
from ktv_host.settings import Settings

ISSUER = "https://id.example"


class Desk(AuthBackend):
    """Lets in whom the test put on its list, by the code they bring."""

    key = "desk"
    name = "The desk"

    def __init__(self) -> None:
        self.people: dict[str, ExternalIdentity] = {}
        self.down = False

    def configured(self, env: Mapping[str, str]) -> bool:
        return "DESK" in env

    async def begin(self, ctx: PluginContext, callback_url: str) -> SignIn:
        if self.down:
            raise Unavailable("the desk is closed")
        state = secrets.token_urlsafe()
        return SignIn(f"{ISSUER}/auth?state={state}&redirect_uri={callback_url}", {"state": state})

    async def complete(
        self, ctx: PluginContext, params: Mapping[str, str], state: Mapping[str, Any]
    ) -> ExternalIdentity:
        if params.get("state") != state["state"]:
            raise Unauthenticated("another sign-in")
        if self.down:
            raise Unavailable("the desk is closed")
        if params.get("code") not in self.people:
            raise Unauthenticated("nobody has this code")
        return self.people[params["code"]]


def person(name: str) -> ExternalIdentity:
    return ExternalIdentity(issuer=ISSUER, subject=name, email=f"{name}@test.example", email_verified=True)


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.people = {"ann": person("ann")}
    return desk


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"cors_allowed_origins": ("https://app.example",)})


@pytest.fixture
async def app(settings: Settings, clock: Any, desk: Desk) -> AsyncIterator[Quart]:
    catalog = Catalog(provider_types={}, auth_backends={"desk": desk}, exporters={}, notifiers={})
    application = create_app(settings, {"DESK": "1"}, loaded=(catalog, ()), clock=clock, background=False)
    async with application.test_app():
        yield application


@pytest.fixture
def browser(app: Quart) -> Browser:
    return app.test_client()


async def depart(browser: Browser, query: str = "") -> str:
    """Starts a sign-in; the state it went with."""
    answer = await browser.get(f"/api/v1/auth/login/desk{query}")
    assert answer.status_code == 303, await answer.get_data()
    return parse_qs(urlsplit(answer.headers["Location"]).query)["state"][0]


async def arrive(browser: Browser, state: str, code: str = "ann") -> Any:
    return await browser.get(f"/api/v1/auth/callback?code={code}&state={state}")


async def me(browser: Browser, token: str) -> Any:
    return await browser.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {token}"})


async def test_the_browser_is_sent_to_the_identity_provider_and_back_to_us(browser: Browser) -> None:
    answer = await browser.get("/api/v1/auth/login/desk")
    address = urlsplit(answer.headers["Location"])
    assert address.netloc == "id.example"
    assert parse_qs(address.query)["redirect_uri"] == ["http://tv.test/api/v1/auth/callback"]


async def test_the_answer_is_a_token_of_the_account(browser: Browser) -> None:
    answer = await arrive(browser, await depart(browser))
    token = await answer.get_json()
    assert answer.status_code == 200
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 86400)
    assert answer.headers["Cache-Control"] == "no-store"
    account = await (await me(browser, token["access_token"])).get_json()
    assert account["email"] == "ann@test.example"


async def test_the_cookie_is_for_the_callback_alone_and_for_five_minutes(browser: Browser) -> None:
    cookie = (await browser.get("/api/v1/auth/login/desk")).headers["Set-Cookie"]
    name, *attributes = cookie.split("; ")
    assert name.startswith("ktv_sign_in=")
    assert {"HttpOnly", "Path=/api/v1/auth/callback", "Max-Age=300", "SameSite=Lax"} <= set(attributes)
    assert "Secure" not in attributes


async def test_over_https_the_cookie_is_secure(settings: Settings, clock: Any, desk: Desk) -> None:
    below = settings.model_copy(update={"base_url": "https://tv.test/ktv"})
    catalog = Catalog(provider_types={}, auth_backends={"desk": desk}, exporters={}, notifiers={})
    app = create_app(below, {"DESK": "1"}, loaded=(catalog, ()), clock=clock, background=False)
    async with app.test_app():
        cookie = (await app.test_client().get("/ktv/api/v1/auth/login/desk")).headers["Set-Cookie"]
    assert cookie.startswith("__Secure-ktv_sign_in=")
    assert {"Secure", "Path=/ktv/api/v1/auth/callback"} <= set(cookie.split("; "))


async def test_the_cookie_shows_nothing_of_the_state(browser: Browser) -> None:
    answer = await browser.get("/api/v1/auth/login/desk")
    state = parse_qs(urlsplit(answer.headers["Location"]).query)["state"][0]
    assert state not in answer.headers["Set-Cookie"]


async def test_whatever_comes_of_it_the_cookie_is_cleared(browser: Browser) -> None:
    for code in ("ann", "nobody"):
        answer = await arrive(browser, await depart(browser), code)
        assert answer.headers["Set-Cookie"].startswith("ktv_sign_in=; ")
        assert "Max-Age=0" in answer.headers["Set-Cookie"]


async def test_a_browser_that_did_not_start_it_is_refused(browser: Browser, app: Quart) -> None:
    answer = await arrive(app.test_client(), await depart(browser))
    assert answer.status_code == 401


async def test_another_state_is_refused(browser: Browser) -> None:
    await depart(browser)
    assert (await arrive(browser, "made-up")).status_code == 401


async def test_a_replayed_callback_is_refused_even_with_its_cookie(browser: Browser, app: Quart) -> None:
    started = await browser.get("/api/v1/auth/login/desk")
    state = parse_qs(urlsplit(started.headers["Location"]).query)["state"][0]
    headers = {"Cookie": started.headers["Set-Cookie"].split(";")[0]}
    address = f"/api/v1/auth/callback?code=ann&state={state}"
    first, second = [await app.test_client().get(address, headers=headers) for _ in range(2)]
    assert (first.status_code, second.status_code) == (200, 401)
    assert "already" in (await second.get_json())["message"]


async def test_after_five_minutes_the_sign_in_is_over(browser: Browser, clock: Any) -> None:
    state = await depart(browser)
    clock.advance(minutes=5, seconds=1)
    answer = await arrive(browser, state)
    assert answer.status_code == 401
    assert "5 minutes" in (await answer.get_json())["message"]


async def test_a_parameter_that_is_there_twice_is_malformed(browser: Browser) -> None:
    state = await depart(browser)
    assert (await arrive(browser, f"{state}&code=bob")).status_code == 400


async def test_who_fails_too_often_has_to_wait_and_who_gets_in_does_not(browser: Browser, desk: Desk) -> None:
    for _ in range(25):
        assert (await arrive(browser, await depart(browser))).status_code == 200
    for _ in range(20):
        assert (await browser.get("/api/v1/auth/callback")).status_code == 401
    for answer in (
        await arrive(browser, await depart(browser)),
        await browser.post("/api/v1/auth/exchange", json={"code": "guess"}),
    ):
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) > 0


async def test_a_refused_account_is_told_why(browser: Browser, desk: Desk) -> None:
    await arrive(browser, await depart(browser))
    desk.people["eve"] = replace(person("eve"), email="ann@test.example", email_verified=False)
    answer = await arrive(browser, await depart(browser), "eve")
    assert answer.status_code == 403
    assert "verified" in (await answer.get_json())["message"]


async def test_an_identity_provider_that_is_down_is_503_both_ways(browser: Browser, desk: Desk) -> None:
    state = await depart(browser)
    desk.down = True
    for answer in (await arrive(browser, state), await browser.get("/api/v1/auth/login/desk")):
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert (await answer.get_json())["message"] == "the desk is closed"


@pytest.mark.parametrize("path", ["/watch/?check=1", "https://app.example/in?check=1"])
async def test_a_web_app_gets_a_code_in_the_fragment_and_changes_it_once(browser: Browser, path: str) -> None:
    answer = await arrive(browser, await depart(browser, f"?return_to={path}"))
    address = urlsplit(answer.headers["Location"])
    assert answer.status_code == 303
    assert (address.netloc in ("tv.test", "app.example"), address.query) == (True, "check=1")
    (code,) = parse_qs(address.fragment)["sign_in_code"]
    exchanged = await browser.post("/api/v1/auth/exchange", json={"code": code})
    token = (await exchanged.get_json())["access_token"]
    assert (await me(browser, token)).status_code == 200
    assert (await browser.post("/api/v1/auth/exchange", json={"code": code})).status_code == 401


async def test_the_token_is_in_no_address(browser: Browser) -> None:
    answer = await arrive(browser, await depart(browser, "?return_to=/"))
    assert "eyJ" not in answer.headers["Location"]
    assert await answer.get_data() == b""


async def test_a_web_app_is_told_of_a_refusal_in_the_fragment(browser: Browser) -> None:
    answer = await arrive(browser, await depart(browser, "?return_to=/"), "nobody")
    told = parse_qs(urlsplit(answer.headers["Location"]).fragment)
    assert told == {"sign_in_error": ["unauthenticated"], "message": ["nobody has this code"]}


async def test_a_code_holds_for_a_minute(browser: Browser, clock: Any) -> None:
    answer = await arrive(browser, await depart(browser, "?return_to=/"))
    (code,) = parse_qs(urlsplit(answer.headers["Location"]).fragment)["sign_in_code"]
    clock.advance(seconds=61)
    assert (await browser.post("/api/v1/auth/exchange", json={"code": code})).status_code == 401


async def test_the_cookie_is_no_code(browser: Browser) -> None:
    started = await browser.get("/api/v1/auth/login/desk")
    cookie = started.headers["Set-Cookie"].split(";")[0].partition("=")[2]
    assert (await browser.post("/api/v1/auth/exchange", json={"code": cookie})).status_code == 401


@pytest.mark.parametrize("path", ["https://evil.example", "//evil.example", "/api/v1/auth/callback", "/#x"])
async def test_returning_to_anybody_else_is_refused(browser: Browser, path: str) -> None:
    answer = await browser.get("/api/v1/auth/login/desk", query_string={"return_to": path})
    assert answer.status_code == 422
    assert (await answer.get_json())["details"]["fields"][0]["path"] == "return_to"
    assert "Set-Cookie" not in answer.headers


async def test_the_backend_is_listed(browser: Browser) -> None:
    assert (await (await browser.get("/api/v1/config")).get_json())["auth_backends"] == ["desk"]


async def test_unknown_backends_are_not_found(browser: Browser) -> None:
    assert (await browser.get("/api/v1/auth/login/oidc")).status_code == 404


@pytest.mark.parametrize("backends", [{}, {"desk": Desk()}])
async def test_without_a_configured_backend_there_is_nothing(
    settings: Settings, clock: Any, backends: dict[str, AuthBackend]
) -> None:
    catalog = Catalog(provider_types={}, auth_backends=backends, exporters={}, notifiers={})
    app = create_app(settings, {}, loaded=(catalog, ()), clock=clock, background=False)
    async with app.test_app():
        client = app.test_client()
        for path in ("login/desk", "callback", "callback?code=x&state=y"):
            assert (await client.get(f"/api/v1/auth/{path}")).status_code == 404
        assert (await (await client.get("/api/v1/config")).get_json())["auth_backends"] == []


async def test_a_backend_that_breaks_at_start_leaves_the_others(settings: Settings, clock: Any, desk: Desk) -> None:
    class Broken(Desk):
        key = "broken"

        def configured(self, env: Mapping[str, str]) -> bool:
            raise RuntimeError("a bug")

    backends: dict[str, AuthBackend] = {"broken": Broken(), "desk": desk}
    catalog = Catalog(provider_types={}, auth_backends=backends, exporters={}, notifiers={})
    app = create_app(settings, {"DESK": "1"}, loaded=(catalog, ()), clock=clock, background=False)
    async with app.test_app():
        config = await app.test_client().get("/api/v1/config")
    assert (await config.get_json())["auth_backends"] == ["desk"]
