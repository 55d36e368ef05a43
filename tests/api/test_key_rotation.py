"""A new JWT_SECRET: what the former one signed and sealed goes on while it is JWT_SECRET_PREVIOUS, and ends with it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest

from ktv_host.app import create_app
from ktv_host.registry.catalog import Catalog
from ktv_host.settings import Settings

LOGIN = {"email": "admin@test.example", "password": "correct horse"}
Started = Callable[..., AbstractAsyncContextManager[Any]]


@pytest.fixture
def started(settings: Settings, shelf_catalog: Catalog, clock: Any) -> Started:
    """The same house, started with other secrets."""

    @asynccontextmanager
    async def start(secret: str, previous: str = "") -> AsyncIterator[Any]:
        changed = settings.model_copy(update={"jwt_secret": secret, "jwt_secret_previous": previous})
        app = create_app(changed, {}, loaded=(shelf_catalog, ()), clock=clock, background=False)
        async with app.test_app():
            yield app.test_client()

    return start


async def answers(client: Any, held: dict[str, str]) -> list[int]:
    """What a sign-in, a personal token and a grant get."""
    bearers = [{"Authorization": f"Bearer {held[name]}"} for name in ("jwt", "personal")]
    got = [await client.get("/api/v1/auth/me", headers=bearer) for bearer in bearers]
    got.append(await client.get(f"/api/v1/iptv/playlist.m3u?token={held['grant']}"))
    return [answer.status_code for answer in got]


async def test_nobody_is_signed_out_until_the_former_secret_is_taken_away(started: Started) -> None:
    async with started("one" * 12) as client:
        made = await client.post("/api/v1/auth/register", json=LOGIN)
        held = {"jwt": (await made.get_json())["access_token"]}
        bearer = {"Authorization": f"Bearer {held['jwt']}"}
        tv = await client.post("/api/v1/auth/tokens", json={"name": "tv", "scopes": ["api"]}, headers=bearer)
        held["personal"] = (await tv.get_json())["token"]
        playlist = await (await client.get("/api/v1/iptv/playlist.m3u", headers=bearer)).get_data(as_text=True)
        held["grant"] = playlist.partition("token=")[2].split()[0].strip('"')
        body = {"provider_type": "shelf", "config": {"key": "hunter2"}}
        shelf = await client.post("/api/v1/admin/providers", json=body, headers=bearer)
        assert shelf.status_code == 201
        assert await answers(client, held) == [200, 200, 200]
    async with started("two" * 12, previous="one" * 12) as client:
        assert await answers(client, held) == [200, 200, 200]
        assert (await provider(client, held))["state"] == "READY"
    async with started("two" * 12) as client:
        assert await answers(client, held) == [401, 200, 401]
        assert "JWT_SECRET" in (await provider(client, held))["last_error"]


async def provider(client: Any, held: dict[str, str]) -> Any:
    bearer = {"Authorization": f"Bearer {held['personal']}"}
    return await (await client.get("/api/v1/admin/providers/shelf", headers=bearer)).get_json()
