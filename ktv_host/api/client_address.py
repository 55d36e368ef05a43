"""Who is at the other end: ``X-Forwarded-*`` count only when a trusted proxy says them. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Self

from ktv_host.errors import ConfigurationError

Address = IPv4Address | IPv6Address
UNKNOWN = "unknown"  # no address at all: a Unix socket, or a test
_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:[0-9]{1,5})?")
_PORT = re.compile(r"(?<=\]):[0-9]+$|^(?P<v4>[0-9.]+):[0-9]+$")
_MOST_HOPS = 32
_LONGEST = 100  # characters of an address; a zone may be part of one


@dataclass(frozen=True, slots=True)
class TrustedProxies:
    """The addresses and networks of TRUSTED_PROXIES."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def parse(cls, entries: Iterable[str]) -> Self:
        """From addresses and CIDRs. Raises ConfigurationError."""
        try:
            return cls(tuple(ip_network(entry.strip("[]"), strict=False) for entry in entries))
        except ValueError as error:
            raise ConfigurationError(f"TRUSTED_PROXIES: {error}; give addresses or CIDRs") from None

    def __contains__(self, text: str) -> bool:
        address = _parse(text)
        return address is not None and any(address in network for network in self.networks)


@dataclass(frozen=True, slots=True)
class Forwarded:
    """What the proxy headers of a request say, as they came; several headers of a name are joined with commas."""

    for_: str = ""
    proto: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True)
class Client:
    """``address`` as an IP address, ``scheme`` and ``host`` as the client wrote them; None: as the connection says."""

    address: str
    scheme: str | None = None
    host: str | None = None


def client_of(peer: str, forwarded: Forwarded, trusted: TrustedProxies) -> Client:
    """Who asked, given who is connected.

    X-Forwarded-For is read from the right, where our own proxies write, up to the first address that is none of
    them: what a client puts into it itself is to the left of that and never looked at. A value that is no address
    ends the walk at the last one that was. Of proto and host the last value counts, for the same reason.
    """
    if peer not in trusted:
        return Client(_normal(peer))
    address = _normal(peer)
    for hop in reversed(_list(forwarded.for_)[-_MOST_HOPS:]):
        parsed = _parse(_PORT.sub(lambda found: found["v4"] or "", hop))
        if parsed is None:
            break
        address = str(parsed)
        if address not in trusted:
            break
    scheme = _last(forwarded.proto).lower()
    host = _last(forwarded.host)
    return Client(
        address,
        scheme if scheme in ("http", "https") else None,
        host if _HOST.fullmatch(host) else None,
    )


def _parse(text: str) -> Address | None:
    return _address(text) if len(text) <= _LONGEST else None


@lru_cache(maxsize=4096)  # one client asks often, and proxies always
def _address(text: str) -> Address | None:
    try:
        address = ip_address(text.strip().strip("[]"))
    except ValueError:
        return None
    # one client is one address, whether the socket speaks IPv4 or IPv6
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _normal(text: str) -> str:
    parsed = _parse(text)
    return UNKNOWN if parsed is None else str(parsed)


def _list(value: str) -> Sequence[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


def _last(value: str) -> str:
    parts = _list(value)
    return parts[-1] if parts else ""
