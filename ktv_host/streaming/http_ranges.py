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
    """Redirects are not followed: the address was allowed, another one was not."""

    def __init__(self, source: HttpFile, *, timeout: float = TIMEOUT_SECS) -> None:
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
        self.etag: str | None = None
        self._head, self._size = self._first()

    @property
    def size(self) -> int:
        return self._size

    def fetch(self, start: int, end: int) -> bytes:
        if end <= len(self._head):
            return self._head[start:end]
        body, _ = self._get(start, end)
        if len(body) != end - start:
            raise ProviderUnavailable(f"{self._shown} sent {len(body)} of {end - start} bytes")
        return body

    def close(self) -> None:
        self._connection.close()

    def _first(self) -> tuple[bytes, int]:
        """The first block and the file's size, with one request."""
        body, content_range = self._get(0, BLOCK)
        match = _CONTENT_RANGE.fullmatch(content_range)
        if match is None:
            raise InvalidMedia(f"{self._shown} does not honour byte ranges, so it cannot be read in parts")
        return body, int(match[3])

    def _get(self, start: int, end: int) -> tuple[bytes, str]:
        headers = {**self._headers, "Range": f"bytes={start}-{end - 1}"}
        for last in (False, True):
            try:
                self._connection.request("GET", self._target, headers=headers)
                response = self._connection.getresponse()
                if response.status == http.client.PARTIAL_CONTENT:
                    self.etag = response.headers.get("ETag")
                    return response.read(), response.headers.get("Content-Range", "")
                self._connection.close()  # the body of an answer we did not ask for may be the whole file
                raise _refusal(response.status, self._shown)
            except (OSError, http.client.HTTPException) as error:
                self._connection.close()
                if last:  # the first failure may be a kept-open connection that the server closed
                    raise ProviderUnavailable(
                        f"{self._shown} cannot be read: {error or type(error).__name__}"
                    ) from error
        raise AssertionError("unreachable")


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
