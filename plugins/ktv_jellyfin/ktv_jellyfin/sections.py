"""What a pass reads: sections, each a listing of one library or of a part of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ktv_jellyfin.ids import item_key
from ktv_jellyfin.libraries import Library
from ktv_jellyfin.pages import Pacing, Pages
from ktv_jellyfin.queries import BOX_SETS, DESCRIPTION, PLAYABLE, SERIES_AND_SEASONS, View, listing
from ktv_jellyfin.wire import Params

OVERLAP = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Section:
    """``library`` is the one its items belong to."""

    query: Params
    library: str


def whole(libraries: Sequence[Library], view: View) -> dict[str, Section]:
    """Everything, by the id of the library."""
    return {each.id: Section(_described(each.id, view), each.id) for each in libraries}


def inherits(sections: Mapping[str, Section], libraries: Sequence[Library], view: View) -> bool:
    """Whether what series and box sets say for their items has to be read anew."""
    return any("/" in name for name in sections) or sections == whole(libraries, view)


async def changed(
    pages: Pages, pacing: Pacing, libraries: Sequence[Library], since: datetime, view: View
) -> dict[str, Section]:
    """What was written since a moment of the server's clock.

    That a series changed is not written to its episodes, so all of them are read again. When a box set changed nobody
    knows who left it: then everything is read again.
    """
    since -= OVERLAP
    if await pages.count(listing(BOX_SETS, view=view, saved_since=since)):
        return whole(libraries, view)
    found: dict[str, Section] = {}
    for library in libraries:
        found[library.id] = Section(_described(library.id, view, since), library.id)
        query = listing(SERIES_AND_SEASONS, view=view, parent_id=library.id, saved_since=since)
        async for dtos in pages.all(query, pacing.series, pacing.series_patience):
            parents = {key for dto in dtos if (key := item_key(dto.id)) is not None}
            found |= {f"{library.id}/{parent}": Section(_described(parent, view), library.id) for parent in parents}
    return found


def _described(parent: str, view: View, since: datetime | None = None) -> Params:
    return listing(PLAYABLE, view=view, parent_id=parent, fields=DESCRIPTION, pictures=True, saved_since=since)
