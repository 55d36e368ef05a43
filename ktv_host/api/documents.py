"""Documents of exporters as responses: ETag, 304, gzip, HEAD."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from quart import Response
from werkzeug.datastructures import Headers

from ktv_host.api.conditional import Validators, accepts_gzip, early_answer, judge
from ktv_host.api.packed import Packed, pack

# A guide carries somebody's credential in its links, and is asked for again by the same player only.
PRIVATE = "private, no-cache"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """A document for one viewer. ``render`` makes it, as often as it is called.

    ``name`` and ``viewer`` say whose it is: two viewers never share one, their links differ. ``revision`` names
    the content: the same name, viewer and revision is the same bytes, and such are rendered once. None when nobody
    can tell without rendering.
    """

    name: str
    viewer: str
    revision: str | None
    media_type: str
    render: Callable[[], AsyncIterator[bytes]]


class Documents:
    """Serves documents and keeps the last ones, compressed, up to ``capacity`` bytes."""

    def __init__(self, capacity: int = 64 << 20) -> None:
        self._capacity = capacity
        self._kept: OrderedDict[tuple[str, str], tuple[str, Packed]] = OrderedDict()
        self._kept_bytes = 0
        self._packing: dict[tuple[str, str, str], asyncio.Task[Packed]] = {}

    async def serve(
        self, rendering: Rendering, method: str, headers: Headers, *, cache_control: str = PRIVATE
    ) -> Response:
        packed = await self._packed(rendering)
        return document_response(packed, rendering.media_type, method, headers, cache_control)

    async def _packed(self, rendering: Rendering) -> Packed:
        if rendering.revision is None:
            return await pack(rendering.render())
        place = (rendering.name, rendering.viewer)
        kept = self._kept.get(place)
        if kept is not None and kept[0] == rendering.revision:
            self._kept.move_to_end(place)
            return kept[1]
        flight = (*place, rendering.revision)
        task = self._packing.get(flight)
        if task is None:
            # A task of its own, so that whoever asked first may hang up without failing the others.
            task = self._packing[flight] = asyncio.ensure_future(pack(rendering.render()))
            task.add_done_callback(lambda done: self._landed(flight, done))
        return await asyncio.shield(task)

    def _landed(self, flight: tuple[str, str, str], done: asyncio.Task[Packed]) -> None:
        del self._packing[flight]
        if not done.cancelled() and done.exception() is None:
            name, viewer, revision = flight
            self._keep((name, viewer), revision, done.result())

    def _keep(self, place: tuple[str, str], revision: str, packed: Packed) -> None:
        former = self._kept.pop(place, None)
        self._kept_bytes -= len(former[1].gzipped) if former else 0
        self._kept[place] = (revision, packed)
        self._kept_bytes += len(packed.gzipped)
        while self._kept_bytes > self._capacity:
            _, (_, oldest) = self._kept.popitem(last=False)
            self._kept_bytes -= len(oldest.gzipped)


def document_response(packed: Packed, media_type: str, method: str, headers: Headers, cache_control: str) -> Response:
    """The answer to one request. The gzip form has an ETag of its own: its bytes are others."""
    gzip = accepts_gzip(headers.get("Accept-Encoding"))
    validators = Validators(f'"{packed.digest}-gzip"' if gzip else f'"{packed.digest}"')
    shared = {**validators.headers(), "Vary": "Accept-Encoding", "Cache-Control": cache_control}
    if (answer := early_answer(judge(method, headers, validators), shared)) is not None:
        return answer
    shared["Content-Length"] = str(len(packed.gzipped) if gzip else packed.size)
    if gzip:
        shared["Content-Encoding"] = "gzip"
    body = packed.gzipped if gzip else packed.plain()
    response = Response(None if method == "HEAD" else body, headers=shared, content_type=media_type)
    response.timeout = None  # the client sets the pace; hypercorn cuts a transfer off after a minute otherwise
    return response
