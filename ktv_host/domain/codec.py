"""The one codec of schedule configs, filters, recycle policies and media items, for API, database and exchange."""

from dataclasses import replace
from typing import Any

from ktv_host.domain.block import WEEK, ProgrammingBlock, ScheduleConfig
from ktv_host.domain.block_codec import encode_block, read_block, read_days
from ktv_host.domain.fields import Fields, NewId, Problems
from ktv_host.domain.filter_codec import decode_filter, decode_policy, encode_filter, encode_policy
from ktv_host.domain.item_codec import decode_item, encode_item

__all__ = [
    "decode_block",
    "decode_config",
    "decode_filter",
    "decode_item",
    "decode_policy",
    "encode_config",
    "encode_filter",
    "encode_item",
    "encode_policy",
]


def decode_config(data: object, new_id: NewId | None = None, *, path: str = "") -> ScheduleConfig:
    """Read ``{"blocks": […]}`` or ``{"day_blocks": {"monday": […], …}}``; raises Invalid with every wrong field.

    ``new_id`` makes the ids that are absent; without it (the database) an absent id is a wrong field. In
    ``day_blocks`` the same block under several days is one block on those days. Whether windows overlap is the
    grid's question.
    """
    problems = Problems()
    fields = Fields(data, path, problems)
    fields.only("blocks", "day_blocks")
    if fields.raw("blocks") is not None and fields.raw("day_blocks") is not None:
        fields.refuse("day_blocks", "give either blocks or day_blocks")
    blocks = _read_blocks(fields, new_id)
    if fields.raw("day_blocks") is not None:
        blocks += _read_day_blocks(fields.inner("day_blocks"), new_id)
    elif fields.raw("blocks") is None:
        fields.refuse("blocks", "is required")
    problems.raise_if_any("The schedule config")
    return ScheduleConfig(tuple(blocks))


def decode_block(data: object, new_id: NewId, *, path: str = "") -> ProgrammingBlock:
    """Read one programming block; raises Invalid with every wrong field."""
    problems = Problems()
    fields = Fields(data, path, problems)
    block = read_block(fields, read_days(fields), new_id)
    problems.raise_if_any("The block")
    return block


def encode_config(config: ScheduleConfig) -> dict[str, Any]:
    return {"blocks": [encode_block(block) for block in config.blocks]}


def _read_blocks(fields: Fields, new_id: NewId | None) -> list[ProgrammingBlock]:
    blocks: list[ProgrammingBlock] = []
    seen: set[str] = set()
    for index, data in enumerate(fields.items("blocks")):
        block_fields = Fields(data, f"{fields.at('blocks')}.{index}", fields.problems)
        block = read_block(block_fields, read_days(block_fields), new_id)
        if block.id in seen:
            block_fields.refuse("id", "is the id of an earlier block")
        elif block.id:
            seen.add(block.id)
        blocks.append(block)
    return blocks


def _read_day_blocks(fields: Fields, new_id: NewId | None) -> list[ProgrammingBlock]:
    fields.only(*WEEK)
    found: dict[str, ProgrammingBlock] = {}
    made: list[tuple[object, str]] = []  # blocks without an id, and the one each got
    for day in WEEK:
        for index, data in enumerate(fields.items(day)):
            block_fields = Fields(data, f"{fields.at(day)}.{index}", fields.problems)
            if block_fields.has("days"):
                block_fields.refuse("days", "the day is already given by day_blocks")
            same = next((known for other, known in made if other == data and day not in found[known].days), None)
            block = read_block(block_fields, frozenset((day,)), new_id if same is None else _again(same))
            if same is None and new_id is not None and block_fields.raw("id") is None:
                made.append((data, block.id))
            known = found.get(block.id)
            if known is None:
                found[block.id] = block
            elif day not in known.days and replace(known, days=block.days) == block:
                found[block.id] = replace(known, days=known.days | block.days)
            elif block.id:
                block_fields.refuse("id", "is the id of another block")
    return list(found.values())


def _again(block_id: str) -> NewId:
    return lambda: block_id
