"""Return addresses: where a browser may go with the outcome of a sign-in."""

import re
from collections.abc import Iterable
from urllib.parse import SplitResult, unquote, urlsplit

from ktv_host.errors import FieldError, Invalid

LONGEST = 1024  # it travels in a cookie
UNSAFE = re.compile(r"[^!-~]|[\\#]")  # blanks, control characters, anything browsers read in more than one way
PORTS = {"http": 80, "https": 443}


def return_address(asked: str, public_url: str, origins: Iterable[str]) -> str:
    """The absolute address for what somebody asked to return to.

    That is a path of ours, with or without the base path of ``public_url``, or an address at one of ``origins``. Raises
    Invalid for anything else. Paths of the API are refused too: some of them redirect, and browsers take the fragment
    along.
    """
    if len(asked) > LONGEST or UNSAFE.search(asked):
        raise _refused()
    parts, ours = _split(asked), _split(public_url)
    if asked.startswith("/") and not asked.startswith("//"):
        return _below(ours, parts)
    if parts.scheme not in PORTS or not parts.hostname or "@" in parts.netloc:
        raise _refused()
    if _origin(parts) == _origin(ours):
        return _below(ours, parts)
    if _origin(parts) in {_origin(_split(origin)) for origin in origins if origin != "*"}:
        return asked
    raise _refused()


def _below(ours: SplitResult, asked: SplitResult) -> str:
    path, base = asked.path or "/", ours.path.rstrip("/")
    inside = path.removeprefix(base) if path == base or path.startswith(base + "/") else path
    segments = unquote(inside).replace("\\", "/").split("/")
    if ".." in segments or "." in segments or "api" in segments[1:2]:
        raise _refused()
    return ours._replace(path=base + inside, query=asked.query, fragment="").geturl()


def _split(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018  raises for what is no port
    except ValueError:
        raise _refused() from None
    return parts


def _origin(parts: SplitResult) -> tuple[str, str, int | None]:
    return parts.scheme, parts.hostname or "", parts.port or PORTS.get(parts.scheme)


def _refused() -> Invalid:
    message = "must be a path of this server, or an address at one of CORS_ALLOWED_ORIGINS, without a fragment"
    return Invalid(f"return_to {message}", [FieldError("return_to", message)])
