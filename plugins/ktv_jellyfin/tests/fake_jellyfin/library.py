"""The library of the fake: its items, and the order and filters ``GET /Items`` knows."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from fake_jellyfin.records import Record


@dataclass(frozen=True, slots=True)
class Shelf:
    """What Jellyfin calls a virtual folder: a library as its admin made it."""

    id: str
    name: str
    kind: str | None
    location: str


@dataclass(frozen=True, slots=True)
class Query:
    """The part of ``GET /Items`` the fake honours."""

    kinds: frozenset[str] = frozenset()
    parent: str | None = None
    recursive: bool = False
    ids: tuple[str, ...] = ()
    without_virtual: bool = False
    saved_since: datetime | None = None
    search: str = ""


@dataclass
class Library:
    """``by_id`` holds everything. Listings are kept until something changes."""

    server: str
    shelves: list[Shelf]
    by_id: dict[str, Record] = field(default_factory=dict)
    _listings: dict[Query, list[Record]] = field(default_factory=dict)

    def add(self, record: Record) -> Record:
        self.by_id[record.id] = record
        self._listings.clear()
        return record

    def remove(self, item_id: str) -> None:
        del self.by_id[item_id]
        for record in self.by_id.values():
            if item_id in record.linked:
                record.linked.remove(item_id)
        self._listings.clear()

    def change(self, item_id: str, edit: Callable[[Record], None], now: datetime) -> None:
        """As when somebody edits the metadata: this record is written, others are not."""
        record = self.by_id[item_id]
        edit(record)
        record.saved = now
        self._listings.clear()

    def find(self, query: Query, allowed: Callable[[Record], bool] | None) -> Sequence[Record]:
        """In the order of DateCreated and name. ``allowed`` None: the caller sees everything."""
        if query.ids:
            found = [self.by_id[each] for each in query.ids if each in self.by_id]
        else:
            if query not in self._listings:
                self._listings[query] = sorted(self._matching(query), key=lambda record: record.order)
            found = self._listings[query]
        return found if allowed is None else [record for record in found if allowed(record)]

    def _matching(self, query: Query) -> Iterable[Record]:
        for record in self._below(query):
            if query.kinds and record.type not in query.kinds:
                continue
            if query.without_virtual and record.virtual:
                continue
            if query.saved_since is not None and record.saved < query.saved_since:
                continue
            if query.search.casefold() not in record.name.casefold():
                continue
            yield record

    def _below(self, query: Query) -> Iterable[Record]:
        # Jellyfin ignores the parent when box sets are asked for.
        if query.parent is None or query.kinds == {"BoxSet"}:
            return self.by_id.values()
        parent = self.by_id.get(query.parent)
        if parent is not None and parent.type == "BoxSet":
            return [self.by_id[each] for each in parent.linked if each in self.by_id]
        if query.recursive:
            return [record for record in self.by_id.values() if query.parent in record.parents]
        return [record for record in self.by_id.values() if record.parents and record.parents[-1] == query.parent]

    def counts(self) -> dict[str, int]:
        names = {
            "Movie": "MovieCount",
            "Series": "SeriesCount",
            "Episode": "EpisodeCount",
            "MusicVideo": "MusicVideoCount",
        }
        counts = dict.fromkeys([*names.values(), "BoxSetCount", "ItemCount"], 0)
        for record in self.by_id.values():
            counts["ItemCount"] += 1
            if record.type in names:
                counts[names[record.type]] += 1
            elif record.type == "BoxSet":
                counts["BoxSetCount"] += 1
        return counts
