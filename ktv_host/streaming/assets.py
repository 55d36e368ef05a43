"""Content keys: the same bytes have the same key wherever they lie."""

import os
from hashlib import blake2b
from pathlib import Path

from ktv_host.domain.media import HttpFile, LocalFile, MediaSource
from ktv_host.errors import InvalidMedia
from ktv_host.streaming.http_ranges import HttpRanges
from ktv_host.streaming.reader import Ranges

_EDGE = 64 << 10


def asset_key(source: MediaSource) -> str:
    """20 hex digits that change when the media does, from its size, age and edges: cheap for a film of any size.

    Raises InvalidMedia, MediaGone or ProviderUnavailable.
    """
    if isinstance(source, LocalFile):
        return _local_key(source.path)
    if isinstance(source, HttpFile):
        ranges = HttpRanges(source, head=_EDGE)
        try:
            return remote_key(source, ranges)
        finally:
            ranges.close()
    raise InvalidMedia("the media server has no plain file of it, only a stream that it makes; channels air files")


def _local_key(path: str) -> str:
    try:
        with Path(path).open("rb") as file:
            state = os.fstat(file.fileno())
            head = file.read(_EDGE)
            file.seek(max(0, state.st_size - _EDGE))
            tail = file.read(_EDGE)
    except OSError as error:
        raise InvalidMedia(f"{Path(path).name}: it cannot be read ({error.strerror})") from error
    return _digest(str(state.st_size), str(state.st_mtime_ns), head, tail)


def remote_key(source: HttpFile, ranges: Ranges) -> str:
    """The ETag the provider named stands for the age; a server's own may differ from answer to answer."""
    head = ranges.fetch(0, min(_EDGE, ranges.size))
    tail = ranges.fetch(max(0, ranges.size - _EDGE), ranges.size)
    return _digest(str(ranges.size), source.etag or "", head, tail)


def _digest(size: str, age: str, head: bytes, tail: bytes) -> str:
    digest = blake2b(digest_size=10)
    for part in (size.encode(), age.encode(), head, tail):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()
