"""Pictures: what bytes of an unknown origin are, told by how they begin."""

import re
from dataclasses import dataclass

SVG = "image/svg+xml"
_BEGINNINGS = (
    ("image/png", re.compile(rb"\x89PNG\r\n\x1a\n")),
    ("image/jpeg", re.compile(rb"\xff\xd8\xff")),
    ("image/gif", re.compile(rb"GIF8[79]a")),
    ("image/webp", re.compile(rb"RIFF....WEBP", re.DOTALL)),
    ("image/avif", re.compile(rb"....ftypavi[fs]", re.DOTALL)),
    ("image/x-icon", re.compile(rb"\x00\x00\x01\x00")),
    (SVG, re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!--|!DOCTYPE\s+svg|svg)", re.IGNORECASE)),
)


@dataclass(frozen=True, slots=True)
class Picture:
    media_type: str
    data: bytes


def picture_type(data: bytes) -> str | None:
    """The media type, whatever its sender says; None for what no browser shows as a picture."""
    return next((kind for kind, beginning in _BEGINNINGS if beginning.match(data)), None)
