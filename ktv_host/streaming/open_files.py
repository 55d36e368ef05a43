"""The containers a worker process keeps open, so that the next segment of an item costs one seek."""

import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from av.container import InputContainer

from ktv_host.domain.media import LocalFile, MediaSource
from ktv_host.errors import InvalidMedia
from ktv_host.streaming.assets import asset_key
from ktv_host.streaming.containers import close_media, open_media, readable_errors

LIMIT = 16
IDLE_SECS = 300.0


@dataclass(slots=True)
class _Kept:
    container: InputContainer
    used: float


_kept: OrderedDict[tuple[str, str], _Kept] = OrderedDict()


@contextmanager
def kept_open(source: MediaSource, asset: str) -> Iterator[InputContainer]:
    """The container of this asset, opened now or before. After an error it is opened afresh.

    Raises InvalidMedia when the file is no longer the one its plan was made for.
    """
    key = (source.path if isinstance(source, LocalFile) else source.url, asset)
    kept = _kept.pop(key, None)
    if kept is None:
        if asset_key(source) != asset:
            raise InvalidMedia("the file has changed since its plan was made")
        kept = _Kept(open_media(source), 0.0)
    try:
        with readable_errors(source):
            yield kept.container
    except BaseException:
        close_media(kept.container)
        raise
    kept.used = time.monotonic()
    _kept[key] = kept
    _trim(kept.used)


def _trim(now: float) -> None:
    while _kept and (len(_kept) > LIMIT or next(iter(_kept.values())).used < now - IDLE_SECS):
        _, oldest = _kept.popitem(last=False)
        close_media(oldest.container)


def close_all() -> None:
    """Forget every container, so that files can be removed or unmounted."""
    while _kept:
        close_media(_kept.popitem()[1].container)
