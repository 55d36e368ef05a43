"""One programming block as JSON."""

import re
from datetime import time
from typing import Any

from ktv_host.domain.block import (
    WEEK,
    AlgorithmicContent,
    Day,
    FillStrategy,
    ManualContent,
    ProgrammingBlock,
)
from ktv_host.domain.fields import Fields, NewId, as_member, one_of
from ktv_host.domain.filter import MediaFilter
from ktv_host.domain.filter_codec import encode_filter, read_filter

LONGEST_BLOCK_MINS = 7 * 24 * 60

_BLOCK_FIELDS = (
    "id",
    "name",
    "start_time",
    "duration_mins",
    "days",
    "content",
    "loop_on_finish",
    "ignore_recycle_policy",
    "align_mins",
    "max_per_series",
    "filler",
)
_BLOCK_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_WALL_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?")


def read_block(fields: Fields, days: frozenset[Day], new_id: NewId | None) -> ProgrammingBlock:
    fields.only(*_BLOCK_FIELDS)
    align_mins = fields.optional_int("align_mins", least=1, most=60)
    if align_mins is not None and 60 % align_mins:
        fields.refuse("align_mins", "must divide the hour: 1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30 or 60")
    duration = fields.optional_int("duration_mins", least=1, most=LONGEST_BLOCK_MINS)
    if fields.raw("duration_mins") is None:
        fields.refuse("duration_mins", "is required")
    return ProgrammingBlock(
        id=_read_id(fields, new_id),
        name=fields.text("name", longest=200),
        start_time=_read_time(fields),
        duration_mins=duration or 1,
        days=days,
        content=_read_content(fields.inner("content")),
        loop_on_finish=fields.flag("loop_on_finish", default=True),
        ignore_recycle_policy=fields.flag("ignore_recycle_policy", default=False),
        align_mins=align_mins,
        max_per_series=fields.optional_int("max_per_series", least=1, most=10_000),
        filler=None if fields.raw("filler") is None else read_filter(fields.inner("filler")),
    )


def _read_id(fields: Fields, new_id: NewId | None) -> str:
    value = fields.raw("id")
    if value is None and new_id is not None:
        return new_id()
    if value is None:
        fields.refuse("id", "is required")
    elif not isinstance(value, str) or not _BLOCK_ID.fullmatch(value):
        fields.refuse("id", "must be a UUID, or 1 to 64 letters, digits and . _ -")
    else:
        return value
    return ""


def _read_time(fields: Fields) -> time:
    value = fields.raw("start_time")
    if value is None:
        fields.refuse("start_time", "is required")
        return time()
    match = _WALL_CLOCK.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        fields.refuse("start_time", "must be a time of day, HH:MM or HH:MM:SS")
        return time()
    hour, minute, second = match.groups(default="0")
    return time(int(hour), int(minute), int(second))


def read_days(fields: Fields) -> frozenset[Day]:
    if fields.raw("days") is None:
        return frozenset(WEEK)
    days: set[Day] = set()
    values = fields.items("days")
    for index, value in enumerate(values):
        day = as_member(value, Day)
        if day is None:
            fields.problems.add(f"{fields.at('days')}.{index}", one_of(Day))
        else:
            days.add(day)
    if not values and isinstance(fields.raw("days"), list | tuple):
        fields.refuse("days", "must name at least one day")
    return frozenset(days)


def _read_content(fields: Fields) -> AlgorithmicContent | ManualContent:
    kind = fields.raw("type")
    if kind == "manual":
        fields.only("type", "items")
        if fields.raw("items") is None:
            fields.refuse("items", "is required")
        return ManualContent(items=fields.texts("items"))
    if kind == "algorithmic":
        fields.only("type", "filter", "strategy")
        strategy = fields.member("strategy", FillStrategy)
        chosen = MediaFilter() if fields.raw("filter") is None else read_filter(fields.inner("filter"))
        return AlgorithmicContent(filter=chosen, strategy=strategy or FillStrategy.RANDOM)
    fields.refuse("type", "must be algorithmic or manual")
    return ManualContent(items=())


def encode_block(block: ProgrammingBlock) -> dict[str, Any]:
    return {
        "id": block.id,
        "name": block.name,
        "start_time": block.start_time.isoformat(timespec="seconds"),
        "duration_mins": block.duration_mins,
        "days": [day.value for day in WEEK if day in block.days],
        "content": _encode_content(block.content),
        "loop_on_finish": block.loop_on_finish,
        "ignore_recycle_policy": block.ignore_recycle_policy,
        "align_mins": block.align_mins,
        "max_per_series": block.max_per_series,
        "filler": None if block.filler is None else encode_filter(block.filler),
    }


def _encode_content(content: AlgorithmicContent | ManualContent) -> dict[str, Any]:
    if isinstance(content, ManualContent):
        return {"type": "manual", "items": list(content.items)}
    return {"type": "algorithmic", "filter": encode_filter(content.filter), "strategy": content.strategy.value}
