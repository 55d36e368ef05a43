"""Versions of Jellyfin: dotted numbers, compared as such. After 10.11 comes 12.0."""

import re

Version = tuple[int, ...]

OLDEST: Version = (10, 8)
USER_VIEWS: Version = (10, 9)  # /UserViews instead of /Users/{id}/Views
MEDIA_SEGMENTS: Version = (10, 10)

_NUMBERS = re.compile(r"\d{1,9}(?:\.\d{1,9})*")


def parse_version(text: object) -> Version | None:
    """``10.8.13`` or ``12.0.0-rc5`` as numbers; None when it does not begin with one."""
    found = _NUMBERS.match(text) if isinstance(text, str) else None
    return tuple(map(int, found[0].split("."))) if found else None
