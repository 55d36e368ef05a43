"""/channels/:id/live.m3u8 and /seg: the linear stream."""

from datetime import datetime
from urllib.parse import quote

from quart import Response, request
from typing_extensions import TypedDict

from ktv_host.api.guard import Admin, OnChannel, Open
from ktv_host.api.media_body import serve_file
from ktv_host.api.reply import Reply
from ktv_host.api.route import Call, Raw, Route
from ktv_host.domain.access import Action
from ktv_host.domain.user import Scope
from ktv_host.errors import NotFound

PLAYLIST = "application/vnd.apple.mpegurl"
TRANSPORT = "video/mp2t"
IMMUTABLE = "public, max-age=31536000, immutable"


class StreamBody(TypedDict):
    """A channel whose playlist was asked for in the last half minute, at this process."""

    channel_id: str
    name: str
    playlists: int
    last_at: datetime


class StreamsBody(TypedDict):
    """``fallbacks`` are segments that were slate because theirs could not be made."""

    channels: list[StreamBody]
    segments: int
    fallbacks: int


async def master(call: Call[None, None]) -> Response:
    token = await call.host.identity.link_token(call.caller, call.token)
    query = f"?token={quote(token)}" if token else ""
    return _playlist(await call.host.live.master(call.channel, f"media.m3u8{query}"))


async def media(call: Call[None, None]) -> Response:
    return _playlist(await call.host.live.playlist(call.channel))


async def segment(call: Call[None, None]) -> Response:
    expires, _, signature = call.path["grant"].partition("-")
    name, dot, ending = call.path["name"].rpartition(".")
    if not expires.isdecimal() or not dot or ending != "ts":
        raise NotFound("there is no such segment")
    made = await call.host.live.segment(call.path["plan"], name, int(expires), signature)
    if made.path is None:
        caching = "no-store" if made.fallback else IMMUTABLE
        return Response(made.data or b"", content_type=TRANSPORT, headers={"Cache-Control": caching})
    if call.host.accel_redirect:
        inside = "/".join(made.path.parts[-3:])
        headers = {"X-Accel-Redirect": f"{call.host.accel_redirect.rstrip('/')}/{inside}", "Cache-Control": IMMUTABLE}
        return Response(b"", content_type=TRANSPORT, headers=headers)
    return await serve_file(str(made.path), TRANSPORT, request.headers, request.method, cache_control=IMMUTABLE)


async def streams(call: Call[None, None]) -> Reply:
    host = call.host
    names = {channel.id: channel.name for channel in await host.channels.all()}
    segments, fallbacks = host.live.watching.totals
    return Reply(
        StreamsBody(
            channels=[
                StreamBody(channel_id=key, name=names.get(key, ""), playlists=count.playlists, last_at=count.last_at)
                for key, count in host.live.watching.channels().items()
            ],
            segments=segments,
            fallbacks=fallbacks,
        )
    )


def _playlist(text: str) -> Response:
    headers = {"Cache-Control": "max-age=1"}
    return Response(text, content_type=PLAYLIST, headers=headers)


WATCH = OnChannel(Action.WATCH, Scope.IPTV, query_token=True)
ROUTES = (
    Route(
        "GET",
        "/channels/<channel_id>/live.m3u8",
        master,
        "The linear stream (HLS): tune in here",
        WATCH,
        {200: Raw(PLAYLIST, "Master playlist")},
    ),
    Route(
        "GET",
        "/channels/<channel_id>/media.m3u8",
        media,
        "The stream's media playlist of this second",
        WATCH,
        {200: Raw(PLAYLIST, "Media playlist")},
    ),
    Route(
        "GET",
        "/seg/<plan>/<grant>/<name>",
        segment,
        "A segment; the signature in the path is the access",
        Open(),
        {200: Raw(TRANSPORT, "MPEG-TS"), 206: Raw(TRANSPORT, "Part of it"), 304: None},
        errors=(404, 416),
        tag="live",
    ),
    Route("GET", "/admin/streams", streams, "Who watches what, as this process saw it", Admin(), {200: StreamsBody}),
)
