"""Limits: how many attempts somebody has at once, and how soon there is another.

Attempts at a password are counted per client address and per address and account together, never per account alone:
a stranger cannot use up the owner's attempts from elsewhere.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Network, ip_address


@dataclass(frozen=True, slots=True)
class Limit:
    """``burst`` attempts at once, then one more every ``every``."""

    name: str
    burst: int
    every: timedelta

    @property
    def every_ms(self) -> int:
        return int(self.every.total_seconds() * 1000)

    @property
    def room_ms(self) -> int:
        """How far ahead of now a bucket may be filled and still take one more attempt."""
        return (self.burst - 1) * self.every_ms

    def of(self, *subject: str) -> "Bucket":
        """The bucket of one subject. What it is about cannot be read from its key."""
        digest = hashlib.blake2b("\n".join(subject).encode(), digest_size=16).hexdigest()
        return Bucket(f"{self.name}:{digest}", self)


@dataclass(frozen=True, slots=True)
class Bucket:
    """The attempts of one subject under one limit."""

    key: str
    limit: Limit


LOGIN = Limit("login", 10, timedelta(seconds=30))
UNLOCK = Limit("unlock", 10, timedelta(seconds=30))
GUESSES = Limit("guesses", 60, timedelta(seconds=5))
REGISTER = Limit("register", 20, timedelta(minutes=1))
PASSWORD = Limit("password", 5, timedelta(minutes=1))
TOKENS = Limit("tokens", 30, timedelta(minutes=1))
SIGN_IN = Limit("sign_in", 20, timedelta(seconds=15))


def login_buckets(client: str, email: str) -> tuple[Bucket, ...]:
    """What an attempt to sign in counts against. ``client`` is an address, ``email`` whatever was typed."""
    origin = origin_of(client)
    return LOGIN.of(origin, email), GUESSES.of(origin)


def unlock_buckets(client: str, channel_id: str) -> tuple[Bucket, ...]:
    """What an attempt at a channel's password counts against."""
    origin = origin_of(client)
    return UNLOCK.of(origin, channel_id), GUESSES.of(origin)


def register_buckets(client: str) -> tuple[Bucket, ...]:
    return (REGISTER.of(origin_of(client)),)


def password_buckets(user_id: str) -> tuple[Bucket, ...]:
    """What a change of the account's own password counts against; only its owner gets so far."""
    return (PASSWORD.of(user_id),)


def sign_in_buckets(client: str) -> tuple[Bucket, ...]:
    """What coming back from an identity provider counts against; each time asks the provider something."""
    return (SIGN_IN.of(origin_of(client)),)


def token_buckets(user_id: str) -> tuple[Bucket, ...]:
    return (TOKENS.of(user_id),)


def origin_of(client: str) -> str:
    """Who a client address stands for: itself, but for IPv6 the /64 network that one household or host has."""
    try:
        address = ip_address(client)
    except ValueError:
        return client
    return str(IPv6Network((address, 64), strict=False)) if address.version == 6 else str(address)
