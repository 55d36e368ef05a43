"""The text of .nfo files: any encoding, unfriendly XML, several roots, addresses behind the end."""

import re
from html.entities import html5
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

MOST_BYTES = 2 << 20
_ROOT = re.compile(r"<(movie|tvshow|episodedetails|season|musicvideo)(?=[\s/>])", re.IGNORECASE)
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ENTITY = re.compile(r"&(?:#\d{1,7};|#x[0-9A-Fa-f]{1,6};|(?P<name>[A-Za-z][A-Za-z0-9]{0,30});)?")
_XML_NAMES = {"amp", "lt", "gt", "quot", "apos"}


class UnreadableNfo(Exception):
    """It is meant for us and cannot be read; the message says why, for a person."""


def read_roots(content: bytes) -> list[Element]:
    """The Kodi elements of an .nfo file. None when it is something else: an address, or a release group's art.

    Raises UnreadableNfo.
    """
    if len(content) > MOST_BYTES:
        raise UnreadableNfo(f"it is larger than {MOST_BYTES >> 20} MiB")
    text = _FORBIDDEN.sub(" ", decoded(content))
    found = _ROOT.search(text)
    if found is None:
        return []
    # what stands before the first element and behind the last one is no XML of ours: declarations, DTDs, addresses
    ends = [end.end() for end in re.finditer(rf"</{found[1]}\s*>|<{found[1]}\s*/>", text, re.IGNORECASE)]
    before = text.count("\n", 0, found.start())
    if not ends:
        raise UnreadableNfo(f"the element <{found[1]}> in line {before + 1} is not closed")
    body = text[found.start() : ends[-1]]
    try:
        return list(_parse(body))
    except ParseError:
        try:
            return list(_parse(_ENTITY.sub(_escaped, body)))
        except ParseError as error:
            line = error.position[0] + before
            raise UnreadableNfo(f"it is not well-formed XML (line {line})") from None


def decoded(content: bytes) -> str:
    """Text, whatever the file claims about itself: what is no UTF-8 is what Windows wrote."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return content.decode(encoding, errors="replace").lstrip("\ufeff")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    declared = _DECLARED.search(content[:300])
    name = declared[1].decode("ascii").lower() if declared else ""
    try:
        return content.decode("cp1252" if name in ("", "utf-8", "utf8") else name, errors="replace")
    except LookupError:
        return content.decode("cp1252", errors="replace")


def _parse(body: str) -> Element:
    try:
        parsed: Element = fromstring(f"<nfo>{body}</nfo>", forbid_dtd=True)
    except DefusedXmlException:
        raise UnreadableNfo("it defines entities, which nothing harmless needs") from None
    return parsed


def _escaped(found: re.Match[str]) -> str:
    """A bare & becomes text, HTML's &eacute; a letter."""
    name = found["name"]
    if name in _XML_NAMES or (name is None and len(found[0]) > 1):
        return found[0]
    if name is not None and f"{name};" in html5:
        letters = html5[f"{name};"]
        return "".join(f"&#{ord(letter)};" for letter in letters)
    return f"&amp;{found[0][1:]}"
