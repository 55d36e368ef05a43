"""A session reaches its own origin and nothing else."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientConnectorCertificateError

from ktv_host.errors import ProviderConfigInvalid
from ktv_host.outbound.sessions import OriginLeft, Sessions

Server = Any  # the fixture's class lives in conftest, which cannot be imported


@pytest.fixture
async def sessions() -> AsyncIterator[Sessions]:
    made = Sessions()
    yield made
    await made.close()


async def test_an_origin_has_one_session(sessions: Sessions) -> None:
    session = sessions("http://media.lan:8096")
    assert sessions("http://MEDIA.lan:8096/some/path?x=1") is session
    assert sessions("http://user:pass@media.lan:8096") is session
    assert sessions("http://media.lan") is sessions("http://media.lan:80")


async def test_another_origin_or_tls_check_has_another_session(sessions: Sessions) -> None:
    session = sessions("https://media.lan")
    assert sessions("http://media.lan") is not session
    assert sessions("https://media.lan:8443") is not session
    assert sessions("https://media.lan", verify_tls=False) is not session


@pytest.mark.parametrize(
    "text", ["", "media.lan", "media.lan:8096", "ftp://media.lan", "http://", "http://a:b:c", "/x"]
)
async def test_what_is_no_web_address_is_an_invalid_configuration(sessions: Sessions, text: str) -> None:
    with pytest.raises(ProviderConfigInvalid):
        sessions(text)


async def test_requests_reach_the_origin(sessions: Sessions, server: Server) -> None:
    async with sessions(server.url).get(f"{server.url}/items") as response:
        assert await response.text() == "hello"
    assert server.seen == ["/items"]


async def test_requests_elsewhere_are_refused(sessions: Sessions, server: Server, elsewhere: Server) -> None:
    for url in (elsewhere.url, server.url.replace("http:", "https:"), f"http://localhost:{server.port}"):
        with pytest.raises(OriginLeft):
            await sessions(server.url).get(url)
    assert not elsewhere.seen


async def test_a_redirect_elsewhere_is_refused(sessions: Sessions, server: Server, elsewhere: Server) -> None:
    with pytest.raises(OriginLeft, match=str(server.port)):
        await sessions(server.url).get(f"{server.url}/to", params={"url": f"{elsewhere.url}/secret"})
    assert not elsewhere.seen


async def test_a_redirect_within_the_origin_is_followed(sessions: Sessions, server: Server) -> None:
    async with sessions(server.url).get(f"{server.url}/to", params={"url": "/items"}) as response:
        assert await response.text() == "hello"


async def test_a_pooled_connection_does_not_help_to_get_elsewhere(
    sessions: Sessions, server: Server, elsewhere: Server
) -> None:
    session = sessions(server.url)
    async with session.get(server.url) as response:
        await response.read()
    with pytest.raises(OriginLeft):
        await session.get(elsewhere.url)


async def test_a_proxy_is_not_used(
    sessions: Sessions, server: Server, elsewhere: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", elsewhere.url)
    async with sessions(server.url).get(server.url) as response:
        assert response.ok
    with pytest.raises(OriginLeft):
        await sessions(server.url).get(server.url, proxy=elsewhere.url)
    assert not elsewhere.seen


async def test_a_web_socket_to_the_origin_opens(sessions: Sessions, server: Server) -> None:
    for scheme in ("http", "ws"):
        url = f"{scheme}://127.0.0.1:{server.port}/socket"
        async with sessions(server.url).ws_connect(url) as socket:
            await socket.send_str("hello")
            assert await socket.receive_str() == "hello"


async def test_cookies_are_not_kept_between_those_who_share_an_origin(sessions: Sessions, server: Server) -> None:
    for _ in range(2):
        async with sessions(server.url).get(server.url) as response:
            await response.read()
    assert server.cookies == ["", ""]


async def test_an_unknown_certificate_is_refused_unless_the_check_is_off(
    sessions: Sessions, tls_server: Server
) -> None:
    with pytest.raises(ClientConnectorCertificateError):
        await sessions(tls_server.url).get(tls_server.url)
    async with sessions(tls_server.url, verify_tls=False).get(tls_server.url) as response:
        assert response.ok


async def test_closing_closes_every_session(sessions: Sessions) -> None:
    opened = [sessions("http://a.lan"), sessions("http://b.lan")]
    await sessions.close()
    assert all(session.closed for session in opened)
