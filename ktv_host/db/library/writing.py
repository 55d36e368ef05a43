"""The library, written: what a sync stores and what is gone."""

import asyncio
from collections.abc import Collection as Keys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ktv_host.db.engine.database import Database
from ktv_host.db.engine.json_text import among, to_json
from ktv_host.db.engine.times import to_ms
from ktv_host.db.library.batch import (
    ADD_ITEMS,
    OVERWRITE_ITEMS,
    Batch,
    SearchRows,
    digests_of,
    forget_search,
    make_batch,
    search_rows,
    write_search,
    write_terms,
    write_word_counts,
)
from ktv_host.db.library.item_row import ITEM_COLUMNS, library_item
from ktv_host.db.library.word_counts import WordCounts, count_words
from ktv_host.domain.media import Collection, MediaItem

INSTANCE_TABLES = (
    "library_search",
    "library_words",
    "library_items",
    "library_collections",
    "library_sync_log",
    "library_sync_memory",
    "library_passes",
    "library_pass_keys",
)


@dataclass(frozen=True, slots=True)
class UpsertCount:
    """``updated`` counts changed items and those that came back."""

    added: int
    updated: int


@dataclass(frozen=True, slots=True)
class Changes:
    """What is new or changed of the items a page describes.

    ``batch`` is its rows, made ready; None when there is nothing to do. ``digests`` are those of the items by key, as
    they are once it is written.
    """

    instance_id: str
    digests: Mapping[str, str] = field(default_factory=dict)
    batch: Batch | None = None
    count: UpsertCount = UpsertCount(0, 0)


class LibraryRepository:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._dialect = database.dialect

    async def upsert(self, instance_id: str, items: Sequence[MediaItem], now: datetime) -> UpsertCount:
        """Write what is new or changed; whatever was gone is back. Items that are the same cost one read."""
        ready = await self.compare(instance_id, items)
        await self.write(ready, now)
        return ready.count

    async def compare(self, instance_id: str, items: Sequence[MediaItem], after: Changes | None = None) -> Changes:
        """What ``write`` has to do, once ``after`` is written. It reads only, so that it can happen meanwhile."""
        unique = {item.key: item for item in items}
        digests = await asyncio.to_thread(digests_of, items)
        known = await self._known(instance_id, digests) if digests else {}
        if after is not None:
            known |= {key: (digest, None) for key, digest in after.digests.items()}
        # sorted: neighbours in the indexes are written together, and two writers meet in one order
        changed = sorted(key for key, digest in digests.items() if known.get(key) != (digest, None))
        if not changed:
            return Changes(instance_id)
        batch = await asyncio.to_thread(
            make_batch, self._dialect, instance_id, [unique[key] for key in changed], digests
        )
        added = sum(key not in known for key in changed)
        return Changes(
            instance_id, {key: digests[key] for key in changed}, batch, UpsertCount(added, len(changed) - added)
        )

    async def write(self, changes: Changes, now: datetime) -> None:
        """All or nothing."""
        if changes.batch is None:
            return
        async with self._database.transaction():  # the tables in one order everywhere: terms, items, search
            await self._database.execute(write_terms(self._dialect), {"rows": changes.batch.terms})
            there: Keys[str] = ()
            items, values = changes.batch.items, {"instance_id": changes.instance_id, "now": to_ms(now)}
            if await self._database.execute_rows(ADD_ITEMS, items, values) < len(changes.digests):
                await self._database.execute_rows(OVERWRITE_ITEMS, items, values)
                there = changes.digests
            await self._search_as(changes.instance_id, there, changes.batch.search)

    async def present_keys(self, instance_id: str) -> set[str]:
        rows = await self._database.fetch_tuples(
            "SELECT key FROM library_items WHERE instance_id = :instance_id AND gone_at IS NULL",
            {"instance_id": instance_id},
        )
        return {key for (key,) in rows}

    async def count_present(self, instance_id: str) -> int:
        found: int = await self._database.fetch_val(
            "SELECT COUNT(*) FROM library_items WHERE instance_id = :instance_id AND gone_at IS NULL",
            {"instance_id": instance_id},
        )
        return found

    async def revive(self, instance_id: str, keys: Keys[str]) -> int:
        """Back, and as it was. Answers how many were gone."""
        given = {"instance_id": instance_id, "keys": to_json(list(keys))}
        # COALESCE hides the column from the planner: walking the index of all that is gone, PostgreSQL would compare
        # each entry with each key
        these = f"instance_id = :instance_id AND COALESCE(gone_at, -1) >= 0 AND {self._among_keys}"
        async with self._database.transaction():
            await self._share_terms()
            # read as they are written: what is forgotten in this moment is not back
            rows = await self._database.fetch_tuples(
                f"UPDATE library_items SET gone_at = NULL WHERE {these} RETURNING {ITEM_COLUMNS}", given
            )
            if rows:
                back = [library_item(row).media for row in rows]
                found = await asyncio.to_thread(search_rows, instance_id, back)
                await self._search_as(instance_id, [item.key for item in back], found)
        return len(rows)

    async def mark_gone(self, instance_id: str, keys: Keys[str], now: datetime) -> int:
        """Not schedulable and not found from now on. Answers how many were there until now."""
        given = {"instance_id": instance_id, "keys": to_json(list(keys))}
        async with self._database.transaction():
            await self._share_terms()
            gone: int = await self._database.execute(
                "UPDATE library_items SET gone_at = :now WHERE instance_id = :instance_id AND gone_at IS NULL"
                f" AND {self._among_keys}",
                {**given, "now": to_ms(now)},
            )
            await self._search_as(instance_id, keys, None)
        return gone

    async def purge_gone(self, gone_before: datetime) -> int:
        """Forget what went before that moment and no slot names."""
        async with self._database.transaction():
            await self._hold_terms()
            purged: int = await self._database.execute(
                "DELETE FROM library_items WHERE gone_at < :before AND NOT EXISTS"
                " (SELECT 1 FROM slots WHERE item_id = library_items.instance_id || '::' || library_items.key)",
                {"before": to_ms(gone_before)},
            )
            await self._forget_unused_terms()
            await self._database.execute("DELETE FROM library_words WHERE items = 0 AND titles = 0")
        return purged

    async def replace_collections(self, instance_id: str, collections: Sequence[Collection]) -> None:
        """In the order given; of two with one id the last holds."""
        unique = {collection.id: collection for collection in collections}
        async with self._database.transaction():
            await self._database.execute(
                "DELETE FROM library_collections WHERE instance_id = :instance_id", {"instance_id": instance_id}
            )
            await self._database.execute_many(
                "INSERT INTO library_collections (instance_id, id, name, collection_type, position)"
                " VALUES (:instance_id, :id, :name, :collection_type, :position)",
                [
                    {
                        "instance_id": instance_id,
                        "id": collection.id,
                        "name": collection.name,
                        "collection_type": collection.collection_type,
                        "position": position,
                    }
                    for position, collection in enumerate(unique.values())
                ],
            )

    async def delete_instance(self, instance_id: str) -> None:
        """Everything the library has of it; slots keep their snapshots."""
        async with self._database.transaction():
            await self._hold_terms()
            for table in INSTANCE_TABLES:
                await self._database.execute(
                    f"DELETE FROM {table} WHERE instance_id = :instance_id", {"instance_id": instance_id}
                )
            await self._forget_unused_terms()

    async def counts(self) -> Mapping[str, int]:
        """Present items per instance."""
        rows = await self._database.fetch_tuples(
            "SELECT instance_id, COUNT(*) FROM library_items WHERE gone_at IS NULL GROUP BY instance_id"
        )
        return dict(rows)

    @property
    def _among_keys(self) -> str:
        return among(self._dialect, "key", "keys")

    async def _known(self, instance_id: str, keys: Keys[str]) -> dict[str, tuple[str, int | None]]:
        rows = await self._database.fetch_tuples(
            f"SELECT key, digest, gone_at FROM library_items WHERE instance_id = :instance_id AND {self._among_keys}",
            {"instance_id": instance_id, "keys": to_json(list(keys))},
        )
        return {key: (digest, gone_at) for key, digest, gone_at in rows}

    async def _hold_terms(self) -> None:
        """Nobody writes while terms are forgotten that an item may be about to have. Before any other lock."""
        await self._lock_terms("SHARE ROW EXCLUSIVE")

    async def _share_terms(self) -> None:
        """Beside others who write, not beside who holds the terms. Before any other lock, as ``write`` does."""
        await self._lock_terms("ROW EXCLUSIVE")

    async def _lock_terms(self, mode: str) -> None:
        if self._dialect == "postgresql":  # SQLite has one writer
            await self._database.execute(f"LOCK TABLE library_terms IN {mode} MODE")

    async def _forget_unused_terms(self) -> None:
        await self._database.execute(
            "DELETE FROM library_terms WHERE NOT EXISTS"
            " (SELECT 1 FROM library_items WHERE term_set = library_terms.set_id)"
        )

    async def _search_as(self, instance_id: str, there: Keys[str], found: SearchRows | None) -> None:
        """Items are found as ``found`` says, or not at all. Those ``there`` may be found already; new ones are not.

        After their rows were written: whoever writes the same in this moment, as a process does that has lost its
        lease and does not know it yet, is waited for there, and what it left is seen here.
        """
        forgotten = await self._forget_search(instance_id, there)
        words = found.words if found is not None else WordCounts()
        if forgotten:
            words -= await asyncio.to_thread(count_words, forgotten)
        if found is not None:
            values = {"instance_id": instance_id, "rows": found.rows}
            await self._database.execute(write_search(self._dialect), values)
            if self._dialect == "postgresql":  # what comes one by one costs the index twice as much as in one go
                await self._database.execute("SELECT gin_clean_pending_list('ix_library_search_words')")
        rows = words.rows()
        if rows:
            values = {"instance_id": instance_id, "rows": to_json(rows)}
            await self._database.execute(write_word_counts(self._dialect), values)

    async def _forget_search(self, instance_id: str, keys: Keys[str]) -> list[str]:
        """The words of each item that was found until now."""
        if not keys:
            return []
        given = {"instance_id": instance_id, "keys": to_json(list(keys))}
        rows = await self._database.fetch_tuples(forget_search(self._dialect), given)
        return [words for (words,) in rows]
