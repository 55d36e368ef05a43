"""Where the bytes of an item are. Pure: from an item with its media sources to the way to play it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ktv_jellyfin.describe import text, unplayable
from ktv_jellyfin.dto import Dto
from ktv_jellyfin.ids import dashed, item_key
from ktv_jellyfin.paths import Mapping as PathMapping
from ktv_jellyfin.paths import local_path
from ktv_jellyfin.wire import Params


@dataclass(frozen=True, slots=True)
class Way:
    """``local`` is where the file would be on this machine; ``static`` says that the server has it as a plain file.

    ``refused`` says in words why there is no way at all.
    """

    source_id: str | None = None
    local: str | None = None
    static: bool = False
    size: int | None = None
    etag: str | None = None
    refused: str | None = None


def way(dto: Dto, mappings: Sequence[PathMapping]) -> Way:
    """Of several versions of a film the first plain file counts: Jellyfin puts the one it prefers in front."""
    refused = unplayable(dto)
    if refused is not None:
        return Way(refused=refused)
    sources = [source for source in dto.media_sources or () if isinstance(source, dict)]
    if not sources:
        return Way(refused="Jellyfin names no file for it")
    plain = [source for source in sources if _is_plain_file(source)]
    source = (plain or sources)[0]
    if not plain:
        return Way(source_id=item_key(source.get("Id")))
    size, path = source.get("Size"), text(source.get("Path")) or text(dto.path)
    return Way(
        source_id=item_key(source.get("Id")),
        local=local_path(path, mappings) if path else None,
        static=True,
        size=size if isinstance(size, int) and size > 0 else None,
        etag=text(source.get("ETag")),
    )


def static_path(key: str) -> str:
    return f"/Videos/{dashed(key)}/stream"


def static_params(found: Way) -> Params:
    return [("static", "true"), *([("mediaSourceId", found.source_id)] if found.source_id else [])]


def _is_plain_file(source: Mapping[str, Any]) -> bool:
    """A ``.strm`` leads elsewhere: the server can play it, but not hand out a range of its bytes."""
    return (
        source.get("Protocol") in (None, "File")
        and not source.get("IsRemote")
        and source.get("VideoType") in (None, "VideoFile")
        and not str(source.get("Path") or "").lower().endswith(".strm")
    )
