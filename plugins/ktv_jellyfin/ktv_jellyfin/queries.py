"""The queries this plugin asks with. Pure.

User data and counts per folder are never asked for: they are what makes large libraries slow.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ktv_jellyfin.ids import dashed
from ktv_jellyfin.version import Version
from ktv_jellyfin.wire import Params

PLAYABLE = "Movie,Episode,MusicVideo,Video"
SERIES = "Series"
SERIES_AND_SEASONS = "Series,Season"
BOX_SETS = "BoxSet"

DESCRIPTION = "Genres,Tags,Overview,CustomRating"
INHERITED = "Genres,Tags,CustomRating"
PLAYBACK = "Path,MediaSources"
CHAPTERS = "Chapters"

_SERIES_PICTURE_ALWAYS: Version = (10, 11)  # before, an episode names its series' picture only when asked to

# Ascending by the time of their arrival: what comes new while we read stands at the end.
_ORDER = (("sortBy", "DateCreated,SortName"), ("sortOrder", "Ascending"))
_LEAN = (("enableUserData", "false"),)
_PICTURES = (("enableImages", "true"), ("imageTypeLimit", "1"), ("enableImageTypes", "Primary,Thumb,Backdrop"))
_NO_PICTURES = (("enableImages", "false"),)


@dataclass(frozen=True, slots=True)
class View:
    """Whose eyes we see with (None: all there is), and what the server understands."""

    version: Version
    user_id: str | None = None

    @property
    def user(self) -> Params:
        return [("userId", dashed(self.user_id))] if self.user_id is not None else []

    @property
    def pictures(self) -> str:
        return "SeriesPrimaryImage" if self.version < _SERIES_PICTURE_ALWAYS else ""


def listing(
    kinds: str,
    *,
    view: View,
    parent_id: str | None = None,
    fields: str = "",
    pictures: bool = False,
    saved_since: datetime | None = None,
) -> Params:
    """Everything of some kinds that has a file, below a parent at any depth, in an order that stays."""
    params = [("recursive", "true"), ("includeItemTypes", kinds), ("excludeLocationTypes", "Virtual"), *_ORDER, *_LEAN]
    params += _shown(view, fields, pictures)
    if parent_id is not None:
        params.append(("parentId", dashed(parent_id)))
    if saved_since is not None:
        params.append(("minDateLastSaved", saved_since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")))
    return [*params, *view.user]


def members(box_set: str, *, view: View) -> Params:
    """What a box set holds, as it stands in there: films, but also whole series."""
    return [("parentId", dashed(box_set)), *_ORDER, *_LEAN, *_NO_PICTURES, *view.user]


def by_ids(keys: Sequence[str], *, view: View, fields: str = "", pictures: bool = False) -> Params:
    """Single items. 10.8 knows no other way without a user."""
    params = [("ids", ",".join(map(dashed, keys))), ("enableTotalRecordCount", "false"), *_LEAN]
    return [*params, *_shown(view, fields, pictures), *view.user]


def page(params: Params, start: int, limit: int, *, count: bool) -> Params:
    window = [("startIndex", str(start)), ("limit", str(limit))]
    return [*params, *window, ("enableTotalRecordCount", "true" if count else "false")]


def _shown(view: View, fields: str, pictures: bool) -> Params:
    asked = ",".join(part for part in (fields, view.pictures if pictures else "") if part)
    return [*(_PICTURES if pictures else _NO_PICTURES), *([("fields", asked)] if asked else [])]
