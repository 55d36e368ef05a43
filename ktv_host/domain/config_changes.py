"""What differs between two programmings, in words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ktv_host.domain.block import WEEK, ProgrammingBlock, RecyclePolicy, ScheduleConfig
from ktv_host.domain.block_codec import encode_block
from ktv_host.domain.filter_codec import encode_policy
from ktv_host.domain.reasons import count

EVERY_DAY = [day.value for day in WEEK]


def config_changes(before: ScheduleConfig, after: ScheduleConfig) -> tuple[str, ...]:
    """A line per block that came, went or moved, and per field that changed; blocks are the same when their id is."""
    return tuple(_config_lines(before, after))


def policy_changes(before: RecyclePolicy, after: RecyclePolicy) -> tuple[str, ...]:
    return tuple(f"recycle policy: {line}" for line in _field_lines(encode_policy(before), encode_policy(after)))


def _config_lines(before: ScheduleConfig, after: ScheduleConfig) -> Iterator[str]:
    old = {block.id: block for block in before.blocks}
    new = {block.id: block for block in after.blocks}
    yield from (f"“{block.name}” added" for block in after.blocks if block.id not in old)
    yield from (f"“{block.name}” removed" for block in before.blocks if block.id not in new)
    for block in after.blocks:
        if block.id in old:
            yield from (f"“{block.name}”: {line}" for line in _block_lines(old[block.id], block))
    if [name for name in old if name in new] != [name for name in new if name in old]:
        yield "the order of the blocks"


def _block_lines(before: ProgrammingBlock, after: ProgrammingBlock) -> Iterator[str]:
    if before.filler is None and after.filler is not None:
        yield "filler added"
    if before.filler is not None and after.filler is None:
        yield "filler removed"
    yield from _field_lines(_flat(before), _flat(after))


def _flat(block: ProgrammingBlock) -> dict[str, Any]:
    """Every field of a block with its path; content's own fields stand for themselves."""
    fields: dict[str, Any] = {}
    encoded = encode_block(block)
    content = encoded.pop("content")
    for name, value in {**encoded, **content}.items():
        if isinstance(value, Mapping):
            fields.update({f"{name}.{inner}": each for inner, each in value.items()})
        else:
            fields[name] = value
    return fields


def _field_lines(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for name in dict.fromkeys([*after, *before]):
        old, new = before.get(name), after.get(name)
        if old == new or (old in (None, []) and new in (None, [])):
            continue
        if name == "items":
            yield _items(old or (), new or ())
        else:
            yield f"{name} {_word(old)} → {_word(new)}"


def _items(old: Sequence[str], new: Sequence[str]) -> str:
    """A manual list can hold hundreds of ids: how many came and went says more."""
    came, went = len(set(new) - set(old)), len(set(old) - set(new))
    if not came and not went:
        return "items in another order"
    parts = [f"{count(number, 'item')} {verb}" for number, verb in ((came, "added"), (went, "removed")) if number]
    return f"items: {', '.join(parts)}"


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value == EVERY_DAY:
        return "every day"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)
