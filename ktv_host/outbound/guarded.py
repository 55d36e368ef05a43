"""HTTP for URLs that somebody who is not an admin typed: webhooks, logos, imports."""

import errno
import socket
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from aiohttp import (
    AddrInfoType,
    ClientConnectorError,
    ClientError,
    ClientPayloadError,
    ClientRequest,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
    TraceConfig,
    TraceRequestRedirectParams,
)
from aiohttp.abc import AbstractResolver
from aiohttp.connector import Connection
from yarl import URL

from ktv_host.errors import FieldError, Invalid, Unavailable
from ktv_host.outbound.policy import AddressPolicy

SECONDS = 30.0
MAX_BYTES = 10 * 1024 * 1024
_CHUNK = 64 * 1024


class AddressRefused(OSError):
    """The address is not public and OUTBOUND_ALLOW does not name it."""


class RedirectRefused(ClientError):
    """The server answered with a redirect, which is never followed."""


class ResponseTooLarge(ClientPayloadError):
    """The body is longer than allowed."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document somebody linked to."""

    status: int
    media_type: str
    body: bytes


class GuardedHttp:
    """Sessions that reach public addresses and what OUTBOUND_ALLOW names; satisfies ``hooks.Http``.

    The check is made on the resolved address of each connection, so that no spelling of an address and no DNS answer
    gets around it. No proxy, no cookies, no redirects, an end after 30 seconds, bodies of at most 10 MiB.
    """

    def __init__(
        self,
        policy: AddressPolicy,
        *,
        seconds: float = SECONDS,
        max_bytes: int = MAX_BYTES,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._policy = policy
        self._seconds = seconds
        self._max_bytes = max_bytes
        self._resolver = resolver
        self._sessions: dict[tuple[bool, bool], ClientSession] = {}

    def __call__(self, origin: str, *, verify_tls: bool = True) -> ClientSession:
        """A session for an origin. Raises Invalid when it is no http(s) address."""
        vouched = self._policy.allows_host(web_url(origin).host or "")
        key = vouched, verify_tls
        if key not in self._sessions:
            self._sessions[key] = ClientSession(
                connector=(
                    _VouchedConnector(self._policy, ssl=verify_tls)
                    if vouched
                    else TCPConnector(socket_factory=_guard(self._policy), ssl=verify_tls, resolver=self._resolver)
                ),
                cookie_jar=DummyCookieJar(),
                timeout=ClientTimeout(total=self._seconds),
                trace_configs=[_no_redirects()],
                response_class=_capped(self._max_bytes),
                trust_env=False,
            )
        return self._sessions[key]

    async def fetch(self, url: str, *, max_bytes: int = MAX_BYTES) -> Fetched:
        """The document at a URL. Raises Invalid for what its author has to change, else Unavailable."""
        return await fetch(self(url), url, max_bytes=min(max_bytes, self._max_bytes))

    async def close(self) -> None:
        sessions, self._sessions = self._sessions, {}
        for session in sessions.values():
            await session.close()


async def fetch(session: ClientSession, url: str, *, max_bytes: int) -> Fetched:
    """The document at a URL. Raises Invalid for what its author has to change, else Unavailable."""
    try:
        async with session.get(web_url(url), allow_redirects=False) as response:
            if 300 <= response.status < 400:
                raise _invalid(f"{url} answers with a redirect; give the address it leads to")
            body = await _read(response, max_bytes)
    except ResponseTooLarge:
        raise _invalid(f"the document at {url} is larger than {max_bytes} bytes") from None
    except ClientConnectorError as error:
        if isinstance(error.os_error, AddressRefused):
            raise _invalid(f"{url} is not an address of the public internet") from None
        raise Unavailable(f"{url} cannot be reached") from error
    except (ClientError, TimeoutError) as error:
        raise Unavailable(f"{url} does not answer as a web server should") from error
    return Fetched(response.status, response.content_type, body)


class _VouchedConnector(TCPConnector):
    """Connects to hosts an admin named, at whatever address they have."""

    def __init__(self, policy: AddressPolicy, **options: Any) -> None:
        super().__init__(**options)
        self._policy = policy

    async def connect(self, req: ClientRequest, *args: Any, **kwargs: Any) -> Connection:
        if not self._policy.allows_host(req.url.host or "") or req.proxy is not None:
            raise ClientConnectorError(req.connection_key, _refused())
        return await super().connect(req, *args, **kwargs)


def _guard(policy: AddressPolicy) -> Callable[[AddrInfoType], socket.socket]:
    def connectable(info: AddrInfoType) -> socket.socket:
        family, kind, protocol, _, address = info
        if not policy.allows_address(str(address[0])):
            raise _refused()
        return socket.socket(family=family, type=kind, proto=protocol)

    return connectable


def _refused() -> AddressRefused:
    """One text for all addresses: several failures of one connection are merged unless they are equal."""
    return AddressRefused(errno.EACCES, "this address may not be reached")


def _no_redirects() -> TraceConfig:
    async def refuse(_session: ClientSession, _context: SimpleNamespace, params: TraceRequestRedirectParams) -> None:
        params.response.close()
        raise RedirectRefused(f"{params.url} answers with a redirect")

    config = TraceConfig()
    config.on_request_redirect.append(refuse)
    return config


def _capped(max_bytes: int) -> type[ClientResponse]:
    class Capped(ClientResponse):
        async def read(self) -> bytes:
            if self._body is None:
                self._body = await _read(self, max_bytes)
            return self._body

    return Capped


async def _read(response: ClientResponse, max_bytes: int) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        body += chunk
        if len(body) > max_bytes:
            response.close()
            raise ResponseTooLarge(f"the body is larger than {max_bytes} bytes")
    return bytes(body)


def web_url(text: str) -> URL:
    """An http(s) URL with a host. Raises Invalid."""
    try:
        url = URL(text)
    except ValueError:
        url = URL()
    if url.scheme not in ("http", "https") or not url.host:
        raise _invalid(f"{text!r} is not an http or https address")
    return url


def _invalid(message: str) -> Invalid:
    return Invalid(message, [FieldError("url", message)])
