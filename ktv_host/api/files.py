"""/files, /media and /artwork: bytes of items, whatever provider they come from."""

import mimetypes

from pydantic import BaseModel, Field
from quart import Response, request
from typing_extensions import TypedDict

from ktv_host.api.guard import Admin, SignedAddress
from ktv_host.api.media_body import serve_file
from ktv_host.api.reply import Reply
from ktv_host.api.route import Call, Raw, Route
from ktv_host.domain.media import Artwork, HlsUrl, HttpFile, LocalFile, MediaSource
from ktv_host.host import Host

PRIVATE = "private, max-age=3600"


class RescanQuery(BaseModel):
    provider: str | None = Field(None, description="id of one provider instance; default all that can rescan")


class RescanBody(TypedDict):
    items_found: int


async def stream(call: Call[None, None]) -> Reply | Response:
    return await _send(call.host, await call.host.media.source(call.path["media_id"]), None)


async def artwork(call: Call[None, None]) -> Reply | Response:
    picture: Artwork = await call.host.media.artwork(call.path["media_id"])
    return await _send(call.host, picture.source, picture.media_type)


async def rescan(call: Call[RescanQuery, None]) -> Reply:
    found = 0
    for instance_id in call.host.library.capable("rescan", call.query.provider):
        found += (await call.host.syncing.run(instance_id, full=True)).seen
    return Reply(RescanBody(items_found=found))


async def _send(host: Host, source: MediaSource, media_type: str | None) -> Reply | Response:
    if isinstance(source, LocalFile):
        guessed = media_type or mimetypes.guess_type(source.path)[0] or "application/octet-stream"
        return await serve_file(source.path, guessed, request.headers, request.method, cache_control=PRIVATE)
    if isinstance(source, HlsUrl):
        return Reply(None, 307, {"Location": source.url})
    return await _relay(host, source)


async def _relay(host: Host, source: HttpFile) -> Response:
    upstream = await host.media.relay(source, request.method, dict(request.headers))
    if request.method == "HEAD" or upstream.status == 304:
        upstream.close()
        return Response(b"", status=upstream.status, headers=dict(upstream.headers))
    response = Response(upstream.chunks(), status=upstream.status, headers=dict(upstream.headers))
    response.timeout = None
    return response


BYTES = Raw("video/*", "The bytes of the item; Range is honoured")
ANSWERS = {200: BYTES, 206: BYTES, 304: None, 307: None}
ROUTES = (
    Route(
        "GET",
        "/files/stream/<media_id>",
        stream,
        "Bytes of an item, with Range",
        SignedAddress("media"),
        ANSWERS,
        errors=(416,),
    ),
    Route("GET", "/media/<media_id>", stream, "The same", SignedAddress("media"), ANSWERS, errors=(416,), tag="files"),
    Route(
        "GET",
        "/artwork/<media_id>",
        artwork,
        "An item's picture",
        SignedAddress("artwork"),
        {200: Raw("image/*", "The picture"), 206: Raw("image/*", "Part of it"), 304: None},
        errors=(416,),
        tag="files",
    ),
    Route(
        "POST",
        "/files/rescan",
        rescan,
        "Look at every file again and wait for the result",
        Admin(),
        {200: RescanBody},
        query=RescanQuery,
        errors=(404, 409, 501),
    ),
)
