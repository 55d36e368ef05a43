"""Slot rows: light to read, for a guide asks for a hundred thousand of them."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import orjson

from ktv_host.db.engine.times import from_ms, to_ms
from ktv_host.domain.codec import decode_item, encode_item
from ktv_host.domain.media import LibraryItem, MediaId
from ktv_host.domain.position import Position
from ktv_host.domain.recycle import Airing
from ktv_host.domain.schedule import Slot

SLOT_COLUMNS = "id, channel_id, generation, block_id, start_at, end_at, item_id, item, reason, filler"
AIRING_COLUMNS = "item_id, start_at, end_at, block_id, generation"
POSITION_COLUMNS = "block_id, item_id, title, item"


def slot_values(slot: Slot, schedule_id: str) -> dict[str, Any]:
    return {
        "id": slot.id,
        "channel_id": slot.channel_id,
        "schedule_id": schedule_id,
        "generation": slot.generation,
        "block_id": slot.block_id,
        "start_at": to_ms(slot.start_at),
        "end_at": to_ms(slot.end_at),
        "item_id": str(slot.item.id),
        "title": slot.item.media.title,
        "item": orjson.dumps(encode_item(slot.item.media)).decode(),
        "reason": slot.reason,
        "filler": slot.filler,
    }


def read_slots(rows: Iterable[Sequence[Any]]) -> list[Slot]:
    """From ``SLOT_COLUMNS``."""
    return [
        Slot(
            id=slot_id,
            channel_id=channel_id,
            generation=generation,
            block_id=block_id,
            start_at=from_ms(start_at),
            end_at=from_ms(end_at),
            item=_item(item_id, snapshot),
            reason=reason,
            filler=bool(filler),
        )
        for slot_id, channel_id, generation, block_id, start_at, end_at, item_id, snapshot, reason, filler in rows
    ]


@lru_cache(maxsize=8192)
def _item(item_id: str, snapshot: str) -> LibraryItem:
    """The same snapshot is read again with every poll and every rerun; reading it is most of a slot's cost."""
    instance, _, key = item_id.partition("::")
    return LibraryItem(MediaId(instance, key), decode_item(orjson.loads(snapshot)))


def read_airings(rows: Iterable[Sequence[Any]]) -> list[Airing]:
    """From ``AIRING_COLUMNS``."""
    return [
        Airing(item_id, from_ms(start_at), from_ms(end_at), block_id, generation)
        for item_id, start_at, end_at, block_id, generation in rows
    ]


def read_positions(rows: Iterable[Sequence[Any]]) -> dict[str, Position]:
    """From ``POSITION_COLUMNS``, by block."""
    found = {}
    for block_id, item_id, title, snapshot in rows:
        item = orjson.loads(snapshot)
        found[block_id] = Position(
            item_id,
            title,
            item.get("series_name"),
            item.get("season_number"),
            item.get("episode_number"),
            item.get("episode_number_end"),
        )
    return found
