"""Requests to one server: the only module that knows its addresses, and trouble on the way in words."""

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from aiohttp import (
    ClientConnectorCertificateError,
    ClientConnectorDNSError,
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientResponseError,
    ClientSession,
    ClientSSLError,
    ClientTimeout,
    ClientWebSocketResponse,
    ServerDisconnectedError,
    WSServerHandshakeError,
)
from yarl import URL

from ktv_host.hooks import Clock, ProviderUnavailable
from ktv_jellyfin.answers import Answer, Overburdened, refusal, server_time

MOST_BYTES = 64 << 20  # a page of 500 items is about one megabyte
AT_ONCE = 2

Params = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds. ``read`` is how long the server may think, and be silent in between."""

    connect: float = 5
    read: float = 120


class Wire:
    """Never more than two requests at once. ``ahead`` is how far the server's clock is ahead of ours."""

    def __init__(self, session: ClientSession, base_url: str, clock: Clock, *, most_bytes: int = MOST_BYTES) -> None:
        self._session = session
        self._base = base_url
        self._clock = clock
        self._most_bytes = most_bytes
        self._turns = asyncio.Semaphore(AT_ONCE)
        self.ahead = timedelta(0)

    def url(self, path: str, params: Params = ()) -> str:
        """``path`` begins with a slash; it goes below the path prefix of the base URL."""
        return str(URL(self._base + path, encoded=True).extend_query(params))

    async def ask(
        self,
        method: str,
        path: str,
        *,
        params: Params = (),
        body: Mapping[str, Any] | None = None,
        authorization: str,
        patience: Patience,
    ) -> Answer:
        """The answer, whatever its status. Raises ProviderUnavailable, Overburdened."""
        headers = {"Authorization": authorization, "Accept": "application/json"}
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            data = orjson.dumps(body)
        timeout = ClientTimeout(total=None, connect=None, sock_connect=patience.connect, sock_read=patience.read)
        async with self._turns:
            try:
                async with self._session.request(
                    method, self.url(path, params), headers=headers, data=data, timeout=timeout, allow_redirects=False
                ) as response:
                    answer = await _read(response, self._most_bytes)
            except TimeoutError:
                raise Overburdened(f"Jellyfin did not answer {path} within {patience.read:.0f} seconds") from None
            except (ClientError, OSError) as error:
                raise trouble(error, self._base) from None
        sent = server_time(answer)
        if sent is not None:
            self.ahead = sent - self._clock()
        return answer

    async def socket(self, path: str, params: Params, authorization: str) -> ClientWebSocketResponse:
        """An open websocket. Raises Refused (403 too: that is how Jellyfin refuses a token here), and as ``ask``."""
        try:
            return await self._session.ws_connect(
                self.url(path, params), headers={"Authorization": authorization}, max_msg_size=4 << 20, autoping=True
            )
        except WSServerHandshakeError as error:
            raise refusal(Answer(401 if error.status == 403 else error.status), path) from None
        except TimeoutError:
            raise Overburdened(f"Jellyfin did not answer {path} in time") from None
        except (ClientError, OSError) as error:
            raise trouble(error, self._base) from None


async def _read(response: ClientResponse, most_bytes: int) -> Answer:
    size = 0
    chunks: list[bytes] = []
    async for chunk in response.content.iter_chunked(1 << 18):
        size += len(chunk)
        if size > most_bytes:
            response.close()
            raise Overburdened(f"the answer is larger than {most_bytes >> 20} MB")
        chunks.append(chunk)
    return Answer(
        response.status,
        response.content_type.lower(),
        b"".join(chunks),
        response.headers.get("Date"),
        response.headers.get("Retry-After"),
        _bare(response.headers.get("Location")),
    )


def trouble(error: Exception, base: str) -> ProviderUnavailable:
    """Why there is no answer at all. Nothing of the request is quoted: it holds the key."""
    match error:
        case ClientConnectorCertificateError():
            return ProviderUnavailable(
                f"the certificate of {base} cannot be trusted: {_certificate(error)}; install one your system knows,"
                " or switch its check off"
            )
        case ClientSSLError() | ssl.SSLError():
            return ProviderUnavailable(f"{base} does not speak TLS properly; is it an http:// address?")
        case ClientConnectorDNSError():
            return ProviderUnavailable(f"the name in {base} is not known; is it spelt right?")
        case ClientConnectorError():
            reason = error.os_error.strerror or type(error.os_error).__name__
            return ProviderUnavailable(f"{base} cannot be reached: {reason}; is the server running there?")
        case ServerDisconnectedError() | ClientResponseError() if base.startswith("http://"):
            return Overburdened(
                f"{base} ends the connection without an answer; is it an https:// address, or another port?"
            )
        case _:
            return Overburdened(f"the connection to {base} broke off")


def _certificate(error: ClientConnectorCertificateError) -> str:
    cause = error.certificate_error
    return getattr(cause, "verify_message", None) or type(cause).__name__


def _bare(location: str | None) -> str | None:
    """Without a query, which may hold anything."""
    return location.partition("?")[0] if location else None
