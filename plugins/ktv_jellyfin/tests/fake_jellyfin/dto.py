"""Items as the API sends them."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from fake_jellyfin.library import Shelf
from fake_jellyfin.records import Record, iso

_MEDIA_TYPE = {"Movie": "Video", "Episode": "Video", "MusicVideo": "Video", "Video": "Video"}


def item(
    record: Record, server_id: str, fields: Collection[str], *, pictures: bool, clips: dict[str, Path]
) -> dict[str, Any]:
    """A BaseItemDto with what is always there and the fields that were asked for."""
    found: dict[str, Any] = {
        "Name": record.name,
        "ServerId": server_id,
        "Id": record.id,
        "Type": record.type,
        "IsFolder": record.type not in _MEDIA_TYPE,
        "LocationType": "Virtual" if record.virtual else "FileSystem",
        "MediaType": _MEDIA_TYPE.get(record.type, "Unknown"),
    }
    for name, value in record.fields.items():
        if value is not None and (pictures or "Image" not in name):
            found[name] = value
    for name in ("Genres", "Tags", "Overview", "Path", "Chapters", "CustomRating"):
        if name in fields and name in record.extra:
            found[name] = record.extra[name]
    if "DateCreated" in fields:
        found["DateCreated"] = iso(record.created)
    if "MediaSources" in fields and not record.virtual and record.type in _MEDIA_TYPE:
        found["MediaSources"] = [media_source(record, clips)]
    return found


def media_source(record: Record, clips: dict[str, Path]) -> dict[str, Any]:
    path = record.extra.get("Path", "")
    clip = clips.get(record.clip or "")
    remote = path.endswith(".strm")
    source: dict[str, Any] = {
        "Protocol": "Http" if remote else "File",
        "Id": record.id,
        "Path": "http://127.0.0.1:9/far-away.mp4" if remote else path,
        "Type": "Default",
        "Container": "mp4",
        "Name": record.name,
        "IsRemote": remote,
        "ETag": f"etag{record.saved.timestamp():.0f}",
        "SupportsTranscoding": True,
        "SupportsDirectStream": True,
        "SupportsDirectPlay": True,
        "VideoType": record.fields.get("VideoType", "VideoFile"),
        "MediaStreams": [],
    }
    if clip is not None:
        source["Size"] = clip.stat().st_size
    if record.fields.get("RunTimeTicks"):
        source["RunTimeTicks"] = record.fields["RunTimeTicks"]
    return source


# 10.8 spells the kinds of libraries otherwise in its list for admins.
_OLD_KINDS = {
    "movies": "Movies",
    "tvshows": "TvShows",
    "music": "Music",
    "musicvideos": "MusicVideos",
    "homevideos": "HomeVideos",
}


def virtual_folder(shelf: Shelf, *, old: bool = False) -> dict[str, Any]:
    kind = _OLD_KINDS.get(shelf.kind or "", shelf.kind) if old else shelf.kind
    folder: dict[str, Any] = {"Name": shelf.name, "Locations": [shelf.location], "ItemId": shelf.id}
    return folder | ({"CollectionType": kind} if kind else {})


def view(shelf: Shelf, server_id: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "Name": shelf.name,
        "ServerId": server_id,
        "Id": shelf.id,
        "Type": "CollectionFolder",
        "IsFolder": True,
    }
    return found | ({"CollectionType": shelf.kind} if shelf.kind else {})


def user(name: str, user_id: str, server_id: str, *, admin: bool, folders: list[str] | None) -> dict[str, Any]:
    return {
        "Name": name,
        "ServerId": server_id,
        "Id": user_id,
        "HasPassword": True,
        "HasConfiguredPassword": True,
        "Policy": {
            "IsAdministrator": admin,
            "IsHidden": False,
            "IsDisabled": False,
            "EnableAllFolders": folders is None,
            "EnabledFolders": folders or [],
            "AuthenticationProviderId": "Default",
            "PasswordResetProviderId": "Default",
        },
    }
