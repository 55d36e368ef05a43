"""The contract kit, against the fake: with an API key, and as a user of the newest version."""

from collections.abc import Mapping
from typing import Any

import pytest
import pytest_asyncio
from fake_jellyfin.server import FakeJellyfin
from ktv_jellyfin.pages import Pacing
from ktv_jellyfin.plugin import Jellyfin

from ktv_host.hooks import ProviderAuthFailed, ProviderConfigInvalid, ProviderUnavailable
from ktv_host.testing import Broken, ProviderContract

pytest_plugins = ["ktv_host.testing.fixtures"]


class TestWithAKey(ProviderContract):
    provider_type = Jellyfin(Pacing(described=5, batch=5, sweep=10))

    @pytest_asyncio.fixture
    async def second(self, start: Any) -> FakeJellyfin:
        found: FakeJellyfin = await start(version="10.10.7", name="Second", prefix="/jellyfin")
        return found

    @pytest.fixture
    def config(self, fake: FakeJellyfin) -> Mapping[str, Any]:
        return {"base_url": fake.url, "api_key": fake.api_key}

    @pytest.fixture
    def other(self, second: FakeJellyfin) -> Mapping[str, Any]:
        return {"base_url": second.url, "api_key": second.api_key}

    @pytest.fixture
    def broken(self, fake: FakeJellyfin) -> Mapping[str, Broken]:
        good = {"base_url": fake.url, "api_key": fake.api_key}
        return {
            "nobody there": Broken(ProviderUnavailable, {**good, "base_url": "http://127.0.0.1:9"}),
            "a wrong path": Broken(ProviderConfigInvalid, {**good, "base_url": f"{fake.url}/jellyfin"}),
            "a wrong key": Broken(ProviderAuthFailed, {**good, "api_key": "no-such-key"}),
            "a wrong user": Broken(ProviderConfigInvalid, {**good, "user_id": "nobody"}),
            "no such library": Broken(ProviderConfigInvalid, {**good, "libraries": ["Cartoons"]}),
        }


class TestAsAUser(TestWithAKey):
    @pytest_asyncio.fixture
    async def fake(self, start: Any) -> FakeJellyfin:
        found: FakeJellyfin = await start(version="12.0.0")
        return found

    @pytest.fixture
    def config(self, fake: FakeJellyfin) -> Mapping[str, Any]:
        return {"base_url": fake.url, "username": "admin", "password": "secret-admin"}

    @pytest.fixture
    def broken(self, fake: FakeJellyfin) -> Mapping[str, Broken]:
        wrong = {"base_url": fake.url, "username": "admin", "password": "another-secret"}
        return {"a wrong password": Broken(ProviderAuthFailed, wrong)}
