"""A channel as a JSON document: what people share, without owner, access, secrets or history."""

from dataclasses import dataclass
from typing import Any

from ktv_host.domain.block import RecyclePolicy, ScheduleConfig
from ktv_host.domain.channel import Channel
from ktv_host.domain.codec import decode_config, decode_policy, encode_config, encode_policy
from ktv_host.domain.fields import Fields, NewId, Problems
from ktv_host.domain.grid import overlaps
from ktv_host.domain.wall_clock import zone

LONGEST_NAME = 200
LONGEST_DESCRIPTION = 5000

_CONFIG_FIELDS = ("blocks", "day_blocks")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedChannel:
    """What an import brings; owner, access and logo are the importer's."""

    name: str
    description: str | None
    timezone: str
    config: ScheduleConfig
    policy: RecyclePolicy


def export_channel(channel: Channel) -> dict[str, Any]:
    return {
        "name": channel.name,
        "description": channel.description,
        "timezone": channel.timezone,
        "schedule_config": encode_config(channel.schedule_config),
        "recycle_policy": encode_policy(channel.recycle_policy),
    }


def import_channel(data: object, new_id: NewId) -> ImportedChannel:
    """Read an export, or one written by hand: ``blocks`` or ``day_blocks`` may also stand at the top.

    Raises Invalid with every wrong field; overlapping windows are wrong too.
    """
    problems = Problems()
    fields = Fields(data, "", problems)
    fields.only("name", "description", "timezone", "schedule_config", *_CONFIG_FIELDS, "recycle_policy")
    timezone = fields.optional_text("timezone", longest=100) or "UTC"
    known_zone = problems.read(lambda: zone(timezone), None) is not None
    config = _read_config(fields, new_id)
    if known_zone:
        for overlap in overlaps(config, timezone):
            problems.add("schedule_config.blocks" if fields.has("schedule_config") else "blocks", overlap.message)
    policy = fields.raw("recycle_policy")
    imported = ImportedChannel(
        name=fields.text("name", longest=LONGEST_NAME),
        description=fields.optional_text("description", longest=LONGEST_DESCRIPTION),
        timezone=timezone,
        config=config,
        policy=RecyclePolicy()
        if policy is None
        else problems.read(lambda: decode_policy(policy, path="recycle_policy"), RecyclePolicy()),
    )
    problems.raise_if_any("The channel")
    return imported


def _read_config(fields: Fields, new_id: NewId) -> ScheduleConfig:
    at_top = {name: fields.raw(name) for name in _CONFIG_FIELDS if fields.raw(name) is not None}
    inside = fields.raw("schedule_config")
    if inside is not None and at_top:
        fields.refuse("schedule_config", f"is given twice: as {' and '.join(at_top)} at the top too")
        return ScheduleConfig()
    if inside is None and not at_top:
        fields.refuse("schedule_config", "is required")
        return ScheduleConfig()
    path = "" if at_top else "schedule_config"
    return fields.problems.read(lambda: decode_config(at_top or inside, new_id, path=path), ScheduleConfig())
