"""What a pass has to know before it reads items: libraries, what series hand down, who is in which box set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ktv_host.hooks import Collection, MediaGone
from ktv_jellyfin.client import Client
from ktv_jellyfin.describe import Inherited, inherited, text
from ktv_jellyfin.dto import Dto
from ktv_jellyfin.ids import item_key
from ktv_jellyfin.libraries import Library
from ktv_jellyfin.pages import Pacing, Pages
from ktv_jellyfin.queries import BOX_SETS, INHERITED, SERIES, View, listing, members


@dataclass(frozen=True, slots=True)
class Shelf:
    """``members`` says which box sets an item, or every episode of a series, belongs to."""

    libraries: Sequence[Library]
    series: Mapping[str, Inherited]
    box_sets: Mapping[str, str]
    members: Mapping[str, tuple[str, ...]]

    def collections_of(self, dto: Dto, library: str) -> tuple[str, ...]:
        if not self.members:
            return (library,)
        boxes = self.members.get(item_key(dto.id) or "", ()) + self.members.get(item_key(dto.series_id) or "", ())
        return (library, *dict.fromkeys(boxes))

    def collections(self) -> list[Collection]:
        found = [Collection(library.id, library.name, library.kind) for library in self.libraries]
        return found + [Collection(key, name, "boxsets") for key, name in sorted(self.box_sets.items())]


async def fill(client: Client, pacing: Pacing, libraries: Sequence[Library], view: View) -> Shelf:
    pages = Pages(client, pacing)
    box_sets = await _box_sets(pages, pacing, view)
    return Shelf(
        libraries,
        await load_series(pages, pacing, view),
        box_sets,
        await _members(client, box_sets, view),
    )


async def load_series(pages: Pages, pacing: Pacing, view: View) -> dict[str, Inherited]:
    """Series of large libraries are what servers are slowest at: small pages, much patience."""
    found: dict[str, Inherited] = {}
    query = listing(SERIES, view=view, fields=INHERITED)
    async for items in pages.all(query, pacing.series, pacing.series_patience):
        found |= {key: inherited(dto) for dto in items if (key := item_key(dto.id)) is not None}
    return found


async def _box_sets(pages: Pages, pacing: Pacing, view: View) -> dict[str, str]:
    found: dict[str, str] = {}
    async for items in pages.all(listing(BOX_SETS, view=view), pacing.series):
        for dto in items:
            key, name = item_key(dto.id), text(dto.name)
            if key is not None and name is not None and dto.type == BOX_SETS:
                found[key] = name
    return found


async def _members(client: Client, box_sets: Mapping[str, str], view: View) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for box_set in sorted(box_sets):
        try:
            items, _ = await client.items(members(box_set, view=view))
        except MediaGone:  # deleted since the box sets were listed
            continue
        for dto in items:
            key = item_key(dto.id)
            if key is not None:
                found[key] = (*found.get(key, ()), box_set)
    return found
