"""The Range header (RFC 9110, section 14). Pure."""

import re
import sys
from dataclasses import dataclass

# More ranges than this is no player but somebody who wants us to work: the last element is then malformed.
_MOST_RANGES = 32
_SPEC = re.compile(r"([0-9]*)-([0-9]*)")


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Bytes [start, stop) of a file."""

    start: int
    stop: int

    def __len__(self) -> int:
        return self.stop - self.start

    def content_range(self, size: int) -> str:
        return f"bytes {self.start}-{self.stop - 1}/{size}"


class Unsatisfiable(ValueError):
    """The header is well formed, but no byte of the file lies in what it asks for (416)."""


def parse_range(header: str | None, size: int) -> ByteRange | None:
    """What to send of a file of ``size`` bytes; None is the whole file.

    A header that is malformed, of another unit or asks for several ranges is ignored, which a server may do;
    several ranges of which one is satisfiable are that one. Raises Unsatisfiable.
    """
    specs = _specs(header)
    if not specs or not size:
        # Nothing can be cut from an empty file: the whole of it answers every request.
        return None
    found = [cut for first, last in specs if (cut := _cut(first, last, size))]
    if not found:
        raise Unsatisfiable
    return found[0] if len(found) == 1 else None


def _specs(header: str | None) -> list[tuple[int | None, int | None]]:
    """(first, last) pairs as written; a suffix has no first, an open range no last. Empty when malformed."""
    unit, _, rest = (header or "").partition("=")
    if unit.strip().lower() != "bytes":
        return []
    specs: list[tuple[int | None, int | None]] = []
    for part in rest.split(",", _MOST_RANGES - 1):
        text = part.strip(" \t")
        if not text:
            continue  # a list may have empty elements
        match = _SPEC.fullmatch(text)
        first, last = (_number(digits) for digits in match.groups()) if match else (None, None)
        if (first is None and last is None) or (first is not None and last is not None and last < first):
            return []
        specs.append((first, last))
    return specs


def _number(digits: str) -> int | None:
    """The number, or one beyond every file: int() refuses thousands of digits."""
    if not digits:
        return None
    significant = digits.lstrip("0") or "0"
    return int(significant) if len(significant) < 19 else sys.maxsize


def _cut(first: int | None, last: int | None, size: int) -> ByteRange | None:
    """The part of the file one spec names, or None when it lies outside."""
    if first is None:
        return ByteRange(max(size - last, 0), size) if last else None
    stop = size if last is None else min(last + 1, size)
    return ByteRange(first, stop) if first < stop else None
