"""Conditional requests and gzip: what a client may be spared (RFC 9110, sections 12.5.3 and 13)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from quart import Response
from werkzeug.datastructures import Headers
from werkzeug.http import http_date, parse_date

from ktv_host.api.reply import Reply, respond

_ENTITY_TAG = re.compile(r'(W/)?("[^"]*")')
_SAFE = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Validators:
    """What names a state of a document: a strong ``etag`` with its quotes, ``modified`` in whole seconds."""

    etag: str
    modified: datetime | None = None

    def headers(self) -> dict[str, str]:
        if self.modified is None:
            return {"ETag": self.etag}
        return {"ETag": self.etag, "Last-Modified": http_date(self.modified)}


class Verdict(Enum):
    SEND = auto()
    NOT_MODIFIED = auto()  # 304
    FAILED = auto()  # 412


def judge(method: str, headers: Headers, validators: Validators) -> Verdict:
    """Evaluate the preconditions in the order of section 13.2.2; what cannot be read is ignored."""
    if (if_match := headers.get("If-Match")) is not None:
        if not _matches(if_match, validators.etag, weak=False):
            return Verdict.FAILED
    elif _changed_since(headers.get("If-Unmodified-Since"), validators) is True:
        return Verdict.FAILED
    if (if_none_match := headers.get("If-None-Match")) is not None:
        if _matches(if_none_match, validators.etag, weak=True):
            return Verdict.NOT_MODIFIED if method in _SAFE else Verdict.FAILED
    elif method in _SAFE and _changed_since(headers.get("If-Modified-Since"), validators) is False:
        return Verdict.NOT_MODIFIED
    return Verdict.SEND


def early_answer(verdict: Verdict, headers: Mapping[str, str]) -> Response | None:
    """The answer when nothing is to be sent; ``headers`` are those the document would have had."""
    if verdict is Verdict.NOT_MODIFIED:
        response = respond(Reply(None, 304, headers))
        response.headers.remove("Content-Length")  # it would speak of the document, and say 0
        return response
    if verdict is Verdict.FAILED:
        body = {"error": "precondition_failed", "message": "it is not the one If-Match names any more", "details": None}
        return respond(Reply(body, 412, headers))
    return None


def range_holds(if_range: str | None, validators: Validators) -> bool:
    """Whether the client's part is of the same document, so that its Range may be obeyed."""
    if if_range is None:
        return True
    text = if_range.strip()
    if text.startswith(('"', "W/")):
        return text == validators.etag
    # Only the very same date: an earlier file may have come back from a backup.
    return validators.modified is not None and parse_date(text) == validators.modified


def accepts_gzip(header: str | None) -> bool:
    """Whether Accept-Encoding allows gzip: by its name or, failing that, by ``*``."""
    weights: dict[str, float] = {}
    for element in (header or "").split(","):
        coding, *parameters = (part.strip().lower() for part in element.split(";"))
        weights[coding] = _weight(parameters)
    for coding in ("gzip", "x-gzip", "*"):
        if coding in weights:
            return weights[coding] > 0
    return False


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def _matches(header: str, etag: str, *, weak: bool) -> bool:
    """Whether a list of entity tags, or ``*``, names this one; a weak tag counts only in a weak comparison."""
    if header.strip() == "*":
        return True
    return any(tag == etag and (weak or not mark) for mark, tag in _ENTITY_TAG.findall(header))


def _changed_since(header: str | None, validators: Validators) -> bool | None:
    """None when there is no date to compare."""
    since = parse_date(header)
    if since is None or validators.modified is None:
        return None
    return validators.modified > since
