"""The fake holds what Jellyfin's versions promise, so that tests against it mean something."""

from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from fake_jellyfin.server import FakeJellyfin

Start = Callable[..., Awaitable[FakeJellyfin]]
VERSIONS = ("10.8.13", "10.10.7", "10.11.11", "12.0.0")


async def ask(fake: FakeJellyfin, path: str, method: str = "GET", **options: Any) -> tuple[int, Any]:
    async with aiohttp.ClientSession() as session, session.request(method, fake.url + path, **options) as response:
        body = await response.json() if response.content_type == "application/json" else await response.text()
        return response.status, body


@pytest.mark.parametrize("version", VERSIONS)
async def test_legacy_forms_of_authorisation_end_with_12(version: str, start: Start) -> None:
    fake = await start(version)
    key = fake.api_key
    legacy = 200 if version != "12.0.0" else 401
    assert (await ask(fake, "/Items", headers={"Authorization": f'MediaBrowser Token="{key}"'}))[0] == 200
    assert (await ask(fake, f"/Items?ApiKey={key}"))[0] == 200
    assert (await ask(fake, "/Items", headers={"X-Emby-Token": key}))[0] == legacy
    assert (await ask(fake, f"/Items?api_key={key}"))[0] == legacy
    assert (await ask(fake, "/Items"))[0] == 401


@pytest.mark.parametrize("version", VERSIONS)
async def test_paths_come_with_their_version(version: str, start: Start) -> None:
    fake = await start(version)
    header = {"Authorization": f'MediaBrowser Token="{fake.api_key}"'}
    item = next(iter(fake.world.library.by_id))
    assert (await ask(fake, f"/MediaSegments/{item}", headers=header))[0] == (404 if version == "10.8.13" else 200)
    user = fake.world.access.users[0].id
    assert (await ask(fake, f"/UserViews?userId={user}", headers=header))[0] == (404 if version == "10.8.13" else 200)


async def test_faults_are_switched_while_it_runs(start: Start) -> None:
    fake = await start()
    assert (await ask(fake, "/_fake/faults", "POST", data=b'{"starting": true}'))[1]["starting"] is True
    assert (await ask(fake, "/System/Info/Public"))[1]["StartupWizardCompleted"] is False
    assert (await ask(fake, "/Items"))[0] == 503
    assert (await ask(fake, "/_fake/faults", "POST", data=b"{}"))[1]["starting"] is False
    assert (await ask(fake, "/_fake/faults", "POST", data=b'{"lazy": true}'))[0] == 400


async def test_a_new_sign_in_of_a_device_revokes_its_older_token(start: Start) -> None:
    fake = await start()
    header = {"Authorization": 'MediaBrowser Client="x", Device="x", DeviceId="d", Version="1"'}
    who = {"Username": "viewer", "Pw": "secret-viewer"}
    _, first = await ask(fake, "/Users/AuthenticateByName", "POST", headers=header, json=who)
    _, second = await ask(fake, "/Users/AuthenticateByName", "POST", headers=header, json=who)
    assert (await ask(fake, f"/Users/Me?ApiKey={first['AccessToken']}"))[0] == 401
    assert (await ask(fake, f"/Users/Me?ApiKey={second['AccessToken']}"))[0] == 200


async def test_the_library_is_edited_from_outside(start: Start) -> None:
    fake = await start()
    edited = await ask(fake, "/_fake/library", "POST", data=b'{"add": ["Brand New"]}')
    assert fake.world.library.by_id[edited[1]["added"][0]].name == "Brand New"
