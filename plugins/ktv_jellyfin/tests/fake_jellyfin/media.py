"""Bytes: films, pictures, the server's own HLS, and the marks inside an item."""

import asyncio
import shutil
from uuid import uuid4

from aiohttp import web
from imageio_ffmpeg import get_ffmpeg_exe

from fake_jellyfin import dto
from fake_jellyfin.access import parts
from fake_jellyfin.clips import PICTURE
from fake_jellyfin.records import Record, ticks
from fake_jellyfin.world import json, text, world_of


def _record(request: web.Request) -> Record:
    found = world_of(request).library.by_id.get(request.match_info["item"].replace("-", "").lower())
    if found is None:
        raise web.HTTPNotFound(text="Item not found")
    return found


async def stream(request: web.Request) -> web.StreamResponse:
    """The original bytes, with Range. No token is asked for, as in every version."""
    record = _record(request)
    clip = world_of(request).clips.get(record.clip or "")
    if clip is None:
        return text(404, "")
    return web.FileResponse(clip, chunk_size=1 << 18, headers={"Content-Type": "video/mp4"})


async def image(request: web.Request) -> web.Response:
    record = _record(request)
    kind = request.match_info["kind"]
    known = record.fields.get("ImageTags") or {}
    if kind not in known and not (kind == "Backdrop" and record.fields.get("BackdropImageTags")):
        return text(404, "")
    return web.Response(body=PICTURE, content_type="image/jpeg")


async def segments(request: web.Request) -> web.Response:
    record = _record(request)
    found = [
        {
            "Id": uuid4().hex,
            "ItemId": record.id,
            "Type": kind,
            "StartTicks": ticks(start),
            "EndTicks": ticks(end),
        }
        for kind, start, end in record.segments
    ]
    return json({"Items": found, "TotalRecordCount": len(found), "StartIndex": 0})


async def playback_info(request: web.Request) -> web.Response:
    world, record = world_of(request), _record(request)
    reason = "NoCompatibleStream" if record.virtual else world.faults.no_stream
    if reason:
        return json({"MediaSources": [], "ErrorCode": reason})
    session = uuid4().hex
    device = parts(request.headers.get("Authorization", "")).get("DeviceId", "")
    world.encodings[session] = device
    source = dto.media_source(record, world.clips)
    token = world.access.token(request)
    query = f"MediaSourceId={record.id}&PlaySessionId={session}&ApiKey={token}"
    source |= {
        "TranscodingUrl": f"/videos/{record.id}/master.m3u8?{query}",
        "TranscodingSubProtocol": "hls",
        "TranscodingContainer": "ts",
    }
    return json({"MediaSources": [source], "PlaySessionId": session})


async def stop_encoding(request: web.Request) -> web.Response:
    query = {name.lower(): value for name, value in request.query.items()}
    if not query.get("deviceid") or not query.get("playsessionid"):
        return text(400)
    world_of(request).encodings.pop(query["playsessionid"], None)
    return web.Response(status=204)


async def master(request: web.Request) -> web.Response:
    _record(request)
    lines = ["#EXTM3U", "#EXT-X-STREAM-INF:BANDWIDTH=300000", f"main.m3u8?{request.query_string}"]
    return _playlist(lines)


async def variant(request: web.Request) -> web.Response:
    _record(request)
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:3",
        "#EXT-X-TARGETDURATION:1300",
        "#EXTINF:1280.0,",
        "hls1/main/0.ts",
        "#EXT-X-ENDLIST",
    ]
    return _playlist(lines)


async def segment(request: web.Request) -> web.Response:
    world, record = world_of(request), _record(request)
    clip = world.clips.get(record.clip or "episode")
    program = shutil.which("ffmpeg") or get_ffmpeg_exe()
    command = [program, "-nostdin", "-loglevel", "error", "-i", str(clip), "-c", "copy", "-f", "mpegts", "-"]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    body, _ = await process.communicate()
    return web.Response(body=body, content_type="video/mp2t")


def _playlist(lines: list[str]) -> web.Response:
    return web.Response(text="\n".join([*lines, ""]), content_type="application/x-mpegURL")
