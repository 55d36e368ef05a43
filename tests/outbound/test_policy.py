"""Which addresses are public, in every spelling, and what OUTBOUND_ALLOW adds."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ktv_host.errors import ConfigurationError
from ktv_host.outbound.policy import AddressPolicy, is_public

PUBLIC = ["1.1.1.1", "8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
NOT_PUBLIC = [
    "0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "192.0.2.1",
    "192.168.1.1", "198.18.0.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a00:1",
    "64:ff9b:1::1", "2001:db8::1", "2002:7f00:1::", "2002:c0a8:101::", "fc00::1", "fd00::1", "fe80::1", "fe80::1%eth0",
    "fec0::1", "ff02::1", "ff0e::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_may_be_reached(address: str) -> None:
    assert AddressPolicy().allows_address(address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_other_addresses_may_not(address: str) -> None:
    assert not AddressPolicy().allows_address(address)


@pytest.mark.parametrize("text", ["", "localhost", "127.1", "0x7f.1", "1.1.1.1:80", "1.1.1.1 "])
def test_what_is_no_resolved_address_may_not_be_reached(text: str) -> None:
    assert not AddressPolicy().allows_address(text)


@given(st.ip_addresses(v=4))
def test_wrapping_an_address_does_not_change_what_it_is(address: IPv4Address) -> None:
    number = int(address)
    wrapped = [IPv6Address(0xFFFF << 32 | number), IPv6Address((0x64FF9B << 96) | number)]
    wrapped.append(IPv6Address((0x2002 << 112) | (number << 80)))
    assert {is_public(each) for each in wrapped} == {is_public(address)}


@given(st.ip_addresses())
def test_nothing_is_public_that_is_private_to_the_library(address: IPv4Address | IPv6Address) -> None:
    assert not (is_public(address) and (address.is_loopback or address.is_link_local or address.is_multicast))


def test_networks_of_the_allow_list_are_reached() -> None:
    policy = AddressPolicy.parse(["192.168.1.0/24", "10.0.0.5", "fd00::/8", "[fe80::1]"])
    for address in ("192.168.1.77", "10.0.0.5", "::ffff:10.0.0.5", "fd12::1", "fe80::1"):
        assert policy.allows_address(address)
    for address in ("192.168.2.1", "10.0.0.6", "fe80::2", "127.0.0.1"):
        assert not policy.allows_address(address)


def test_a_network_may_be_written_with_host_bits() -> None:
    assert AddressPolicy.parse(["192.168.1.50/24"]).allows_address("192.168.1.1")


def test_hosts_of_the_allow_list_are_known_in_any_case() -> None:
    policy = AddressPolicy.parse(["NAS.lan", "hooks"])
    assert policy.allows_host("nas.LAN.")
    assert policy.allows_host("hooks")
    assert not policy.allows_host("evil.nas.lan")
    assert not policy.allows_host("")


@pytest.mark.parametrize("entry", ["http://nas.lan", "nas.lan:8080", "nas.lan/x", "10.0.0.0/33", "999.1.1.1", "*.lan"])
def test_an_entry_that_is_neither_is_named(entry: str) -> None:
    with pytest.raises(ConfigurationError, match="OUTBOUND_ALLOW"):
        AddressPolicy.parse([entry])


def test_nothing_allowed_is_the_public_internet_alone() -> None:
    assert AddressPolicy.parse([]) == AddressPolicy()
    assert is_public(ip_address("1.1.1.1"))
