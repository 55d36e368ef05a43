"""URLs of people who are not admins reach the public internet and what an admin allowed, whatever they spell."""

import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from aiohttp import ClientConnectorError
from aiohttp.abc import AbstractResolver, ResolveResult

from ktv_host.errors import Invalid, Unavailable
from ktv_host.outbound.guarded import AddressRefused, GuardedHttp, RedirectRefused, ResponseTooLarge
from ktv_host.outbound.policy import AddressPolicy

Server = Any  # the fixture's class lives in conftest, which cannot be imported
Make = Callable[..., GuardedHttp]


@pytest.fixture
async def guarded() -> AsyncIterator[Make]:
    """Makes one with an allow list."""
    async with AsyncExitStack() as stack:

        def make(*allowed: str, **options: Any) -> GuardedHttp:
            made = GuardedHttp(AddressPolicy.parse(allowed), **options)
            stack.push_async_callback(made.close)
            return made

        yield make


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "LOCALHOST", "localhost.", "127.1", "0x7f.1", "0x7f000001", "2130706433",
        "017700000001",
        "0.0.0.0", "0", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::7f00:1]", "127.0.0.1.", "①②⑦.⓪.⓪.①", "user@127.0.0.1",
    ],
)  # fmt: skip
async def test_no_spelling_of_this_machine_is_reached(guarded: Make, server: Server, host: str) -> None:
    http = guarded(seconds=5)
    with pytest.raises((Invalid, Unavailable)):
        await http.fetch(f"http://{host}:{server.port}/secret")
    assert not server.seen


async def test_a_refused_address_is_the_authors_to_change(guarded: Make, server: Server) -> None:
    with pytest.raises(Invalid, match="public internet") as caught:
        await guarded().fetch(f"http://localhost:{server.port}/")
    assert caught.value.fields[0].path == "url"


async def test_a_session_for_a_plugin_is_guarded_too(guarded: Make, server: Server) -> None:
    with pytest.raises(ClientConnectorError) as caught:
        await guarded()(server.url).post(server.url, json={})
    assert isinstance(caught.value.os_error, AddressRefused)
    assert not server.seen


async def test_an_allowed_network_is_reached(guarded: Make, server: Server) -> None:
    fetched = await guarded("127.0.0.0/8").fetch(f"http://localhost:{server.port}/logo")
    assert (fetched.status, fetched.media_type, fetched.body) == (200, "text/plain", b"hello")


async def test_an_allowed_host_is_reached_and_only_by_its_name(guarded: Make, server: Server) -> None:
    http = guarded("localhost")
    assert (await http.fetch(f"http://localhost:{server.port}/")).status == 200
    with pytest.raises(Invalid):
        await http.fetch(server.url)
    with pytest.raises(ClientConnectorError):
        await http(f"http://localhost:{server.port}").get(server.url)
    assert server.seen == ["/"]


async def test_a_redirect_is_refused(guarded: Make, server: Server, elsewhere: Server) -> None:
    http = guarded("127.0.0.0/8")
    url = f"{server.url}/to?url={elsewhere.url}/secret"
    with pytest.raises(Invalid, match="redirect"):
        await http.fetch(url)
    with pytest.raises(RedirectRefused):
        await http(server.url).get(url)
    assert not elsewhere.seen


async def test_a_plugin_may_look_at_a_redirect_it_does_not_follow(guarded: Make, server: Server) -> None:
    async with guarded("127.0.0.0/8")(server.url).post(f"{server.url}/to?url=/x", allow_redirects=False) as response:
        assert response.status == 302


async def test_a_body_that_does_not_end_is_cut_off(guarded: Make, server: Server) -> None:
    http = guarded("127.0.0.0/8", max_bytes=200_000)
    with pytest.raises(Invalid, match="larger than 100000"):
        await http.fetch(f"{server.url}/endless", max_bytes=100_000)
    with pytest.raises(ResponseTooLarge):
        async with http(server.url).get(f"{server.url}/endless") as response:
            await response.read()


async def test_a_body_read_twice_is_the_same(guarded: Make, server: Server) -> None:
    async with guarded("127.0.0.0/8")(server.url).get(server.url) as response:
        assert await response.text() == "hello"
        assert await response.read() == b"hello"


async def test_a_server_that_never_answers_is_given_up(guarded: Make, server: Server) -> None:
    with pytest.raises(Unavailable):
        await guarded("127.0.0.0/8", seconds=0.05).fetch(f"{server.url}/silent")


async def test_a_server_that_is_not_there_is_unavailable(guarded: Make) -> None:
    with pytest.raises(Unavailable, match="cannot be reached"):
        await guarded("127.0.0.0/8").fetch("http://127.0.0.1:9/")


async def test_a_proxy_of_the_environment_is_not_used(
    guarded: Make, server: Server, elsewhere: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", elsewhere.url)
    assert (await guarded("127.0.0.0/8").fetch(server.url)).status == 200
    assert not elsewhere.seen


@pytest.mark.parametrize(
    "url", ["", "logo.png", "file:///etc/passwd", "ftp://x/", "http://", "data:image/png,x", "http://["]
)
async def test_what_is_no_web_address_is_invalid(guarded: Make, url: str) -> None:
    with pytest.raises(Invalid, match="not an http or https address"):
        await guarded().fetch(url)


async def test_cookies_are_not_kept(guarded: Make, server: Server) -> None:
    http = guarded("127.0.0.0/8")
    for _ in range(2):
        await http.fetch(server.url)
    assert server.cookies == ["", ""]


async def test_an_unknown_certificate_is_refused(guarded: Make, tls_server: Server) -> None:
    with pytest.raises(Unavailable):
        await guarded("127.0.0.0/8").fetch(tls_server.url)


class Names(AbstractResolver):
    """A name server of an attacker: it says what it likes, another address each time."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)

    async def resolve(self, host: str, port: int = 0, family: Any = socket.AF_INET) -> list[ResolveResult]:
        address = self.answers.pop(0)
        return [ResolveResult(hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0)]

    async def close(self) -> None:
        return None


async def test_a_name_is_as_good_as_the_address_it_has_when_it_is_connected_to(guarded: Make, server: Server) -> None:
    """DNS rebinding: no answer is checked once and used later."""
    http = guarded("127.0.0.2", resolver=Names("127.0.0.2", "127.0.0.1"))
    with pytest.raises(Unavailable, match="cannot be reached"):  # allowed, but nobody is there
        await http.fetch(f"http://rebind.test:{server.port}/")
    http = guarded("127.0.0.2", resolver=Names("127.0.0.1"))
    with pytest.raises(Invalid, match="public internet"):
        await http.fetch(f"http://rebind.test:{server.port}/")
    assert not server.seen


async def test_one_private_address_among_public_ones_is_not_tried(guarded: Make, server: Server) -> None:
    class Both(Names):
        async def resolve(self, host: str, port: int = 0, family: Any = socket.AF_INET) -> list[ResolveResult]:
            return [*(await super().resolve(host, port)), *(await super().resolve(host, port))]

    http = guarded(resolver=Both("127.0.0.1", "127.0.0.2"))
    with pytest.raises(Invalid):
        await http.fetch(f"http://both.test:{server.port}/")
    assert not server.seen
