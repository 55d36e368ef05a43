"""Is all of a file there? Decided from its declared sizes, without reading it."""

_EBML = b"\x1a\x45\xdf\xa3"
_SEGMENT = b"\x18\x53\x80\x67"
HEAD = 4096  # bytes that are enough to see what a container declares


def declared_size(head: bytes) -> int | None:
    """The least size a Matroska or AVI file declares in its first bytes; None when it does not say."""
    if head[:4] == b"RIFF":
        return 8 + int.from_bytes(head[4:8], "little")
    if head[:4] == _EBML:
        return _matroska_size(head)
    return None


def _matroska_size(head: bytes) -> int | None:
    size = _vint(head, 4)
    if size is None:
        return None
    position = size[1] + size[0]
    segment = _vint(head, position + 4) if head[position : position + 4] == _SEGMENT else None
    return None if segment is None else segment[1] + segment[0]


def _vint(head: bytes, position: int) -> tuple[int, int] | None:
    """An EBML number and where it ends; None when it is cut off or means "unknown"."""
    if position >= len(head) or not head[position]:
        return None
    length = 9 - head[position].bit_length()
    if position + length > len(head):
        return None
    mask = (1 << 7 * length) - 1
    value = int.from_bytes(head[position : position + length], "big") & mask
    return None if value == mask else (value, position + length)
