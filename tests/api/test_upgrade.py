"""A database of an older K-TV keeps working."""

import sqlite3
from pathlib import Path
from typing import Any

from quart import Quart

from ktv_host.app import create_app
from ktv_host.db.engine.migrate import migrate_host_to
from ktv_host.registry.catalog import Catalog
from ktv_host.settings import Settings

LOGIN = {"email": "admin@test.example", "password": "correct horse"}


async def started(app: Quart) -> tuple[Any, dict[str, str]]:
    client = app.test_client()
    answer = await client.post("/api/v1/auth/register", json=LOGIN)
    return client, {"Authorization": f"Bearer {(await answer.get_json())['access_token']}"}


async def test_an_instance_keyed_by_its_type_goes_on_under_that_id(
    settings: Settings, tmp_path: Path, shelf_catalog: Catalog, clock: Any
) -> None:
    await migrate_host_to(settings.database_url, "0001")
    with sqlite3.connect(tmp_path / "ktv.db") as database:
        database.execute(
            "INSERT INTO provider_configs (provider_type, config, enabled, updated_at) VALUES (?, ?, ?, ?)",
            ("shelf", '{"shelf": "old"}', True, 1_700_000_000_000),
        )
    database.close()
    app = create_app(settings, {}, loaded=(shelf_catalog, ()), clock=clock, background=False)
    async with app.test_app():
        client, headers = await started(app)
        await client.post("/api/v1/library/sync", headers=headers)
        (view,) = await (await client.get("/api/v1/admin/providers", headers=headers)).get_json()
    assert (view["id"], view["provider_type"], view["state"]) == ("shelf", "shelf", "READY")
    assert (view["config"], view["item_count"]) == ({"shelf": "old"}, 18)


async def test_an_instance_without_its_plugin_is_missing_and_comes_back_with_it(
    settings: Settings, shelf_catalog: Catalog, clock: Any
) -> None:
    bare = Catalog(provider_types={}, auth_backends={}, exporters={}, notifiers={})
    app = create_app(settings, {}, loaded=(shelf_catalog, ()), clock=clock, background=False)
    async with app.test_app():
        client, headers = await started(app)
        await client.post("/api/v1/admin/providers", json={"provider_type": "shelf"}, headers=headers)
        await client.post("/api/v1/library/sync", headers=headers)
    app = create_app(settings, {}, loaded=(bare, ()), clock=clock, background=False)
    async with app.test_app():
        (view,) = await (await app.test_client().get("/api/v1/admin/providers", headers=headers)).get_json()
        assert (view["state"], view["item_count"]) == ("MISSING", 18)
    app = create_app(settings, {}, loaded=(shelf_catalog, ()), clock=clock, background=False)
    async with app.test_app():
        client = app.test_client()
        await client.post("/api/v1/library/sync", headers=headers)
        (view,) = await (await client.get("/api/v1/admin/providers", headers=headers)).get_json()
        assert (view["state"], view["item_count"]) == ("READY", 18)


async def test_a_base_path_is_served_and_is_in_every_address(
    settings: Settings, shelf_catalog: Catalog, clock: Any
) -> None:
    below = settings.model_copy(update={"base_url": "https://host.test/tv"})
    app = create_app(below, {}, loaded=(shelf_catalog, ()), clock=clock, background=False)
    async with app.test_app():
        client, headers = await started(app)
        await client.post("/api/v1/channels", json={"name": "One"}, headers=headers)
        text = await (await client.get("/tv/api/v1/iptv/playlist.m3u")).get_data(as_text=True)
        stripped = await client.get("/api/v1/iptv/playlist.m3u")
    assert "\nhttps://host.test/tv/api/v1/channels/" in text
    assert 'x-tvg-url="https://host.test/tv/api/v1/iptv/epg.xml"' in text
    assert stripped.status_code == 200
