"""Who asked: what a proxy says counts, what a client says does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ktv_host.api.client_address import Client, Forwarded, TrustedProxies, client_of
from ktv_host.errors import ConfigurationError

TRUSTED = TrustedProxies.parse(["10.0.0.0/8", "192.168.1.5", "::1"])
PROXY, CLIENT, OTHER = "10.1.2.3", "203.0.113.9", "198.51.100.7"


def seen(peer: str, for_: str = "", trusted: TrustedProxies = TRUSTED) -> str:
    return client_of(peer, Forwarded(for_), trusted).address


def test_without_trusted_proxies_the_headers_are_not_looked_at() -> None:
    said = Forwarded(OTHER, "https", "evil.test")
    assert client_of(PROXY, said, TrustedProxies()) == Client(PROXY)


def test_a_stranger_cannot_say_who_they_are() -> None:
    assert client_of(CLIENT, Forwarded(OTHER, "https", "evil.test"), TRUSTED) == Client(CLIENT)


@pytest.mark.parametrize(
    ("for_", "address"),
    [
        (CLIENT, CLIENT),
        (f"{OTHER}, {CLIENT}", CLIENT),  # the client forged the first
        (f"{CLIENT}, 10.9.9.9", CLIENT),  # two proxies of ours
        (f"{OTHER}, {CLIENT}, 10.9.9.9, 192.168.1.5", CLIENT),
        ("10.9.9.9, 10.8.8.8", "10.9.9.9"),  # somebody inside
        ("", PROXY),
        (" , ,", PROXY),
        ("unknown", PROXY),
        (f"{OTHER}, unknown, 10.9.9.9", "10.9.9.9"),
        (f"{CLIENT}:51234", CLIENT),
        ("2001:db8::9", "2001:db8::9"),
        ("[2001:DB8::9]:443", "2001:db8::9"),
        ("[2001:db8::9]", "2001:db8::9"),
        (f"::ffff:{CLIENT}", CLIENT),
    ],
)
def test_the_first_address_from_the_right_that_is_no_proxy_of_ours(for_: str, address: str) -> None:
    assert seen(PROXY, for_) == address


def test_a_proxy_on_a_dual_stack_socket_is_the_same_proxy() -> None:
    assert seen("::ffff:10.1.2.3", CLIENT) == CLIENT


def test_scheme_and_host_come_from_the_proxy() -> None:
    assert client_of(PROXY, Forwarded(CLIENT, "HTTPS", "tv.test:8443"), TRUSTED) == Client(
        CLIENT, "https", "tv.test:8443"
    )
    assert client_of(PROXY, Forwarded("", "http, https", "evil.test, tv.test"), TRUSTED) == Client(
        PROXY, "https", "tv.test"
    )


@pytest.mark.parametrize("host", ["tv test", "tv/test", "tv\r\nX: 1", "user@tv", "[zz]", "tv:port"])
def test_a_host_that_is_none_is_not_taken(host: str) -> None:
    assert client_of(PROXY, Forwarded("", "gopher", host), TRUSTED) == Client(PROXY)


def test_no_address_at_all_has_a_name_of_its_own() -> None:
    assert seen("") == seen("<local>") == "unknown"


@pytest.mark.parametrize("entry", ["nginx", "10.0.0.0/40", "http://10.0.0.1"])
def test_an_entry_that_is_no_address_stops_the_start(entry: str) -> None:
    with pytest.raises(ConfigurationError, match="TRUSTED_PROXIES"):
        TrustedProxies.parse([entry])


@given(forged=st.text(max_size=60), client=st.ip_addresses(v=4).map(str).filter(lambda a: a not in TRUSTED))
def test_nothing_a_client_writes_changes_who_they_are(forged: str, client: str) -> None:
    assert seen(client, forged) == client
    assert seen(PROXY, f"{forged}, {client}") == client


@given(st.text(max_size=80))
def test_any_header_gives_an_address(text: str) -> None:
    TrustedProxies.parse([seen(PROXY, text)])
