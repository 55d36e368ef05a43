"""MediaFilter and RecyclePolicy as JSON."""

from typing import Any

from ktv_host.domain.block import RecyclePolicy
from ktv_host.domain.fields import Fields, Problems
from ktv_host.domain.filter import MediaFilter
from ktv_host.domain.media import ContentType

_FILTER_FIELDS = (
    "content_type",
    "genres",
    "decade",
    "tags",
    "min_duration_secs",
    "max_duration_secs",
    "collections",
    "series_names",
    "search_term",
)
_POLICY_FIELDS = ("cooldown_days", "cooldown_generations", "min_available_ratio")


def decode_filter(data: object, *, path: str = "") -> MediaFilter:
    """Raises Invalid with every wrong field; absent and null fields do not filter."""
    problems = Problems()
    found = read_filter(Fields(data, path, problems))
    problems.raise_if_any("The filter")
    return found


def read_filter(fields: Fields) -> MediaFilter:
    fields.only(*_FILTER_FIELDS)
    shortest, longest = fields.optional_int("min_duration_secs"), fields.optional_int("max_duration_secs")
    if shortest is not None and longest is not None and shortest > longest:
        fields.refuse("max_duration_secs", "must not be less than min_duration_secs")
    return MediaFilter(
        content_type=fields.member("content_type", ContentType),
        genres=fields.texts("genres"),
        decade=fields.optional_int("decade", most=9990),
        tags=fields.texts("tags"),
        min_duration_secs=shortest,
        max_duration_secs=longest,
        collections=fields.texts("collections"),
        series_names=fields.texts("series_names"),
        search_term=fields.optional_text("search_term"),
    )


def encode_filter(value: MediaFilter) -> dict[str, Any]:
    return {
        "content_type": None if value.content_type is None else value.content_type.value,
        "genres": list(value.genres),
        "decade": value.decade,
        "tags": list(value.tags),
        "min_duration_secs": value.min_duration_secs,
        "max_duration_secs": value.max_duration_secs,
        "collections": list(value.collections),
        "series_names": list(value.series_names),
        "search_term": value.search_term,
    }


def decode_policy(data: object, *, path: str = "") -> RecyclePolicy:
    """Raises Invalid with every wrong field. An absent cooldown is the default, a null one is no cooldown."""
    problems = Problems()
    fields = Fields(data, path, problems)
    fields.only(*_POLICY_FIELDS)
    usual = RecyclePolicy()
    found = RecyclePolicy(
        cooldown_days=_cooldown(fields, "cooldown_days", usual.cooldown_days),
        cooldown_generations=_cooldown(fields, "cooldown_generations", usual.cooldown_generations),
        min_available_ratio=fields.number("min_available_ratio", usual.min_available_ratio, least=0, most=1),
    )
    problems.raise_if_any("The recycle policy")
    return found


def _cooldown(fields: Fields, name: str, usual: int | None) -> int | None:
    return fields.optional_int(name, most=100_000) if fields.has(name) else usual


def encode_policy(value: RecyclePolicy) -> dict[str, Any]:
    return {
        "cooldown_days": value.cooldown_days,
        "cooldown_generations": value.cooldown_generations,
        "min_available_ratio": value.min_available_ratio,
    }
