"""The edge of the running app: the client's address, scheme and host behind proxies, and the base path."""

from typing import Any

import pytest

from ktv_host.api.client_address import TrustedProxies
from ktv_host.api.edge import behind_proxies, below

HEADERS = [
    (b"host", b"inside:3000"),
    (b"x-forwarded-for", b"203.0.113.9"),
    (b"x-forwarded-proto", b"https"),
    (b"x-forwarded-host", b"tv.test"),
]


async def passed_on(edge: Any, **scope: Any) -> Any:
    """The scope the application gets."""
    got = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        got.append(scope)

    await edge(application)({"type": "http", "path": "/", "headers": HEADERS, "scheme": "http", **scope}, None, None)
    return got[0]


def behind(*entries: str) -> Any:
    return lambda inner: behind_proxies(TrustedProxies.parse(entries), inner)


async def test_a_trusted_proxy_speaks_for_the_client() -> None:
    scope = await passed_on(behind("10.0.0.1"), client=("10.0.0.1", 999))
    assert (scope["client"][0], scope["scheme"], dict(scope["headers"])[b"host"]) == (
        "203.0.113.9",
        "https",
        b"tv.test",
    )


async def test_anybody_else_speaks_for_themselves() -> None:
    scope = await passed_on(behind("10.0.0.1"), client=("10.0.0.2", 999))
    assert (scope["client"][0], scope["scheme"], dict(scope["headers"])[b"host"]) == (
        "10.0.0.2",
        "http",
        b"inside:3000",
    )


async def test_a_header_sent_twice_is_one_list() -> None:
    twice = [*HEADERS, (b"x-forwarded-for", b"198.51.100.7")]
    assert (await passed_on(behind("10.0.0.1"), client=("10.0.0.1", 1), headers=twice))["client"][0] == "198.51.100.7"


async def test_a_web_socket_is_secure_when_the_proxy_was_asked_so() -> None:
    scope = await passed_on(behind("10.0.0.1"), type="websocket", scheme="ws", client=("10.0.0.1", 1))
    assert scope["scheme"] == "wss"


async def test_a_connection_without_an_address_is_served() -> None:
    assert (await passed_on(behind("10.0.0.1"), client=None))["client"][0] == "unknown"


@pytest.mark.parametrize(("path", "inside"), [("/tv/watch/", "/watch/"), ("/tv", "/"), ("/tvx", "/tvx"), ("/", "/")])
async def test_the_base_path_may_stay_or_be_gone(path: str, inside: str) -> None:
    assert (await passed_on(lambda app: below("/tv", app), path=path, raw_path=path.encode()))["path"] == inside
