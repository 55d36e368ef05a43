"""/channels/:id/live.m3u8 and /seg: the linear stream."""

from hashlib import blake2b
from urllib.parse import urlencode

from quart import Response, request

from ktv_host.api.conditional import Validators, early_answer, judge
from ktv_host.api.guard import OnChannel, Open
from ktv_host.api.media_body import serve_file
from ktv_host.api.route import Call, Raw, Route
from ktv_host.domain.access import Action
from ktv_host.domain.channel import AccessMode
from ktv_host.domain.user import Scope
from ktv_host.errors import NotFound
from ktv_host.services.live.addresses import read_address
from ktv_host.streaming.cache import SegmentKey
from ktv_host.streaming.segments import SegmentBytes

PLAYLIST = "application/vnd.apple.mpegurl"
TRANSPORT = "video/mp2t"
IMMUTABLE = "public, max-age=31536000, immutable"


async def master(call: Call[None, None]) -> Response:
    token = await call.host.identity.link_token(call.caller, call.token)
    shown = urlencode({name: value for name, value in (("token", token), ("grant", call.grant)) if value})
    variant = f"media.m3u8?{shown}" if shown else "media.m3u8"
    # one that carries somebody's credential is theirs alone
    public = not shown and call.channel.access_mode is AccessMode.PUBLIC
    return _playlist(await call.host.live.master(call.channel, variant), public=public)


async def media(call: Call[None, None]) -> Response:
    public = call.channel.access_mode is AccessMode.PUBLIC
    return _playlist(await call.host.live.playlist(call.channel, _reader(call)), public=public)


async def segment(call: Call[None, None]) -> Response:
    address = read_address(call.path["plan"], call.path["grant"], call.path["name"])
    if address is None:
        raise NotFound("there is no such segment")
    made = await call.host.live.segment(address, _reader(call))
    return await _segment(call, made, Validators(segment_tag(address.key)))


async def _segment(call: Call[None, None], made: SegmentBytes, validators: Validators) -> Response:
    if made.fallback:
        return Response(made.data or b"", content_type=TRANSPORT, headers={"Cache-Control": "no-store"})
    if made.path is None:
        return _bytes(made.data or b"", TRANSPORT, validators, IMMUTABLE)
    if call.host.accel_redirect:
        inside = "/".join(made.path.parts[-3:])
        headers = {"X-Accel-Redirect": f"{call.host.accel_redirect.rstrip('/')}/{inside}", "Cache-Control": IMMUTABLE}
        return Response(b"", content_type=TRANSPORT, headers=headers)
    path = str(made.path)
    return await serve_file(
        path, TRANSPORT, request.headers, request.method, cache_control=IMMUTABLE, validators=validators
    )


def segment_tag(key: SegmentKey) -> str:
    """The same on every node, however often the file was made."""
    return f'"{key.plan}-{key.name}"'


def _playlist(text: str, *, public: bool) -> Response:
    """A cache of many may keep a public channel's for its second."""
    data = text.encode()
    validators = Validators(f'"{blake2b(data, digest_size=12).hexdigest()}"')
    return _bytes(data, PLAYLIST, validators, f"{'public' if public else 'private'}, max-age=1")


def _bytes(data: bytes, media_type: str, validators: Validators, caching: str) -> Response:
    headers = {**validators.headers(), "Cache-Control": caching}
    answer = early_answer(judge(request.method, request.headers, validators), headers)
    return answer or Response(data, content_type=media_type, headers=headers)


def _reader(call: Call[None, None]) -> bytes:
    return call.host.live.watching.reader(request.remote_addr or "", request.headers.get("User-Agent", ""))


WATCH = OnChannel(Action.WATCH, Scope.IPTV, query_token=True)
ROUTES = (
    Route(
        "GET",
        "/channels/<channel_id>/live.m3u8",
        master,
        "The linear stream (HLS): tune in here",
        WATCH,
        {200: Raw(PLAYLIST, "Master playlist"), 304: None},
    ),
    Route(
        "GET",
        "/channels/<channel_id>/media.m3u8",
        media,
        "The stream's media playlist of this second",
        WATCH,
        {200: Raw(PLAYLIST, "Media playlist"), 304: None},
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
)
