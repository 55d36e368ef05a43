"""Byte ranges of an HTTP file, over one kept-open connection. Used in worker processes, where blocking is fine."""

import http.client
import re
import ssl
from urllib.parse import urlsplit

from ktv_host.domain.media import HttpFile
from ktv_host.errors import InvalidMedia, MediaGone, ProviderUnavailable
from ktv_host.streaming.reader import BLOCK

TIMEOUT_SECS = 6.0
_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


class HttpRanges:
    """Redirects are not followed: the address was allowed, another one was not.

    ``head`` is how much is asked for at first, to learn the size.
    """

    def __init__(self, source: HttpFile, *, timeout: float = TIMEOUT_SECS, head: int = BLOCK) -> None:
        parts = urlsplit(source.url)
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._shown = f"{parts.hostname}{parts.path}"
        self._headers = {"Accept-Encoding": "identity", **source.headers}
        host = parts.hostname or ""
        self._connection = (
            http.client.HTTPSConnection(host, parts.port, timeout=timeout, context=_tls(source.verify_tls))
            if parts.scheme == "https"
            else http.client.HTTPConnection(host, parts.port, timeout=timeout)
        )
        self._size: int | None = None
        self._head = self._get(0, head)

    @property
    def size(self) -> int:
        return self._size or 0

    def fetch(self, start: int, end: int) -> bytes:
        if end <= len(self._head):
            return self._head[start:end]
        body = self._get(start, end)
        if len(body) != end - start:
            raise ProviderUnavailable(f"{self._shown} sent {len(body)} of {end - start} bytes")
        return body

    def close(self) -> None:
        self._connection.close()

    def _get(self, start: int, end: int) -> bytes:
        response = self._ask(start, end)
        if response.status != http.client.PARTIAL_CONTENT:
            self._connection.close()  # the body of an answer we did not ask for may be the whole file
            raise _refusal(response.status, self._shown)
        self._note_size(response.headers.get("Content-Range", ""))
        try:
            return response.read()
        except (OSError, http.client.HTTPException) as error:
            raise self._unreadable(error) from error

    def _ask(self, start: int, end: int) -> http.client.HTTPResponse:
        """The answer to a request for a range; once more on a new connection when the server had closed the old one."""
        headers = {**self._headers, "Range": f"bytes={start}-{end - 1}"}
        was_open = self._connection.sock is not None
        try:
            return self._answer(headers)
        except TimeoutError as error:
            raise self._unreadable(error) from error
        except (OSError, http.client.HTTPException) as error:
            if not was_open:
                raise self._unreadable(error) from error
        self._connection.close()
        try:
            return self._answer(headers)
        except (OSError, http.client.HTTPException) as error:
            raise self._unreadable(error) from error

    def _answer(self, headers: dict[str, str]) -> http.client.HTTPResponse:
        self._connection.request("GET", self._target, headers=headers)
        return self._connection.getresponse()

    def _note_size(self, content_range: str) -> None:
        match = _CONTENT_RANGE.fullmatch(content_range)
        if match is None:
            raise InvalidMedia(f"{self._shown} does not honour byte ranges, so it cannot be read in parts")
        if self._size is None:
            self._size = int(match[3])
        elif self._size != int(match[3]):
            raise InvalidMedia(f"{self._shown} has changed while it was read")

    def _unreadable(self, error: Exception) -> ProviderUnavailable:
        self._connection.close()
        return ProviderUnavailable(f"{self._shown} cannot be read: {error or type(error).__name__}")


def _tls(verify: bool) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _refusal(status: int, shown: str) -> Exception:
    if status in {http.client.NOT_FOUND, http.client.GONE}:
        return MediaGone(f"{shown} is gone (HTTP {status})")
    if status == http.client.REQUESTED_RANGE_NOT_SATISFIABLE:
        return InvalidMedia(f"{shown} is empty or shorter than it was (HTTP {status})")
    if status == http.client.OK:
        return InvalidMedia(f"{shown} does not honour byte ranges, so it cannot be read in parts")
    return ProviderUnavailable(f"{shown} cannot be read: HTTP {status}")
