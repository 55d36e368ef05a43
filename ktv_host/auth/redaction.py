"""Masks credentials in what goes to a log."""

import re
from collections.abc import Mapping
from typing import Any

MASK = "***"
# names of fields, parameters and headers whose value is a credential
_NAMED = (
    r"[a-z0-9_-]*token|[a-z0-9_-]*password|passwd|[a-z0-9_-]*secret|[a-z0-9_-]*api[_-]?key|sig|signature"
    r"|[a-z0-9_-]*grant|code_verifier"
)
_SENSITIVE = re.compile(rf"(?:{_NAMED}|authorization|(?:set-)?cookie|[a-z0-9_-]*password_hash)", re.IGNORECASE)
# with = in addresses and log fields, with : in headers and JSON, with %3D in addresses inside addresses
_ASSIGNED = re.compile(
    rf"""(?<![a-z0-9])((?:{_NAMED})\\?["']?\s*(?:=|:|%3D)\s*(?:b(?=["']))?)"""
    r"""(?:(?P<quote>\\"|"|').*?(?P=quote)|[^&\s"'\\,;}\])<>]+)""",
    re.IGNORECASE,
)
_PATTERNS = tuple(
    (re.compile(pattern, re.IGNORECASE), replacement)
    for pattern, replacement in (
        (r"((?:set-)?cookie\\?[\"']?\s*[:=]\s*\\?[\"']?)[^\r\n\"']+", rf"\1{MASK}"),
        (r"\b((?:bearer|basic)\s+)[a-z0-9._~+/=-]{4,}", rf"\1{MASK}"),
        (r"([?&](?:code|state|nonce)=)[^&\s\"'\\]+", rf"\1{MASK}"),
        (r"\beyJ[a-z0-9_-]{5,}\.[a-z0-9_-]{5,}(?:\.[a-z0-9_-]*)*", MASK),  # JWT and JWE
        (r"\bktv_[a-z0-9_-]{40,}", MASK),  # personal tokens
        (r"\biptv\.[^\s./]+\.[0-9]+\.[a-z0-9_-]{20,}", MASK),  # IPTV grants
        (r"\b([0-9]{9,12}-)[a-z0-9_-]{22}(?![a-z0-9_-])", rf"\1{MASK}"),  # viewing grants, segment addresses
        (r"\$argon2[a-z]*\$[^\s\"']+", MASK),
        (r"\bgAAAA[a-z0-9_-]{20,}={0,2}", MASK),  # sealed values
        (r"(://[^/:@\s]*:)[^@/\s]+@", rf"\1{MASK}@"),
    )
)


def redact(text: str) -> str:
    """The text with tokens, keys, signatures, grants and passwords replaced by ``***``."""
    text = _ASSIGNED.sub(lambda found: f"{found[1]}{found['quote'] or ''}{MASK}{found['quote'] or ''}", text)
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def masked(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with the values of sensitive names replaced, at any depth."""
    return {key: MASK if is_sensitive(key) else _masked_value(value) for key, value in fields.items()}


def is_sensitive(name: object) -> bool:
    return isinstance(name, str) and _SENSITIVE.fullmatch(name) is not None


def _masked_value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return masked(value)
    if isinstance(value, list | tuple):
        return [_masked_value(each) for each in value]
    return value
