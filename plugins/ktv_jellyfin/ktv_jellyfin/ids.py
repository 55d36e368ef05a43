"""Ids: Jellyfin writes them with and without dashes."""

import re
from uuid import UUID

_KEY = re.compile(r"[A-Za-z0-9._~-]{1,200}")
_HEX = re.compile(r"[0-9a-f]{32}")


def item_key(text: object) -> str | None:
    """One spelling for an id, fit to be a key; None for what cannot be one."""
    if not isinstance(text, str):
        return None
    if _HEX.fullmatch(text):
        return text
    bare = text.replace("-", "").lower()
    if _HEX.fullmatch(bare):
        return bare
    return text if _KEY.fullmatch(text) else None


def dashed(key: str) -> str:
    """As the API's documents write it. Not every id is a GUID: those stay."""
    return str(UUID(hex=key)) if _HEX.fullmatch(key) else key


def is_guid(text: str) -> bool:
    return _HEX.fullmatch(text.replace("-", "").lower()) is not None
