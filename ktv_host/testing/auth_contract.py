"""AuthContract: what an auth backend promises, proved."""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import urlsplit

import pytest

from ktv_host.hooks import AuthBackend, ExternalIdentity, SignIn, Unauthenticated, Unavailable
from ktv_host.registry.checks import fault_of
from ktv_host.testing.contexts import Contexts

STATE_MOST = 1500  # characters of JSON
CALLBACK = "http://ktv.example/api/v1/auth/callback"


class AuthContract(ABC):
    """Derive a class named ``Test…`` from it, set ``backend``, override the fixtures and ``browse``.

    ``environment`` leads to an identity provider that works, ``unreachable`` to one that does not answer.
    """

    pytestmark = pytest.mark.asyncio

    backend: ClassVar[AuthBackend]

    @pytest.fixture
    @abstractmethod
    def environment(self) -> Mapping[str, str]:
        """Variables that describe a working identity provider."""

    @pytest.fixture
    @abstractmethod
    def unreachable(self) -> Mapping[str, str]:
        """Variables that describe one that does not answer."""

    @abstractmethod
    async def browse(self, sign_in: SignIn) -> Mapping[str, str]:
        """Be the browser of a person who signs in; the parameters the callback is called with."""

    async def test_the_backend_can_be_registered(self) -> None:
        assert fault_of(self.backend, AuthBackend) is None, fault_of(self.backend, AuthBackend)

    async def test_it_is_configured_by_its_variables_alone(self, environment: Mapping[str, str]) -> None:
        assert not self.backend.configured({})
        assert not self.backend.configured(dict.fromkeys(environment, "")), "an empty variable is unset"
        assert self.backend.configured(environment)
        undeclared = set(environment) - {variable.name for variable in self.backend.environment}
        assert not undeclared, f"not in environment: {undeclared}"

    async def test_a_sign_in_begins_with_an_unguessable_state(
        self, contexts: Contexts, environment: Mapping[str, str]
    ) -> None:
        self.backend.configured(environment)
        ctx = await contexts.make()
        first, second = [await self.backend.begin(ctx, CALLBACK) for _ in range(2)]
        assert urlsplit(first.redirect_url).scheme in ("http", "https")
        assert json.loads(json.dumps(dict(first.state))) == dict(first.state), "the state does not survive JSON"
        assert len(json.dumps(dict(first.state))) <= STATE_MOST, "the state is too large for a cookie"
        assert first.state != second.state, "two sign-ins have one state: an answer could be replayed"

    async def test_a_person_who_signs_in_is_known_again(
        self, contexts: Contexts, environment: Mapping[str, str]
    ) -> None:
        first, second = [await self._sign_in(contexts, environment) for _ in range(2)]
        assert first.issuer, "the identity has no issuer"
        assert first.subject, "the identity has no subject"
        assert (first.issuer, first.subject) == (second.issuer, second.subject)

    async def test_an_answer_to_another_sign_in_is_refused(
        self, contexts: Contexts, environment: Mapping[str, str]
    ) -> None:
        self.backend.configured(environment)
        ctx = await contexts.make()
        mine, other = [await self.backend.begin(ctx, CALLBACK) for _ in range(2)]
        params = await self.browse(mine)
        with pytest.raises(Unauthenticated):
            await self.backend.complete(ctx, params, other.state)

    async def test_a_refusal_and_nonsense_are_refused(self, contexts: Contexts, environment: Mapping[str, str]) -> None:
        self.backend.configured(environment)
        ctx = await contexts.make()
        sign_in = await self.backend.begin(ctx, CALLBACK)
        for params, state in (
            ({"error": "access_denied", **_state_param(sign_in)}, sign_in.state),
            ({}, sign_in.state),
            ({"code": "made-up", "state": "made-up"}, sign_in.state),
            (await self.browse(sign_in), {}),
        ):
            with pytest.raises(Unauthenticated):
                await self.backend.complete(ctx, params, state)

    async def test_an_identity_provider_that_does_not_answer_is_unavailable(
        self, contexts: Contexts, unreachable: Mapping[str, str]
    ) -> None:
        assert self.backend.configured(unreachable)
        with pytest.raises(Unavailable):
            await self.backend.begin(await contexts.make(), CALLBACK)

    async def _sign_in(self, contexts: Contexts, environment: Mapping[str, str]) -> ExternalIdentity:
        self.backend.configured(environment)
        ctx = await contexts.make()
        sign_in = await self.backend.begin(ctx, CALLBACK)
        identity = await self.backend.complete(ctx, await self.browse(sign_in), sign_in.state)
        assert isinstance(identity, ExternalIdentity)
        return identity


def _state_param(sign_in: SignIn) -> dict[str, str]:
    """The state parameter as it stands in the redirect, if the protocol has one."""
    query = dict(pair.partition("=")[::2] for pair in urlsplit(sign_in.redirect_url).query.split("&"))
    return {"state": query["state"]} if "state" in query else {}
