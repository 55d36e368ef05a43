"""A pass over sections, page by page."""

from collections.abc import AsyncIterator, Mapping, Sequence

from ktv_host.hooks import MediaItem, Page
from ktv_jellyfin.client import Client
from ktv_jellyfin.describe import describe, problem, shown_name
from ktv_jellyfin.dto import Dto
from ktv_jellyfin.ids import item_key
from ktv_jellyfin.pages import Pacing, Pages
from ktv_jellyfin.place import Cursor, Place
from ktv_jellyfin.queries import PLAYABLE, View, listing
from ktv_jellyfin.sections import Section
from ktv_jellyfin.shelf import Shelf

MOST_PROBLEMS = 1000


class Sweep:
    """One pass. A page may be asked for twice."""

    def __init__(
        self, pass_id: str, pages: Pages, pacing: Pacing, shelf: Shelf, sections: Mapping[str, Section]
    ) -> None:
        self.id = pass_id
        self.problems: dict[str, str] = {}
        self._pacing = pacing
        self._shelf = shelf
        self._pages = pages
        self._sections = sections
        self._totals: dict[str, int] = {}
        self._seen: dict[str, int] = {}  # key → the page that listed it: once in a pass is enough

    async def take(self, cursor: Cursor | None) -> Page:
        """The page at a cursor. Raises ProviderUnavailable, ProviderAuthFailed."""
        if cursor is None:
            cursor = self._first(None, 0)
        if cursor is None:
            return Page(total=0)
        return await self._read(cursor)

    async def _read(self, cursor: Cursor) -> Page:
        """What the host gets at once: several pages of the server, because few large writes cost it less than many."""
        if not self._totals:
            self._totals = {name: await self._pages.count(each.query) for name, each in self._sections.items()}
        items: dict[str, MediaItem] = {}
        at: Cursor | None = cursor
        while at is not None and len(items) < self._pacing.batch:
            at = await self._next(at, cursor.page, items)
        return Page(items=list(items.values()), next=str(at) if at else None, total=sum(self._totals.values()))

    async def _next(self, at: Cursor, page: int, items: dict[str, MediaItem]) -> Cursor | None:
        """Adds what one page of the server holds."""
        section = self._sections.get(at.section)
        if section is None:  # no longer chosen, or gone, since the cursor was written
            return self._first(at, page + 1)
        leaf = await self._pages.read(section.query, at.place, self._totals[at.section])
        for dto in leaf.items:
            self._add(items, dto, section.library, page)
        following = Cursor(self.id, page + 1, at.section, leaf.next) if leaf.next is not None else None
        return following or self._first(at, page + 1)

    def _add(self, items: dict[str, MediaItem], dto: Dto, library: str, page: int) -> None:
        item = describe(dto, series=self._shelf.series, collections=self._shelf.collections_of(dto, library))
        if item is None or item.key in items or self._seen.setdefault(item.key, page) != page:
            return
        items[item.key] = item
        if item.duration_ms is None and len(self.problems) < MOST_PROBLEMS:
            self.problems[shown_name(dto)] = problem(dto) or "its duration is unknown"

    def _first(self, after: Cursor | None, page: int) -> Cursor | None:
        """Where the next section begins."""
        for name in sorted(self._sections):
            if after is None or name > after.section:
                return Cursor(self.id, page, name, Place(size=self._pacing.described))
        return None


async def all_keys(client: Client, pacing: Pacing, libraries: Sequence[str], view: View) -> AsyncIterator[list[str]]:
    """The keys of everything a pass would list, each once.

    Where an item came twice, another may have slipped by between two pages: the library is read once more, in
    pages that end elsewhere.
    """
    pages = Pages(client, pacing)
    seen: set[str] = set()
    for library in libraries:
        for size in (pacing.sweep, pacing.sweep + 1):
            listed, of_library = 0, set()
            async for items in pages.all(listing(PLAYABLE, view=view, parent_id=library), size):
                batch = [key for dto in items if dto.type in PLAYABLE.split(",") and (key := item_key(dto.id))]
                listed += len(batch)
                of_library.update(batch)
                fresh = [key for key in dict.fromkeys(batch) if key not in seen]
                seen.update(fresh)
                yield fresh
            if listed == len(of_library):
                break
