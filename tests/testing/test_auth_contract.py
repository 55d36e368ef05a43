"""An auth backend that keeps its promises passes the contract; each broken promise fails one of its tests."""

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from ktv_host.hooks import (
    AuthBackend,
    EnvironmentVariable,
    ExternalIdentity,
    PluginContext,
    SignIn,
    Unauthenticated,
    Unavailable,
)
from ktv_host.testing import AuthContract, Contexts

pytest_plugins = ["ktv_host.testing.fixtures"]

ISSUER = "http://issuer.example"


class Issuer(AuthBackend):
    """Signs everybody in who brings the state and the code back."""

    key = "issuer"
    name = "Issuer"
    environment = (EnvironmentVariable("ISSUER_URL", "where people sign in"),)

    def __init__(self) -> None:
        self.url = ""

    def configured(self, env: Mapping[str, str]) -> bool:
        self.url = env.get("ISSUER_URL", "")
        return bool(self.url)

    async def begin(self, ctx: PluginContext, callback_url: str) -> SignIn:
        if self.url != ISSUER:
            raise Unavailable("nobody there")
        state = secrets.token_urlsafe()
        return SignIn(f"{self.url}/?{urlencode({'state': state, 'redirect_uri': callback_url})}", {"state": state})

    async def complete(
        self, ctx: PluginContext, params: Mapping[str, str], state: Mapping[str, Any]
    ) -> ExternalIdentity:
        if params.get("code") != "good" or "state" not in state or params.get("state") != state["state"]:
            raise Unauthenticated("not this sign-in")
        return ExternalIdentity(issuer=self.url, subject="person-1")


class Cases(AuthContract):
    @pytest.fixture
    def environment(self) -> Mapping[str, str]:
        return {"ISSUER_URL": ISSUER}

    @pytest.fixture
    def unreachable(self) -> Mapping[str, str]:
        return {"ISSUER_URL": "http://127.0.0.1:9"}

    async def browse(self, sign_in: SignIn) -> Mapping[str, str]:
        return {"code": "good", "state": parse_qs(urlsplit(sign_in.redirect_url).query)["state"][0]}


class TestIssuer(Cases):
    backend = Issuer()


def contract(backend: AuthBackend) -> Cases:
    case = type("Case", (Cases,), {"backend": backend})()
    assert isinstance(case, Cases)
    return case


async def test_a_state_that_repeats_is_found(contexts: Contexts) -> None:
    class Repeating(Issuer):
        async def begin(self, ctx: PluginContext, callback_url: str) -> SignIn:
            return SignIn(ISSUER, {"state": "always"})

    with pytest.raises(AssertionError, match="replayed"):
        await contract(Repeating()).test_a_sign_in_begins_with_an_unguessable_state(contexts, {"ISSUER_URL": ISSUER})


async def test_taking_anybodys_answer_is_found(contexts: Contexts) -> None:
    class Trusting(Issuer):
        async def complete(
            self, ctx: PluginContext, params: Mapping[str, str], state: Mapping[str, Any]
        ) -> ExternalIdentity:
            return ExternalIdentity(issuer=ISSUER, subject="person-1")

    for step in (
        contract(Trusting()).test_an_answer_to_another_sign_in_is_refused,
        contract(Trusting()).test_a_refusal_and_nonsense_are_refused,
    ):
        with pytest.raises(pytest.fail.Exception):
            await step(contexts, {"ISSUER_URL": ISSUER})


async def test_an_empty_variable_that_counts_is_found() -> None:
    class Eager(Issuer):
        def configured(self, env: Mapping[str, str]) -> bool:
            return "ISSUER_URL" in env

    with pytest.raises(AssertionError, match="empty variable is unset"):
        await contract(Eager()).test_it_is_configured_by_its_variables_alone({"ISSUER_URL": ISSUER})
