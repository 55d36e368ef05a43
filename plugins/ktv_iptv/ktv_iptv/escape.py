"""Any text made safe for an XML element, an XML attribute or a line of M3U.

Titles come from files and from other people's servers: they may hold anything a Python string can. What XML 1.0
cannot carry (control characters, lone surrogates, the two non-characters) is dropped, so is what would end a line.
"""

from collections.abc import Mapping

_FORBIDDEN: Mapping[int, None] = dict.fromkeys(
    code
    for code in (*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF)
    if not chr(code).isspace()
)
_XML: Mapping[int, str | None] = {
    **_FORBIDDEN,
    ord("&"): "&amp;",
    ord("<"): "&lt;",
    ord(">"): "&gt;",
    ord('"'): "&quot;",
}
# The comma ends the attributes for some players and starts the name for others, wherever it stands.
_M3U: Mapping[int, str | None] = {**_FORBIDDEN, ord('"'): "'", ord(","): " "}
_URL: Mapping[int, str] = {
    code: f"%{code:02X}" for code in (*range(0x21), 0x7F, ord('"'), ord("<"), ord(">"), ord("\\"))
}


def line(text: str) -> str:
    """One line of text for an XML element or attribute."""
    # Printable means no control, no surrogate and no white space but a plain blank: most titles end here.
    if text.isprintable() and not ("&" in text or "<" in text or ">" in text or '"' in text):
        return text.strip()
    return " ".join(text.translate(_XML).split())


def prose(text: str) -> str:
    """Text for an XML element that may have several lines."""
    if text.isprintable() and not ("&" in text or "<" in text or ">" in text):
        return text.strip()
    return "\n".join(" ".join(row.split()) for row in text.translate(_XML).strip().splitlines())


def label(text: str) -> str:
    """One line of text for an M3U attribute or an M3U name."""
    return " ".join(text.translate(_M3U).split())


def address(url: str) -> str:
    """A URL that stays one word inside quotes."""
    return url.translate(_URL)
