"""HTTP sessions towards origins an admin chose: each can reach its own origin and nothing else."""

from typing import Any

from aiohttp import ClientConnectionError, ClientRequest, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from aiohttp.connector import Connection
from yarl import URL

from ktv_host.errors import ProviderConfigInvalid

TIMEOUT = ClientTimeout(total=None, connect=30, sock_connect=10, sock_read=60)
_SCHEMES = {"ws": "http", "wss": "https"}


class OriginLeft(ClientConnectionError):
    """A request, or a redirect it followed, pointed away from the session's origin."""


class OriginConnector(TCPConnector):
    """Connects to one scheme, host and port only, so a redirect elsewhere is refused whoever follows it."""

    def __init__(self, origin: URL, **options: Any) -> None:
        super().__init__(**options)
        self._origin = origin

    async def connect(self, req: ClientRequest, *args: Any, **kwargs: Any) -> Connection:
        if origin_of(req.url) != self._origin or req.proxy is not None:
            raise OriginLeft(f"this session is for {self._origin} and does not go to {origin_of(req.url)}")
        return await super().connect(req, *args, **kwargs)


class Sessions:
    """One session per (origin, TLS check); satisfies ``hooks.Http``.

    Instances that share an origin share its connections but no state: cookies are not kept. A session has no limit
    on the whole time of a request, because media is read through it; silence of a minute ends one.
    """

    def __init__(self) -> None:
        self._sessions: dict[tuple[URL, bool], ClientSession] = {}

    def __call__(self, origin: str, *, verify_tls: bool = True) -> ClientSession:
        """The session for an origin; of a longer URL its scheme, host and port. Raises ProviderConfigInvalid."""
        key = parse_origin(origin), verify_tls
        if key not in self._sessions:
            self._sessions[key] = ClientSession(
                connector=OriginConnector(key[0], ssl=verify_tls),
                cookie_jar=DummyCookieJar(),
                timeout=TIMEOUT,
                trust_env=False,
            )
        return self._sessions[key]

    async def close(self) -> None:
        sessions, self._sessions = self._sessions, {}
        for session in sessions.values():
            await session.close()


def parse_origin(text: str) -> URL:
    """Scheme, host and port of an http(s) URL. Raises ProviderConfigInvalid."""
    try:
        origin = origin_of(URL(text))
    except ValueError:
        raise ProviderConfigInvalid(f"{text!r} is not an address (http://host:port)") from None
    if origin.scheme not in ("http", "https"):
        raise ProviderConfigInvalid(f"{text!r} is not an http or https address")
    return origin


def origin_of(url: URL) -> URL:
    """Without user, path and query; a WebSocket counts as the HTTP it begins as. Raises ValueError."""
    origin = url.origin().with_scheme(_SCHEMES.get(url.scheme, url.scheme))
    return origin.with_port(None) if origin.is_default_port() else origin
