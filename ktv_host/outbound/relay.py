"""Relays an HTTP file: Range through, bytes back as they come, nothing buffered whole."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout
from yarl import URL

from ktv_host.domain.media import HttpFile
from ktv_host.errors import MediaGone, ProviderUnavailable
from ktv_host.outbound.sessions import origin_of
from ktv_host.outbound.tap import Tap, tapped

BUFFER = 1 << 19  # what is read ahead of a client that takes its time, at most twice
PASSED_ON = ("Content-Length", "Content-Range", "Accept-Ranges", "ETag", "Last-Modified")
ASKED_FOR = ("Range", "If-Range", "If-None-Match", "If-Modified-Since")
SILENCE_SECS = 60
PATIENCE = ClientTimeout(total=None, connect=10, sock_connect=10, sock_read=SILENCE_SECS)
ANSWERS = (200, 206, 304, 412, 416)
MOVED = (301, 302, 303, 307, 308)
MOST_MOVES = 3
SHOWN_AS = ("video/", "audio/", "image/")
RETRY_SECS = 5
REFUSED_RETRY_SECS = 30  # a person has to act first


@dataclass(frozen=True, slots=True)
class Relayed:
    """The upstream's answer. Whoever takes it reads ``chunks`` to their end or calls ``close``."""

    status: int
    media_type: str
    headers: Mapping[str, str]
    response: ClientResponse
    tap: Tap | None

    async def chunks(self) -> AsyncIterator[bytes]:
        """Reads on when the chunk before was taken. Raises ProviderUnavailable when the upstream breaks off."""
        try:
            if self.tap is not None:
                while piece := await self.tap.piece(SILENCE_SECS):
                    yield piece
                return
            # piece by piece as they arrived: joining them first would copy every byte once more
            async for piece, _ in self.response.content.iter_chunks():
                if piece:
                    yield piece
        except (ClientError, OSError) as error:
            raise ProviderUnavailable(f"the media server broke off: {type(error).__name__}") from None
        finally:
            self.close()

    def close(self) -> None:
        """Stop reading at once. A connection whose answer was read whole stays open for the next request."""
        if self.tap is not None:
            self.tap.close()
        self.response.close()

    def leave(self) -> None:
        """There is no body to read: keep the connection."""
        self.response.release()


async def relay(session: ClientSession, source: HttpFile, method: str, asked: Mapping[str, str]) -> Relayed:
    """Ask the upstream what a client asked us.

    Raises MediaGone for 404 and 410, ProviderUnavailable for anything that is neither bytes nor a range answer: it
    does not answer in time, refuses our key, sends a page instead of the file, or points to somewhere else.
    """
    wanted = {name: asked[name] for name in ASKED_FOR if name in asked}
    # what is compressed on the way has other ranges and another length than the file
    headers = {**source.headers, **wanted, "Accept-Encoding": "identity"}
    response = await _request(session, URL(source.url, encoded=True), method, headers)
    problem = _problem(response)
    if problem is not None:
        response.close()
        raise problem
    passed_on = {name: response.headers[name] for name in PASSED_ON if name in response.headers}
    tap = tapped(response) if method == "GET" and response.status in (200, 206) else None
    return Relayed(response.status, _media_type(response), passed_on, response, tap)


async def _request(session: ClientSession, url: URL, method: str, headers: Mapping[str, str]) -> ClientResponse:
    """Follows a few redirects within the origin."""
    origin = origin_of(url)
    for _ in range(MOST_MOVES + 1):
        try:
            response = await session.request(
                method, url, headers=headers, timeout=PATIENCE, allow_redirects=False, read_bufsize=BUFFER
            )
        except (ClientError, TimeoutError) as error:
            raise ProviderUnavailable(f"the media server did not answer: {type(error).__name__}", RETRY_SECS) from None
        target = _target(response)
        if target is None:
            return response
        response.release()
        if origin_of(target) != origin:
            raise ProviderUnavailable("the media server sends its players somewhere else", REFUSED_RETRY_SECS)
        url = target
    raise ProviderUnavailable("the media server redirects without an end", REFUSED_RETRY_SECS)


def _target(response: ClientResponse) -> URL | None:
    if response.status not in MOVED or "Location" not in response.headers:
        return None
    try:
        return response.url.join(URL(response.headers["Location"]))
    except ValueError:
        return None


def _problem(response: ClientResponse) -> MediaGone | ProviderUnavailable | None:
    if response.status in (404, 410):
        return MediaGone("the media server no longer has this item")
    if response.status in (401, 403):
        return ProviderUnavailable("the media server refuses the key it was given", REFUSED_RETRY_SECS)
    if response.status not in ANSWERS:
        return ProviderUnavailable(f"the media server answered {response.status}", RETRY_SECS)
    if response.status in (200, 206) and response.content_type == "text/html":
        return ProviderUnavailable("a page came instead of the file: is there a proxy in front?", RETRY_SECS)
    if response.headers.get("Content-Encoding", "identity") != "identity":
        return ProviderUnavailable("the media server compresses the file on its way", REFUSED_RETRY_SECS)
    return None


def _media_type(response: ClientResponse) -> str:
    """Never one a browser would run."""
    media_type = response.content_type
    shown = media_type.startswith(SHOWN_AS) and media_type != "image/svg+xml"
    return media_type if shown else "application/octet-stream"
