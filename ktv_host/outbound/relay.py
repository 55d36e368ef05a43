"""Relays an HTTP file: Range through, bytes back as they come, nothing buffered whole."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout

from ktv_host.domain.media import HttpFile
from ktv_host.errors import MediaGone, ProviderUnavailable

CHUNK = 256 * 1024
PASSED_ON = ("Content-Type", "Content-Length", "Content-Range", "Accept-Ranges", "ETag", "Last-Modified")
ASKED_FOR = ("Range", "If-Range", "If-None-Match", "If-Modified-Since")
PATIENCE = ClientTimeout(total=None, connect=10, sock_read=60)


@dataclass(frozen=True, slots=True)
class Relayed:
    """The upstream's answer. Whoever takes it drains ``chunks`` or calls ``close``."""

    status: int
    headers: Mapping[str, str]
    response: ClientResponse

    async def chunks(self) -> AsyncIterator[bytes]:
        """Ends, and closes the upstream, also when the reader leaves early."""
        try:
            async for chunk in self.response.content.iter_chunked(CHUNK):
                yield chunk
        finally:
            self.close()

    def close(self) -> None:
        self.response.close()


async def relay(session: ClientSession, source: HttpFile, method: str, asked: Mapping[str, str]) -> Relayed:
    """Raises MediaGone for 404 and 410, ProviderUnavailable for anything that is neither bytes nor a range answer."""
    wanted = {name: asked[name] for name in ASKED_FOR if name in asked}
    try:
        response = await session.request(
            method, source.url, headers={**source.headers, **wanted}, timeout=PATIENCE, allow_redirects=False
        )
    except (ClientError, TimeoutError) as error:
        raise ProviderUnavailable(f"the media server did not answer: {type(error).__name__}") from None
    if response.status in (404, 410):
        response.close()
        raise MediaGone("the media server no longer has this item")
    if response.status not in (200, 206, 304, 416):
        response.close()
        raise ProviderUnavailable(f"the media server answered {response.status}")
    headers = {name: response.headers[name] for name in PASSED_ON if name in response.headers}
    return Relayed(response.status, headers, response)
