"""/files, /media and /artwork: bytes of items, whatever provider they come from."""

import mimetypes
from typing import Any

from pydantic import BaseModel, Field
from quart import Response, request
from typing_extensions import TypedDict

from ktv_host.api.guard import Admin, SignedAddress
from ktv_host.api.media_body import serve_file
from ktv_host.api.relayed_body import asked_for, relayed_response
from ktv_host.api.reply import Reply
from ktv_host.api.route import Call, Raw, Route
from ktv_host.domain.media import HlsUrl, LocalFile
from ktv_host.services.library.sync_pass import SyncWish
from ktv_host.services.live.hls_relay import Playlist

MEDIA_SECS, PICTURE_SECS = 3600, 86400
HLS = "application/vnd.apple.mpegurl"


class RescanQuery(BaseModel):
    provider: str | None = Field(None, description="id of one provider instance; default all that can rescan")


class ArtworkQuery(BaseModel):
    width: int | None = Field(None, ge=1, le=10_000, description="a JPEG of about this width, and never a wider one")


class RescanBody(TypedDict):
    items_found: int


async def stream(call: Call[None, None]) -> Reply | Response:
    media_id = call.path["media_id"]
    source = await call.host.media.source(media_id)
    if isinstance(source, LocalFile):
        guessed = mimetypes.guess_type(source.path)[0] or "application/octet-stream"
        return await serve_file(
            source.path, guessed, request.headers, request.method, cache_control=caching(call, MEDIA_SECS)
        )
    if isinstance(source, HlsUrl):
        return Reply(None, 307, {"Location": call.host.hls.address(media_id, source), "Cache-Control": "no-store"})
    upstream = await call.host.media.relay(source, request.method, asked_for(request.headers))
    return relayed_response(upstream, request.method, cache_control=caching(call, MEDIA_SECS))


async def hls(call: Call[None, None]) -> Reply | Response:
    asked = asked_for(request.headers)
    found = await call.host.hls.fetch(call.path["media_id"], call.path["sealed"], request.method, asked)
    if isinstance(found, Playlist):
        return Response(found.text, headers={"Cache-Control": "no-store"}, content_type=HLS)
    return relayed_response(found, request.method, cache_control="no-store")


async def artwork(call: Call[ArtworkQuery, None]) -> Response:
    picture = await call.host.artwork.picture(call.path["media_id"], call.query.width)
    path, media_type = str(picture.path), picture.media_type
    return await serve_file(
        path, media_type, request.headers, request.method, cache_control=caching(call, PICTURE_SECS)
    )


def caching(call: Call[Any, Any], seconds: int) -> str:
    """A signature is access for whoever has the address, so caches of many may keep what is behind it."""
    whose = "public" if call.caller.user_id is None else "private"
    return f"{whose}, max-age={seconds}"


async def rescan(call: Call[RescanQuery, None]) -> Reply:
    found = 0
    for instance_id in call.host.library.capable("rescan", call.query.provider):
        found += (await call.host.syncing.run(instance_id, SyncWish(rescan=True))).seen
    return Reply(RescanBody(items_found=found))


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
        "/files/hls/<media_id>/<sealed>/<name>",
        hls,
        "A playlist the media server makes of an item, or a part of it; addresses come from /files/stream",
        SignedAddress("media"),
        {200: Raw(HLS, "A playlist, or bytes it names"), 206: BYTES, 304: None},
        errors=(416, 503),
    ),
    Route(
        "GET",
        "/artwork/<media_id>",
        artwork,
        "An item's picture, as it is or smaller",
        SignedAddress("artwork"),
        {200: Raw("image/*", "The picture"), 206: Raw("image/*", "Part of it"), 304: None},
        query=ArtworkQuery,
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
