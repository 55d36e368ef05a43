"""What the host asks of every auth backend, at a real provider."""

from collections.abc import Mapping
from typing import Any, ClassVar

import pytest
from ktv_oidc.backend import Oidc

from ktv_host.hooks import AuthBackend, SignIn
from ktv_host.testing import AuthContract


class TestOidc(AuthContract):
    backend: ClassVar[AuthBackend] = Oidc()

    @pytest.fixture(autouse=True)
    def _browser(self, browse: Any) -> None:
        self._browse = browse

    @pytest.fixture
    def environment(self, provider: Any) -> Mapping[str, str]:
        environment: dict[str, str] = provider.environment()
        return environment

    @pytest.fixture
    def unreachable(self, nobody_there: str) -> Mapping[str, str]:
        return {"OIDC_ISSUER": nobody_there, "OIDC_CLIENT_ID": "basic"}

    async def browse(self, sign_in: SignIn) -> Mapping[str, str]:
        params: Mapping[str, str] = await self._browse(sign_in.redirect_url)
        return params
