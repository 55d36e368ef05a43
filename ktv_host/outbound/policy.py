"""Which addresses may be reached for somebody who is not an admin."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Self

from ktv_host.errors import ConfigurationError

Address = IPv4Address | IPv6Address

_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?")
_NAT64 = IPv6Network("64:ff9b::/96")  # the last 32 bits are the IPv4 address that is reached
_COMPATIBLE = IPv6Network("::/96")  # deprecated form of the same
_LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")  # translates into somebody's own network


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """The public internet, plus the ``hosts`` and ``networks`` an admin named in OUTBOUND_ALLOW."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def parse(cls, entries: Iterable[str]) -> Self:
        """From host names, addresses and CIDRs. Raises ConfigurationError."""
        hosts, networks = set[str](), list[IPv4Network | IPv6Network]()
        for entry in entries:
            try:
                networks.append(ip_network(entry.strip("[]"), strict=False))
            except ValueError:
                hosts.add(_host(entry))
        return cls(frozenset(hosts), tuple(networks))

    def allows_host(self, host: str) -> bool:
        """Whether an admin vouches for this name, whatever address it has."""
        return host.lower().rstrip(".") in self.hosts

    def allows_address(self, text: str) -> bool:
        """Whether a connection to this resolved address may be made."""
        try:
            address = ip_address(text)
        except ValueError:
            return False
        forms = {address, _reached(address)}
        return is_public(address) or any(form in network for network in self.networks for form in forms)


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet, also when it wraps another one."""
    reached = _reached(address)
    if reached != address:
        return is_public(reached)
    if isinstance(address, IPv6Address) and (address.is_site_local or address in _LOCAL_NAT64):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _reached(address: Address) -> Address:
    """The IPv4 address a packet to this IPv6 address ends at, where the form says so."""
    if not isinstance(address, IPv6Address):
        return address
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _host(entry: str) -> str:
    host = entry.lower().rstrip(".")
    if not _HOST.fullmatch(host) or host.replace(".", "").isdigit():
        raise ConfigurationError(
            f"OUTBOUND_ALLOW: {entry!r} is neither a host name nor an address nor a CIDR (no scheme, port or path)"
        )
    return host
