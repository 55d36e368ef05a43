"""Getting in, or why not; and what the test of the connection says."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from fake_jellyfin.server import FakeJellyfin
from ktv_jellyfin.plugin import Jellyfin

from ktv_host.hooks import CheckReport, ProviderConfigInvalid, ProviderUnavailable
from ktv_host.testing import Contexts

pytest_plugins = ["ktv_host.testing.fixtures"]

Start = Callable[..., Awaitable[FakeJellyfin]]
VERSIONS = ("10.8.13", "10.10.7", "10.11.11", "12.0.0")


@pytest.fixture
def check(contexts: Contexts, kind: Jellyfin) -> Callable[..., Awaitable[CheckReport]]:
    async def run(fake: FakeJellyfin, **config: Any) -> CheckReport:
        if "username" not in config:
            config.setdefault("api_key", fake.api_key)
        values = kind.config_model.model_validate({"base_url": fake.url, **config})
        return await kind.check(await contexts.make(kind, "checked"), values)

    return run


@pytest.mark.parametrize("version", VERSIONS)
async def test_every_version_lets_a_key_and_a_user_in(version: str, start: Start, check: Any) -> None:
    fake = await start(version, prefix="/jellyfin")
    for config in ({}, {"user_id": "viewer"}, {"username": "viewer", "password": "secret-viewer"}):
        report = await check(fake, **config)
        assert report.ok, report.message
        assert report.message == f"Fake, Jellyfin {version}: 25 videos in 4 libraries"
        assert report.details["Films"] == "5 films"
        assert report.details["Series"] == "18 episodes"


async def test_a_library_that_is_not_chosen_is_named(fake: FakeJellyfin, check: Any) -> None:
    report = await check(fake, libraries=["films"])
    assert report.message.endswith("5 videos in 1 library")
    assert report.details["Not read"] == "Series, Music videos, Family"


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"base_url": "http://127.0.0.1:9"}, "cannot be reached"),
        ({"base_url": "http://no-such-host.invalid"}, "is not known"),
        ({"api_key": "wrong"}, "refused the API key"),
        ({"user_id": "nobody"}, "no user with the name nobody; it has: admin, viewer"),
        ({"user_id": "f27caa37-e514-2225-cced-ed48f6553502"}, "no user with the id"),
        ({"username": "viewer", "password": "wrong"}, "name or password is wrong"),
        ({"libraries": ["Cartoons"]}, "no library 'Cartoons'; there are: Films, Series, Music videos, Family"),
        ({"server_id": "f27caa37e5142225cceded48f6553502"}, "has the id"),
    ],
)
async def test_check_says_what_is_wrong(fake: FakeJellyfin, check: Any, config: dict[str, Any], said: str) -> None:
    report = await check(fake, **config)
    assert not report.ok
    assert said in report.message


async def test_check_says_that_the_path_is_wrong(fake: FakeJellyfin, check: Any) -> None:
    assert "path prefix" in (await check(fake, base_url=f"{fake.url}/media")).message


async def test_check_says_that_it_is_no_tls(fake: FakeJellyfin, check: Any) -> None:
    assert "http:// address" in (await check(fake, base_url=fake.url.replace("http:", "https:"))).message


async def test_check_says_that_it_is_too_old(start: Start, check: Any) -> None:
    assert "this is Jellyfin 10.7.7; K-TV needs 10.8" in (await check(await start("10.7.7"))).message


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"starting": True}, "starting up"),
        ({"html": True}, "a login page"),
        ({"status": 502}, "a proxy answers"),
        ({"status": 500}, "its log says why"),
        ({"refuse": True}, "refused the API key"),
    ],
)
async def test_check_says_what_the_server_suffers_from(
    fake: FakeJellyfin, check: Any, fault: dict[str, Any], said: str
) -> None:
    fake.world.faults.set(fault)
    report = await check(fake)
    assert not report.ok
    assert said in report.message


async def test_a_test_of_the_connection_leaves_no_session_behind(fake: FakeJellyfin, check: Any) -> None:
    assert (await check(fake, username="viewer", password="secret-viewer")).ok
    assert fake.world.access.sessions == {}


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_server_that_starts_is_tried_again(version: str, start: Start, open_provider: Any) -> None:
    fake = await start(version)
    fake.world.faults.starting = True
    with pytest.raises(ProviderUnavailable):
        await open_provider(fake)
    fake.world.faults.clear()
    await open_provider(fake)


async def test_a_starting_server_that_refuses_the_key_is_tried_again(start: Start, open_provider: Any) -> None:
    """From 10.11 on it says that its set-up is not finished, although it is."""
    fake = await start("10.11.11")
    fake.world.faults.set({"refuse": True, "unfinished": True})
    with pytest.raises(ProviderUnavailable, match="starting up"):
        await open_provider(fake)


async def test_a_page_for_browsers_is_a_wrong_address_only_where_jellyfin_never_was(
    fake: FakeJellyfin, open_provider: Any
) -> None:
    fake.world.faults.html = True
    with pytest.raises(ProviderConfigInvalid):
        await open_provider(fake)
    fake.world.faults.clear()
    await open_provider(fake)
    fake.world.faults.html = True
    with pytest.raises(ProviderUnavailable):
        await open_provider(fake)


async def test_another_server_at_the_address_stops_the_instance(fake: FakeJellyfin, open_provider: Any) -> None:
    await open_provider(fake)
    fake.world.faults.other_server = True
    with pytest.raises(ProviderConfigInvalid, match="another server") as caught:
        await open_provider(fake)
    assert fake.world.server_id in caught.value.message
    await open_provider(fake, server_id=fake.world.server_id)
    await open_provider(fake)  # from now on it is the one


async def test_a_redirect_is_followed_by_a_person(start: Start, open_provider: Any) -> None:
    fake = await start()
    fake.world.faults.status = 308
    with pytest.raises(ProviderConfigInvalid, match="redirects"):
        await open_provider(fake)
