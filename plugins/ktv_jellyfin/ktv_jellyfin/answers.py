"""What an answer means: JSON, or why there is none, in words. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import orjson

from ktv_host.hooks import MediaGone, ProviderAuthFailed, ProviderConfigInvalid, ProviderUnavailable

_STARTING_SECONDS = 5
_LONGEST_WAIT = 120


class Overburdened(ProviderUnavailable):
    """It took too long, failed inside or broke off: less at once may work."""


class Starting(ProviderUnavailable):
    """503: the server is there and asks for patience."""


class Refused(ProviderAuthFailed):
    """401: the token does not hold. Asked again with a new one it may."""


class Misplaced(ProviderConfigInvalid):
    """Something answers at the address, but not Jellyfin's API."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    media_type: str = ""
    body: bytes = b""
    date: str | None = None
    retry_after: str | None = None
    location: str | None = None


def understand(answer: Answer, asked: str, decode: Callable[[bytes], Any] = orjson.loads) -> Any:
    """The JSON of a good answer, or None when it has no body. ``asked`` names the request, without its values.

    ``decode`` raises ValueError for what is no JSON.

    Raises Refused (401), ProviderAuthFailed, MediaGone (404 of the API), Misplaced, Overburdened,
    ProviderUnavailable, ProviderConfigInvalid.
    """
    if 200 <= answer.status < 300:
        return _json(answer, asked, decode)
    raise refusal(answer, asked)


def refusal(answer: Answer, asked: str) -> Exception:
    status = answer.status
    if 300 <= status < 400:
        place = f" to {answer.location}" if answer.location else ""
        return Misplaced(f"the server redirects{place}; use the address it leads to")
    if status == 401:
        return Refused("Jellyfin refused the credentials")
    if status == 403:
        return ProviderAuthFailed(f"Jellyfin does not allow this account to ask for {asked}")
    if status == 404:
        if "html" in answer.media_type:
            return Misplaced(_not_jellyfin(f"it answers {asked} with a page for browsers (404)"))
        return MediaGone(f"Jellyfin does not have this ({asked})")
    if status == 503:
        return Starting("Jellyfin is starting up or busy (503)", retry_after(answer))
    if status == 429:
        return Overburdened("Jellyfin, or a proxy before it, asks for fewer requests (429)", retry_after(answer))
    if status in (502, 504):
        return Overburdened(f"a proxy answers that Jellyfin is not there ({status})", retry_after(answer))
    if status >= 500:
        return Overburdened(f"Jellyfin failed at {asked} ({status}); its log says why")
    return ProviderUnavailable(f"Jellyfin answered {asked} with {status}")


def retry_after(answer: Answer) -> int:
    """Seconds; Jellyfin writes ``005``."""
    text = (answer.retry_after or "").strip()
    return min(int(text), _LONGEST_WAIT) if text.isascii() and text.isdigit() else _STARTING_SECONDS


def server_time(answer: Answer) -> datetime | None:
    try:
        found = parsedate_to_datetime(answer.date or "")
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _json(answer: Answer, asked: str, decode: Callable[[bytes], Any]) -> Any:
    if not answer.body:
        return None
    if "json" not in answer.media_type:
        kind = "a page for browsers" if "html" in answer.media_type else answer.media_type or "something without a type"
        raise Misplaced(_not_jellyfin(f"it answers {asked} with {kind}"))
    try:
        return decode(answer.body)
    except ValueError:
        raise Overburdened(f"the answer to {asked} broke off") from None


def _not_jellyfin(what: str) -> str:
    return f"this is not Jellyfin's API: {what}; is the path prefix right, and is a proxy or a login page in between?"
