"""The libraries of a server, and which of them are read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ktv_host.hooks import ProviderConfigInvalid
from ktv_jellyfin.answers import Overburdened
from ktv_jellyfin.client import NORMAL, Client, listed
from ktv_jellyfin.ids import dashed, item_key
from ktv_jellyfin.queries import View
from ktv_jellyfin.version import USER_VIEWS
from ktv_jellyfin.wire import Patience

# What holds no video, or the same video once more.
_PASSED_OVER = frozenset({"music", "books", "photos", "livetv", "playlists", "boxsets", "trailers"})


@dataclass(frozen=True, slots=True, order=True)
class Library:
    """``kind`` is Jellyfin's word: movies, tvshows, musicvideos, homevideos; None for a mixed one."""

    id: str
    name: str
    kind: str | None = None


async def list_libraries(client: Client, view: View, patience: Patience = NORMAL) -> list[Library]:
    """Those with video: all of them, or those this user sees."""
    if view.user_id is None:
        found = await client.get("/Library/VirtualFolders", patience=patience)
        if not isinstance(found, list):
            raise Overburdened("the answer of Jellyfin is no list of libraries")
        return _with_video(found, "ItemId")
    if view.version >= USER_VIEWS:
        found = await client.get("/UserViews", view.user, patience=patience)
    else:
        found = await client.get(f"/Users/{dashed(view.user_id)}/Views", patience=patience)
    return _with_video(listed(found), "Id")


def choose(libraries: Sequence[Library], wanted: Sequence[str]) -> list[Library]:
    """Those named, or all, in order of id. Raises ProviderConfigInvalid that names what there is."""
    if not wanted:
        return sorted(libraries)
    found: dict[str, Library] = {}
    for text in wanted:
        matching = [each for each in libraries if each.id == item_key(text) or each.name.casefold() == text.casefold()]
        if not matching:
            there = ", ".join(each.name for each in libraries) or "none with video"
            raise ProviderConfigInvalid(f"there is no library {text!r}; there are: {there}")
        found |= {each.id: each for each in matching}
    return sorted(found.values())


def _with_video(folders: Sequence[Any], id_name: str) -> list[Library]:
    return [
        Library(key, str(folder.get("Name") or key), _kind(folder))
        for folder in folders
        if isinstance(folder, dict)
        and (key := item_key(folder.get(id_name))) is not None
        and _kind(folder) not in _PASSED_OVER
    ]


def _kind(folder: Mapping[str, Any]) -> str | None:
    kind = folder.get("CollectionType")
    return kind.lower() if isinstance(kind, str) and kind.lower() not in ("", "mixed") else None
