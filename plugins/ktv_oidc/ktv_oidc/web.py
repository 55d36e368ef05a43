"""Requests to the identity provider: one address, one JSON object, in ten seconds."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientError, ClientResponse, ClientTimeout
from yarl import URL

from ktv_host.hooks import Http, Unavailable

TIMEOUT = ClientTimeout(total=10)
LARGEST = 1 << 20
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Answer:
    """``body`` is empty when the provider sent no JSON object."""

    status: int
    body: Mapping[str, Any]

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


async def ask(
    http: Http,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
) -> Answer:
    """Raises Unavailable, naming scheme, host and port, when there is no answer to go by. No redirect is followed."""
    where = URL(url).origin()
    try:
        async with http(url).request(
            method,
            URL(url, encoded=True),
            headers={"Accept": "application/json", **(headers or {})},
            data=form,
            timeout=TIMEOUT,
            allow_redirects=False,
        ) as response:
            text = await _read(response)
    except (ClientError, TimeoutError, OSError):
        # not told why: the reasons of HTTP libraries quote requests
        raise Unavailable(f"the identity provider at {where} does not answer") from None
    if 300 <= response.status < 400:
        raise Unavailable(f"the identity provider at {where} answers with a redirect, which is not followed")
    if response.status == 429 or response.status >= 500 or text is None:
        raise Unavailable(f"the identity provider at {where} is in trouble (it answers {response.status})")
    return Answer(response.status, _object(text))


async def _read(response: ClientResponse) -> bytes | None:
    """None when it is too long to be an answer of ours."""
    body = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        body += chunk
        if len(body) > LARGEST:
            response.close()
            return None
    return bytes(body)


def _object(text: bytes) -> Mapping[str, Any]:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
