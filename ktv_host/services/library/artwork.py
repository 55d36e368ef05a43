"""Pictures of items, whatever provider they come from: kept in a cache, never larger than allowed."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ktv_host.domain.media import Artwork, HttpFile, LocalFile
from ktv_host.errors import InvalidMedia, NotFound, ProviderUnavailable, WorkerCrashed
from ktv_host.hooks import Http, Workers
from ktv_host.outbound.picture_cache import SUFFIXES, KeptPicture, PictureCache
from ktv_host.outbound.relay import relay
from ktv_host.outbound.thumbnails import allowed_width, shrunk
from ktv_host.services.library.media import Media
from ktv_host.services.library.pictures import picture_type

FRESH_SECS = 300.0  # how long an item's picture is taken for the same without asking its provider
MOST_KNOWN = 20_000
MOST_BYTES = 12 * 1024 * 1024


class ArtworkCache:
    def __init__(
        self,
        media: Media,
        cache: PictureCache,
        http: Http,
        workers: Workers,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._media = media
        self._cache = cache
        self._http = http
        self._workers = workers
        self._monotonic = monotonic
        self._known: dict[str, tuple[float, Artwork]] = {}
        self._making: dict[str, asyncio.Task[KeptPicture]] = {}

    async def picture(self, media_id: str, width: int | None = None) -> KeptPicture:
        """The item's picture as a file of this machine; with a width, a JPEG of at most the next of a few widths.

        Raises NotFound when there is none, or nothing that can be shown; Unavailable while its provider is.
        """
        artwork = await self._artwork(media_id)
        if width is None:
            return await self._whole(artwork)
        step = allowed_width(width)
        name = f"{await asyncio.to_thread(_name, artwork)} {step}"
        return await self._made(name, lambda: self._smaller(artwork, name, step))

    async def sweep(self) -> None:
        await asyncio.to_thread(self._cache.sweep)

    async def close(self) -> None:
        for task in list(self._making.values()):
            task.cancel()
        await asyncio.gather(*self._making.values(), return_exceptions=True)

    async def _artwork(self, media_id: str) -> Artwork:
        now = self._monotonic()
        known = self._known.get(media_id)
        if known is not None and now - known[0] < FRESH_SECS:
            return known[1]
        artwork = await self._media.artwork(media_id)
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[media_id] = now, artwork
        return artwork

    async def _whole(self, artwork: Artwork) -> KeptPicture:
        if isinstance(artwork.source, LocalFile):
            return await asyncio.to_thread(_local, artwork.source)
        source, name = artwork.source, _name(artwork)
        return await self._made(name, lambda: self._fetched(source, name))

    async def _made(self, name: str, make: Callable[[], Coroutine[Any, Any, KeptPicture]]) -> KeptPicture:
        """From the cache; else made once, however many ask."""
        task = self._making.get(name)
        if task is None:
            task = asyncio.create_task(self._kept_or_made(name, make), name="artwork")
            self._making[name] = task
            task.add_done_callback(lambda _: self._making.pop(name, None))
        return await asyncio.shield(task)

    async def _kept_or_made(self, name: str, make: Callable[[], Coroutine[Any, Any, KeptPicture]]) -> KeptPicture:
        """The look belongs to the flight: one that looked before another landed would make it again."""
        kept = await asyncio.to_thread(self._cache.find, name)
        return await make() if kept is None else kept

    async def _smaller(self, artwork: Artwork, name: str, width: int) -> KeptPicture:
        whole = await self._whole(artwork)
        data = await asyncio.to_thread(_read, whole.path)
        try:
            small = await self._workers.run(shrunk, data, width)
        except (InvalidMedia, WorkerCrashed) as error:
            raise NotFound(f"the picture cannot be shown: {error.message}") from None
        return await asyncio.to_thread(self._cache.keep, name, "image/jpeg", small)

    async def _fetched(self, source: HttpFile, name: str) -> KeptPicture:
        parts = urlsplit(source.url)
        session = self._http(f"{parts.scheme}://{parts.netloc}", verify_tls=source.verify_tls)
        upstream = await relay(session, source, "GET", {})
        data = bytearray()
        try:
            if upstream.status != 200:
                raise ProviderUnavailable(f"the media server answered {upstream.status}")
            async for chunk in upstream.chunks():
                data += chunk
                if len(data) > MOST_BYTES:
                    raise NotFound("the picture is too large to be shown")
        finally:
            upstream.close()
        return await asyncio.to_thread(self._cache.keep, name, _shown_type(bytes(data[:16])), bytes(data))


def _name(artwork: Artwork) -> str:
    source = artwork.source
    if isinstance(source, HttpFile):
        return f"{source.url} {source.etag or ''}"
    try:
        status = Path(source.path).stat()
    except OSError:
        raise NotFound("the picture is not there any more") from None
    return f"{source.path} {status.st_size} {status.st_mtime_ns}"


def _local(source: LocalFile) -> KeptPicture:
    path = Path(source.path)
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError:
        raise NotFound("the picture is not there any more") from None
    return KeptPicture(path, _shown_type(head))


def _shown_type(head: bytes) -> str:
    """By how it begins, whatever anybody calls it; SVG is none: it may hold scripts."""
    media_type = picture_type(head)
    if media_type not in SUFFIXES:
        raise NotFound("this is no picture that can be shown")
    return media_type


def _read(path: Path) -> bytes:
    if path.stat().st_size > MOST_BYTES:
        raise NotFound("the picture is too large to be shown")
    return path.read_bytes()
